#include <charconv>
#include <concepts>
#include <iostream>

#include <autodiff/error.hpp>
#include <support/options.hpp>

#include <CLI/CLI.hpp>

namespace chapter {

struct Options::App {
  CLI::App cli;
};

namespace {

/// Reads all of `text` as a T: CLI11 would let 99999999999999999999 pass for the largest integer.
template <class T>
bool read(const std::string& text, T& value) {
  if constexpr (std::is_arithmetic_v<T>) {
    const char* end = text.data() + text.size();
    const auto [stop, status] = std::from_chars(text.data(), end, value);
    return status == std::errc() && stop == end;
  } else {
    value = text;
    return true;
  }
}

template <class T>
void add_option(CLI::App& app, const std::string& name, T& value, const std::string& help) {
  const std::size_t space = name.find(' ');
  const std::string flag = name.substr(0, space);
  const auto take = [flag, &value](const std::string& text) {
    if (read(text, value)) return;
    constexpr const char* kind = std::floating_point<T> ? "a number"
                                 : std::is_signed_v<T>  ? "an integer"
                                                        : "an integer of 0 or more";
    throw CLI::ValidationError(flag, "'" + text + "' is not " + kind + ", or it is too large");
  };
  CLI::Option* option = app.add_option_function<std::string>(flag, take, help);
  if (space != std::string::npos) option->type_name(name.substr(space + 1));
  std::ostringstream text;
  text << value;
  if (!text.str().empty()) option->default_str(text.str());
}

/// The lines of a message as one, for a terminal or a log.
std::string one_line(const std::string& message) {
  std::string line;
  for (char c : message) {
    if (c == '\n') line += ';';
    const bool is_space = c == ' ' || c == '\n';
    if (!is_space || line.back() != ' ') line += is_space ? ' ' : c;
  }
  return line;
}

}  // namespace

Options::Options(const std::string& title) : app_(std::make_unique<App>()) {
  app_->cli.description(title);
  app_->cli.option_defaults()->always_capture_default(false);
}
Options::~Options() = default;

void Options::add(const std::string& name, double& value, const std::string& help) {
  add_option(app_->cli, name, value, help);
}
void Options::add(const std::string& name, std::int64_t& value, const std::string& help) {
  add_option(app_->cli, name, value, help);
}
void Options::add(const std::string& name, std::uint64_t& value, const std::string& help) {
  add_option(app_->cli, name, value, help);
}
void Options::add(const std::string& name, std::string& value, const std::string& help) {
  add_option(app_->cli, name, value, help);
}
void Options::add_flag(const std::string& name, bool& value, const std::string& help) {
  app_->cli.add_flag(name, value, help);
}

bool Options::parse(int argc, const char* const* argv) {
  try {
    app_->cli.parse(argc, argv);
    return true;
  } catch (const CLI::CallForHelp&) {
    std::cout << app_->cli.help();
    return false;
  } catch (const CLI::ParseError& error) {
    throw eingrad::Report("command line", error.what()).hint("--help").as<eingrad::value_error>();
  }
}

bool Options::given(const std::string& name) const { return app_->cli.count(name) > 0; }

int run(const std::function<void()>& chapter) {
  try {
    chapter();
    return 0;
  } catch (const eingrad::error& error) {
    std::cout.flush();
    std::cerr << one_line(error.what()) << "\n";
    return 2;
  } catch (const std::exception& error) {
    std::cout.flush();
    std::cerr << one_line(error.what()) << "\n";
    return 1;
  }
}

}  // namespace chapter
