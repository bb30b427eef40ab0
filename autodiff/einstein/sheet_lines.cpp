#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/reader.hpp>
#include <autodiff/einstein/sheet_lines.hpp>

namespace eingrad::einstein {

namespace {

/// Without the sign of a conclusion in front of it, and those that put a formula into a text: $…$, \[…\], and
/// \begin{align} in front or \end{align} behind it.
std::string_view without_math_signs(std::string_view line) {
  const auto skip_argument = [&] {
    line = trimmed(line.substr(std::min(line.find('}'), line.size() - 1) + 1));
  };
  for (const std::string_view sign : {"\\Rightarrow", "\\implies", "\\therefore", "⇒", "=>"}) {
    if (line.starts_with(sign)) line = trimmed(line.substr(sign.size()));
  }
  while (line.starts_with("\\begin{")) {
    skip_argument();
    if (line.starts_with("{")) skip_argument();  // \begin{alignat}{2}
  }
  while (line.ends_with("}") && line.find("\\end{") != std::string_view::npos &&
         line.rfind("\\end{") == line.rfind('\\'))
    line = trimmed(line.substr(0, line.rfind("\\end{")));
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"$$", "$$"}, {"$", "$"}, {"\\[", "\\]"}}) {
    if (!line.starts_with(open) || !line.ends_with(close) || line.size() < open.size() + close.size())
      continue;
    line.remove_prefix(open.size());
    line.remove_suffix(close.size());
    return trimmed(line);
  }
  return line;
}

/// How many characters at the end of a line are no part of its formula: what ends a sentence, \\, \\[4pt]
/// and \tag{1}.
std::size_t length_of_end(std::string_view line) {
  if (line.ends_with("\\\\")) return 2;
  const std::size_t spaced = line.ends_with("]") ? line.rfind("\\\\[") : std::string_view::npos;
  if (spaced != std::string_view::npos && line.find(']', spaced) == line.size() - 1)
    return line.size() - spaced;
  if (line.ends_with("..") || line.ends_with("\\,") || line.ends_with("\\;")) return 0;  // … and spaces
  if (line.ends_with('.') || line.ends_with(',') || line.ends_with(';')) return 1;
  for (const std::string_view command : {"\\notag", "\\nonumber", "\\tag{", "\\tag*{", "\\label{"}) {
    const std::size_t begin = line.rfind(command);
    if (begin == std::string_view::npos) continue;
    const std::size_t end = command.ends_with('{') ? line.find('}', begin) + 1 : begin + command.size();
    if (end == line.size()) return line.size() - begin;
  }
  return 0;
}

std::string_view without_end(std::string_view line) {
  while (const std::size_t length = length_of_end(line)) line = trimmed(line.substr(0, line.size() - length));
  return line;
}

/// With = for := and ≔, in the same columns.
std::string with_plain_equals(std::string_view line) {
  std::string text(line);
  for (const auto& [sign, plain] : {std::pair<std::string_view, std::string_view>{":=", "= "}, {"≔", "="}}) {
    for (std::size_t at = text.find(sign); at != std::string::npos; at = text.find(sign, at))
      text.replace(at, sign.size(), plain);
  }
  return text;
}

/// Whether a line only puts those around it between math signs: \[ or $$.
bool is_frame(std::string_view line) { return line == "\\[" || line == "\\]" || line == "$$"; }

/// Whether a line declares something new: z[n] x[n] is a formula where z is declared.
bool declares_anew(std::string_view line, const Declarations& declared) {
  const std::string text = spelled(line), name(trimmed(text.substr(0, text.find('['))));
  return declares(line) && declared.axes_of(name) == nullptr;
}

/// Whether a line goes on in the next one: behind its last '=', or as a left side whose '=' is there.
bool goes_on(std::string_view line, std::string_view next, const Declarations& declared) {
  const bool is_left_side = !is_equation(line) && !declares(line);
  if (continues(next)) return is_left_side || line.ends_with('=');
  return line.ends_with('=') && !is_equation(next) && !declares_anew(next, declared);
}

