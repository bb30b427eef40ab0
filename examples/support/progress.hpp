#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace chapter {

/// Standard error; -1 if standard output is a pipe, whose reader may be writing to the same terminal.
int progress_descriptor() noexcept;

/// A line on a terminal that says how far long work has come: "training  370 of 1000  37 %  12 s left". It is
/// there only while the work lasts, is redrawn at most ten times a second, and not at all if the output is
/// not a terminal. Work of less than a tenth of a second shows nothing.
class Progress {
 public:
  /// `total` is the number of steps; 0 if it is not known.
  explicit Progress(std::string what, std::int64_t total = 0, int descriptor = progress_descriptor());
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { hide(); }

  /// `done` steps are behind us.
  void update(std::int64_t done) noexcept {
    if (is_terminal_) redraw(done);
  }
  /// Takes the line away until the next update; to be called before anything else is printed.
  void hide() noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  void redraw(std::int64_t done) noexcept;

  std::string what_;
  std::int64_t total_;
  int descriptor_;
  bool is_terminal_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace chapter
