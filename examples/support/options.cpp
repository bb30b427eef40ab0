#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <concepts>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <autodiff/error.hpp>
#include <autodiff/storage/write_file.hpp>
#include <support/options.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace chapter {

struct Options::App {
  CLI::App cli;
};

namespace {

/// All of `text` as a number; CLI11 would let 99999999999999999999 pass for the largest integer.
template <class Number>
Number number_from(const std::string& flag, const std::string& text) {
  constexpr const char* kind = std::floating_point<Number> ? "a number"
                               : std::is_signed_v<Number>  ? "an integer"
                                                           : "an integer of 0 or more";
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, number);
  if (status == std::errc() && stop == end) return number;
  const bool is_number = status == std::errc::result_out_of_range && stop == end;
  refuse(flag, "'" + text + "' is " + (is_number ? "too large or too small" : std::string("not ") + kind),
         "--help");
}

template <class T>
void assign(T& value, const std::string& flag, const std::string& text) {
  if constexpr (std::is_arithmetic_v<T>) {
    value = number_from<T>(flag, text);
  } else {
    value = text;
  }
}
void assign(std::optional<std::int64_t>& value, const std::string& flag, const std::string& text) {
  value = number_from<std::int64_t>(flag, text);
}

template <class T>
std::string default_text(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}
std::string default_text(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "";
}

template <class T>
CLI::Option* add_option(CLI::App& app, const std::string& name, T& value, const std::string& help) {
  const std::size_t space = name.find(' ');
  const std::string flag = name.substr(0, space);
  const auto take = [flag, &value](const std::string& text) { assign(value, flag, text); };
  CLI::Option* option = app.add_option_function<std::string>(flag, take, help);
  if (space != std::string::npos) option->type_name(name.substr(space + 1));
  if (const std::string text = default_text(value); !text.empty()) option->default_str(text);
  return option;
}

/// A plot that has another ending would be opened as something else.
void check_svg(const std::string& flag, const std::string& file) {
  const std::filesystem::path path = file;
  eingrad::check_writable(path);
  if (path.extension() != ".svg")
    refuse(flag, "'" + file + "' does not end in .svg, and is to be an SVG file",
           path.stem().string() + ".svg");
}

/// How many letters to put in, leave out or change until one word is the other, by Levenshtein; one if it
/// begins the other.
std::size_t distance(std::string_view a, std::string_view b) {
  if (std::min(a.size(), b.size()) > 1 && (a.starts_with(b) || b.starts_with(a))) return a == b ? 0 : 1;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j)
      diagonal = std::exchange(row[j + 1],
                               std::min({row[j + 1] + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0U : 1U)}));
  }
  return row.back();
}

/// Refuses what no option takes, with the option that is nearest to it: half of its letters may be wrong.
void refuse_unknown(const CLI::App& app, const std::string& word) {
  if (!word.starts_with("-") || word == "--") refuse(app.get_name(), "what is '" + word + "' for?", "--help");
  const std::string name = word.substr(0, word.find('='));
  const auto letters = [](const std::string& option) {
    return option.substr(std::min(option.find_first_not_of('-'), option.size()));
  };
  std::string nearest;
  std::size_t least = letters(name).size() / 2 + 1;
  for (const CLI::Option* option : app.get_options()) {
    const std::string known = option->get_name();
    const std::size_t far = distance(letters(known), letters(name));
    if (known.starts_with("-") && far < least) least = far, nearest = known;
  }
  if (nearest.empty()) refuse(app.get_name(), "there is no option " + name, "--help");
  throw eingrad::Report(app.get_name(), fmt::format("there is no option {}; did you mean {}?", name, nearest))
      .as<eingrad::value_error>();
}

/// The lines of a message as one, for a terminal or a log.
std::string one_line(const std::string& message) {
  std::string line;
  for (char c : message) {
    if (c == '\n') line += ';';
    const bool is_blank = c == ' ' || std::iscntrl(static_cast<unsigned char>(c)) != 0;
    if (!is_blank || !line.ends_with(' ')) line += is_blank ? ' ' : c;
  }
  return line;
}

/// Whether it names a line of the program: a mistake in the code, and not in what the user typed.
bool names_a_line(const std::string& message) {
  const std::string first = message.substr(0, message.find('\n'));
  const std::size_t colon = first.find_last_not_of("0123456789");
  return colon + 1 < first.size() && first[colon] == ':' && first.find("     ") < colon;
}

int report(const std::string& message, int exit_code) {
  std::fflush(stdout);
  std::cerr << message << "\n";
  return exit_code;
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
void Options::add(const std::string& name, std::optional<std::int64_t>& value, const std::string& help) {
  add_option(app_->cli, name, value, help);
}
void Options::add(const std::string& name, std::vector<std::string>& values, const std::string& help) {
  app_->cli.add_option(name, values, help);
}
void Options::add_svg(const std::string& name, std::string& path, const std::string& help) {
  CLI::Option* option = add_option(app_->cli, name, path, help);
  option->check([flag = option->get_name()](const std::string& file) {
    check_svg(flag, file);
    return std::string();
  });
}
void Options::add_flag(const std::string& name, bool& value, const std::string& help) {
  app_->cli.add_flag(name, value, help);
}

bool Options::parse(int argc, const char* const* argv) {
  if (const char* typed = std::getenv("EINGRAD_COMMAND")) app_->cli.name(typed);
  try {
    app_->cli.allow_extras();
    app_->cli.parse(argc, argv);
    if (const std::vector<std::string> extras = app_->cli.remaining(); !extras.empty())
      refuse_unknown(app_->cli, extras.front());
    return true;
  } catch (const CLI::CallForHelp&) {
    std::cout << app_->cli.help();
    return false;
  } catch (const CLI::ParseError& error) {
    refuse(command(), error.what(), "--help");
  }
}

std::string Options::command() const { return app_->cli.get_name(); }

bool Options::given(const std::string& name) const { return app_->cli.count(name) > 0; }

void refuse(const std::string& option, const std::string& problem, const std::string& hint) {
  throw eingrad::Report(option, problem).hint(hint).as<eingrad::value_error>();
}

int run(const std::function<void()>& chapter) {
  try {
    chapter();
    if (std::fflush(stdout) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
    // Of a write that failed earlier the cause is not known any more.
    if (std::ferror(stdout) != 0) throw std::runtime_error("cannot write to standard output");
    return 0;
  } catch (const eingrad::value_error& error) {
    return report(names_a_line(error.what()) ? error.what() : one_line(error.what()), 2);
  } catch (const eingrad::error& error) {
    return report(error.what(), 2);
  } catch (const std::exception& error) {
    return report(one_line(error.what()), 1);
  }
}

}  // namespace chapter