/// What stands between semicolons, each a line of its own; declarations may stand together. The semicolon of
/// a space,
/// \\;, is none, nor is one in braces.
std::vector<std::string_view> parted(std::string_view line) {
  if (line.find('=') == std::string_view::npos) return {line};
  std::vector<std::string_view> all;
  std::size_t begin = 0, backslashes = 0;
  int depth = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == ';' && depth == 0 && backslashes % 2 == 0) {
      all.push_back(trimmed(line.substr(begin, at - begin)));
      begin = at + 1;
    }
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    backslashes = c == '\\' ? backslashes + 1 : 0;
  }
  all.push_back(trimmed(line.substr(begin)));
  return all;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r";
  const std::size_t first = text.find_first_not_of(spaces);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::string spelled(std::string_view line) {
  try {
    return std::string(trimmed(canonical(line).text));
  } catch (const value_error&) {
    return std::string(line);
  }
}

bool declares(std::string_view written) {
  const std::string text = spelled(written);
  const std::string_view line = text;
  std::size_t end = 0;
  while (end < line.size() && (is_letter(line[end]) || is_digit(line[end]) || line[end] == '_')) ++end;
  const std::string_view rest = trimmed(line.substr(end));
  const std::size_t close = rest.find(']');
  const bool is_definition =
      close != std::string_view::npos && trimmed(rest.substr(close + 1)).starts_with('=');
  const std::string_view size = rest.starts_with('=') ? trimmed(rest.substr(1)) : "";
  const bool is_size = size.size() > 2 && size.front() == '|' && size.back() == '|' &&
                       std::ranges::all_of(size.substr(1, size.size() - 2), is_letter);
  const std::string_view space = rest.starts_with("in ") ? trimmed(rest.substr(3)) : "";
  const std::size_t set_end = space.find_first_not_of("{}[]()0123456789,.+- ");  // {0, 1}
  const bool is_set = space.substr(0, set_end).find(',') != std::string_view::npos &&
                      (set_end == std::string_view::npos || space[set_end] == '^');
  const bool is_in_space =
      is_set || (space.starts_with('R') && (space.size() == 1 || !is_alphanumeric(space[1])));
  return (end > 0 && rest.starts_with('[') && !is_definition) || line.starts_with("axis ") || is_size ||
         is_in_space;
}

bool continues(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t&");
  return begin != std::string_view::npos && line[begin] == '=';
}

namespace {

/// Where a comment begins, with # or as in LaTeX with %, which is none in 100% and \%; else the end.
std::size_t comment_in(std::string_view line) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '#') return at;
    if (line[at] != '%') continue;
    const std::string_view before = line.substr(0, at);
    const std::size_t backslashes = at - (before.find_last_not_of('\\') + 1);
    if (backslashes % 2 == 0 && (before.empty() || !is_digit(before.back()))) return at;
  }
  return line.size();
}

}  // namespace

void read_lines(std::string_view text, const Declarations& declared,
                const std::function<void(const Line&)>& read) {
  std::optional<Line> before;                                   // the next line may go on with it
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t hash = comment_in(whole);
    const std::string plain = with_plain_equals(whole.substr(0, hash));
    const std::string comment(hash < whole.size() ? trimmed(whole.substr(hash + 1)) : "");
    for (const std::string_view part : parted(without_math_signs(without_end(trimmed(plain))))) {
      const std::string_view line = without_end(part);
      if (line.empty() || is_frame(line)) continue;
      if (before && goes_on(before->text, line, declared)) {
        const bool is_twice = before->text.ends_with('=') && continues(line);
        before->text += " " + std::string(is_twice ? trimmed(line.substr(line.find('=') + 1)) : line);
        before->comment = comment;
      } else {
        if (before) read(*before);
        before = Line{number, std::string(line), comment};
      }
    }
  }
  if (before) read(*before);
}

}  // namespace eingrad::einstein
