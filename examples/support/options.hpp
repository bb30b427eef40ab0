#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace chapter {

/// A chapter's command line. Each option is a variable that holds its default and gets the user's value.
class Options {
 public:
  explicit Options(const std::string& title);
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  /// `name` may carry the word for its value: "--lr RATE".
  void add(const std::string& name, double& value, const std::string& help);
  void add(const std::string& name, std::int64_t& value, const std::string& help);
  void add(const std::string& name, std::uint64_t& value, const std::string& help);
  void add(const std::string& name, std::string& value, const std::string& help);
  /// As many as are given.
  void add(const std::string& name, std::vector<std::string>& values, const std::string& help);
  /// One whose default depends on other input.
  void add(const std::string& name, std::optional<std::int64_t>& value, const std::string& help);
  /// The name of an SVG file. parse() refuses one that ends in something else, or cannot be written.
  void add_svg(const std::string& name, std::string& path, const std::string& help);
  void add_flag(const std::string& name, bool& value, const std::string& help);

  /// Reads the arguments. False if they asked for help, which has been printed then. value_error, in one
  /// line, for an unknown option or a value that does not fit.
  bool parse(int argc, const char* const* argv);
  /// What the user typed to run it: EINGRAD_COMMAND if that is set, as ./dev does, else the program's path.
  std::string command() const;
  /// Whether the user gave this option.
  bool given(const std::string& name) const;

 private:
  struct App;
  std::unique_ptr<App> app_;
};

/// value_error in one line: the option, what is wrong with it, and what to try.
[[noreturn]] void refuse(const std::string& option, const std::string& problem, const std::string& hint);

/// Training went astray: not a mistake in the input.
struct Diverged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Runs a chapter and returns its exit code: 0; 2 for an exception of the library, and 1 for Diverged, for
/// output that cannot be written, and others. What went wrong is one line on stderr; of a mistake in the
/// program, in lines of its own, all that the exception says.
int run(const std::function<void()>& chapter);

}  // namespace chapter
