#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include <support/progress.hpp>
#include <tests/catch.hpp>
#include <tests/examples/program.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace chapter;
using namespace std::chrono_literals;

namespace {

/// What was written. A terminal hands it over in pieces and a little later, so this waits until it is quiet.
std::string read_all(int descriptor) {
  std::string text;
  pollfd source{descriptor, POLLIN, 0};
  while (poll(&source, 1, 200) > 0) {
    char piece[1000];
    const ssize_t count = read(descriptor, piece, sizeof piece);
    if (count <= 0) break;
    text.append(piece, static_cast<std::size_t>(count));
  }
  return text;
}

/// A terminal of 40 columns whose screen the test reads.
struct Terminal {
  int screen = posix_openpt(O_RDWR | O_NOCTTY);
  int line = -1;

  Terminal() {
    if (screen < 0 || grantpt(screen) != 0 || unlockpt(screen) != 0)
      throw std::runtime_error("no pseudo-terminal");
    line = open(ptsname(screen), O_RDWR | O_NOCTTY);
    const winsize size{24, 40, 0, 0};
    ioctl(line, TIOCSWINSZ, &size);
  }
  ~Terminal() {
    close(line);
    close(screen);
  }
};

const std::string erased = "\r\x1b[K";

}  // namespace

TEST_CASE("in a pipe there is no progress line", "[progress]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  {
    Progress progress("training", 10, ends[1]);
    std::this_thread::sleep_for(110ms);
    progress.update(5);
    progress.hide();
  }
  CHECK(read_all(ends[0]).empty());
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a terminal shows the progress and in the end nothing", "[progress]") {
  if (!has_terminals()) {
    WARN("there are no pseudo-terminals here");
    return;
  }
  const Terminal terminal;
  {
    Progress progress("training", 10, terminal.line);
    std::this_thread::sleep_for(110ms);
    progress.update(5);
    progress.update(6);  // too soon to be shown
    CHECK(read_all(terminal.screen) == erased + "training  5 of 10  50 %  0 s left");
  }
  CHECK(read_all(terminal.screen) == erased);
}

TEST_CASE("an exception takes the line away, too", "[progress]") {
  if (!has_terminals()) {
    WARN("there are no pseudo-terminals here");
    return;
  }
  const Terminal terminal;
  try {
    Progress progress("reading", 0, terminal.line);
    std::this_thread::sleep_for(110ms);
    progress.update(1);
    throw std::runtime_error("a bad line");
  } catch (const std::runtime_error&) {
  }
  CHECK(read_all(terminal.screen) == erased + "reading  1" + erased);
}

TEST_CASE("short work shows nothing, and long text does not wrap", "[progress]") {
  if (!has_terminals()) {
    WARN("there are no pseudo-terminals here");
    return;
  }
  const Terminal terminal;
  { Progress("brief", 10, terminal.line).update(5); }
  CHECK(read_all(terminal.screen).empty());

  Progress progress(std::string(100, 'x'), 10, terminal.line);
  std::this_thread::sleep_for(110ms);
  progress.update(5);
  CHECK(read_all(terminal.screen) == erased + std::string(39, 'x'));
}
