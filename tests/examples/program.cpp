#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <tests/examples/program.hpp>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace chapter {
namespace {

int require(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

/// A pipe or a terminal: the program writes at one end, the test reads at the other.
struct Stream {
  Descriptor near, far;
  std::string text = {};

  explicit Stream(Channel channel) {
    if (channel == Channel::pipe) {
      int ends[2];
      require(pipe2(ends, O_CLOEXEC), "pipe");
      near = Descriptor(ends[0]);
      far = Descriptor(ends[1]);
    } else {
      near = Descriptor(require(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "terminal"));
      require(grantpt(near.number()), "terminal");
      require(unlockpt(near.number()), "terminal");
      far = Descriptor(require(open(ptsname(near.number()), O_RDWR | O_NOCTTY | O_CLOEXEC), "terminal"));
      termios settings{};
      require(tcgetattr(far.number(), &settings), "terminal");
      cfmakeraw(&settings);  // "\n" stays as it is
      require(tcsetattr(far.number(), TCSANOW, &settings), "terminal");
    }
  }

  /// Takes what is there; closes the stream at its end.
  void read() {
    std::array<char, 1 << 14> buffer;
    const ssize_t size = ::read(near.number(), buffer.data(), buffer.size());
    if (size > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(size));
    } else if (size == 0 || errno != EINTR) {
      near.close();  // a terminal ends in an error
    }
  }
};

/// Strings as execve takes them.
class Pointers {
 public:
  explicit Pointers(std::vector<std::string> strings) : strings_(std::move(strings)) {
    for (std::string& string : strings_) pointers_.push_back(string.data());
    pointers_.push_back(nullptr);
  }
  char* const* get() const { return pointers_.data(); }

 private:
  std::vector<std::string> strings_;
  std::vector<char*> pointers_;
};

std::vector<std::string> environment_with(std::vector<std::string> variables) {
  const std::size_t own = variables.size();
  for (char** inherited = environ; *inherited != nullptr; ++inherited) {
    const std::string_view variable = *inherited;
    const std::string_view name = variable.substr(0, variable.find('=') + 1);
    bool is_replaced = false;
    for (std::size_t i = 0; i < own; ++i) is_replaced = is_replaced || variables[i].starts_with(name);
    if (!is_replaced) variables.emplace_back(variable);
  }
  return variables;
}

/// A terminal at which somebody types.
class Keyboard {
 public:
  explicit Keyboard(const std::string& lines) {
    termios settings{};
    require(tcgetattr(terminal_.far.number(), &settings), "terminal");
    settings.c_lflag = ICANON;  // Ctrl-D ends the input, and nothing is echoed
    require(tcsetattr(terminal_.far.number(), TCSANOW, &settings), "terminal");
    const std::string keys = lines + static_cast<char>(settings.c_cc[VEOF]);
    require(static_cast<int>(write(terminal_.near.number(), keys.data(), keys.size())), "terminal");
  }
  int number() const { return terminal_.far.number(); }

 private:
  Stream terminal_{Channel::terminal};
};

pid_t start(const Program& program, const Keyboard* in, const Stream& out, const Stream& err) {
  std::vector<std::string> words = program.arguments;
  words.insert(words.begin(), program.path);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.far.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.far.number(), STDERR_FILENO);
  if (in != nullptr)
    posix_spawn_file_actions_adddup2(&actions, in->number(), STDIN_FILENO);
  else
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  pid_t process = 0;
  const int failure =
      posix_spawn(&process, program.path.c_str(), &actions, nullptr, Pointers(std::move(words)).get(),
                  Pointers(environment_with(program.environment)).get());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::system_error(failure, std::generic_category(), program.path);
  return process;
}

int wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

bool has_terminals() {
  try {
    const Stream stream(Channel::terminal);
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

Finished run(const Program& program) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + program.limit;
  Stream out(program.out), err(program.err);
  std::optional<Keyboard> in;
  if (program.typed) in.emplace(*program.typed);
  const pid_t process = start(program, in ? &*in : nullptr, out, err);
  out.far.close();
  err.far.close();
  std::this_thread::sleep_for(program.pause);
  while (out.near.number() >= 0 || err.near.number() >= 0) {
    std::array<pollfd, 2> ends{pollfd{out.near.number(), POLLIN, 0}, pollfd{err.near.number(), POLLIN, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      kill(process, SIGKILL);
      wait_for(process);
      throw std::runtime_error(program.path + " takes too long");
    }
    if (poll(ends.data(), ends.size(), static_cast<int>(left.count())) <= 0) continue;
    if (ends[0].revents != 0) out.read();
    if (ends[1].revents != 0) err.read();
  }
  return {wait_for(process), out.text, err.text};
}

}  // namespace chapter
