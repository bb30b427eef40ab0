#include <algorithm>
#include <string_view>
#include <utility>

#include <support/progress.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace chapter {
namespace {

constexpr std::chrono::milliseconds interval{100};
constexpr std::string_view erase_line = "\r\x1b[K";

/// The columns of a terminal, less the last one, which some terminals wrap at.
std::size_t columns_of(int terminal) {
  winsize size{};
  const bool known = ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col - 1u : 79u;
}

}  // namespace

int progress_descriptor() noexcept {
  struct stat status {};
  const bool is_pipe = fstat(STDOUT_FILENO, &status) == 0 && S_ISFIFO(status.st_mode);
  return is_pipe ? -1 : STDERR_FILENO;
}

Progress::Progress(std::string what, std::int64_t total, int descriptor)
    : what_(std::move(what)), total_(total), descriptor_(descriptor), is_terminal_(isatty(descriptor) == 1) {}

void Progress::redraw(std::int64_t done) noexcept try {
  const Clock::time_point now = Clock::now();
  if (now - last_ < interval) return;
  last_ = now;

  std::string text = fmt::format("{}  {}", what_, done);
  if (total_ > 0 && done > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    const double seconds = std::chrono::duration<double>(now - start_).count();
    text += fmt::format(" of {}  {:.0f} %  {:.0f} s left", total_, 100 * share, seconds / share - seconds);
  }
  text.resize(std::min(text.size(), columns_of(descriptor_)));
  text.insert(0, erase_line);
  shown_ = write(descriptor_, text.data(), text.size()) > 0 || shown_;
} catch (...) {
  // Out of memory: the work matters, this line does not.
}

void Progress::hide() noexcept {
  if (shown_) shown_ = write(descriptor_, erase_line.data(), erase_line.size()) < 0;
}

}  // namespace chapter
