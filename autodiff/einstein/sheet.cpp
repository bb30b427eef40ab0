#include <algorithm>
#include <functional>
#include <optional>

#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/implied_declaration.hpp>
#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/sheet.hpp>
#include <autodiff/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r";
  const std::size_t first = text.find_first_not_of(spaces);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// In ASCII, as formulas are read; as it is if it cannot be spelled so.
std::string spelled(std::string_view line) {
  try {
    return std::string(trimmed(canonical(line).text));
  } catch (const value_error&) {
    return std::string(line);
  }
}

/// Whether a line declares: a name and '[', a size, or an axis with its letters.
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
  return (end > 0 && rest.starts_with('[') && !is_definition) || line.starts_with("axis ") || is_size;
}

/// The names in a line that is a list of names, with axes behind them or without, x, w[] y, as declarations
/// that those without axes were meant to be; empty if it is none. Without a letter alone it is prose.
std::vector<std::string> meant_as_declarations(std::string_view line) {
  static constexpr std::string_view types[] = {"float", "double", "int", "real", "scalar", "let", "var"};
  const std::string text = spelled(line);
  std::vector<std::string> all;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && (is_alphanumeric(text[end]) || text[end] == '_')) ++end;
    const std::string name = text.substr(at, end - at);
    if (!name.empty() && is_digit(name[0])) return {};
    const std::size_t close = end < text.size() && text[end] == '[' ? text.find(']', end) : end;
    if (close == std::string::npos) return {};
    if (close > end)
      all.push_back(text.substr(at, ++(end = close) - at));
    else if (!name.empty() && std::ranges::find(types, name) == std::end(types))
      all.push_back(name + "[]");
    else if (name.empty() && std::string_view(" ,;").find(text[end++]) == std::string_view::npos)
      return {};
    at = end;
  }
  const bool has_letter =
      std::ranges::any_of(all, [](const std::string& each) { return each.find('[') == 1; });
  return has_letter ? all : std::vector<std::string>();
}

/// Without the signs that put a formula into a text: $…$, \[…\], and \begin{align} in front or \end{align}
/// behind it.
std::string_view without_math_signs(std::string_view line) {
  const auto skip_argument = [&] {
    line = trimmed(line.substr(std::min(line.find('}'), line.size() - 1) + 1));
  };
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

/// dL/dw, \frac{\partial L}…, nabla_w L, dw_i or f'(x): whether what stands left of '=' is a derivative.
bool claims(std::string_view line, const Declarations& declarations) {
  const std::string_view left = line.substr(0, line.find('='));
  if (left.find('/') != std::string_view::npos || left.find("frac{") != std::string_view::npos) return true;
  try {
    const std::string text = canonical(left).text;
    const bool is_prime = text.find("'(") != std::string::npos;
    const std::string* loss = declarations.loss();
    const bool is_subscript =  // L_w, where neither L_w is declared nor w the letter of an axis
        loss != nullptr && text.starts_with(*loss + "_") && declarations.longest_name(text) == *loss &&
        declarations.axes_of(std::string(trimmed(std::string_view(text).substr(loss->size() + 1)))) !=
            nullptr;
    return is_prime || is_subscript || text.starts_with("nabla") ||
           !gradient_name(text, declarations).empty();
  } catch (const value_error&) {
    return false;
  }
}

void read_declaration_or_definition(std::string_view line, Problem& problem) {
  if (declares(line)) {
    problem.declarations.add(line);
  } else if (line.find('=') != std::string_view::npos) {
    problem.define(line);
  } else {
    const std::vector<std::string> meant = meant_as_declarations(line);
    throw Report("sheet", "it declares, defines and claims nothing")
        .line("text", std::string(line))
        .hint(meant.empty() ? "X[n,i], y_n = X_ni w_i or dL/dw_i = …; # in front of a comment"
                            : fmt::format("{}: a number is declared with brackets; # in front of a comment",
                                          fmt::join(meant, " ")))
        .as<value_error>();
  }
}

/// Whether a claim may be another one without a line. One whose name is defined elsewhere, or cannot be told,
/// matters only to the claims below it.
bool may_need(const Statement& claim, std::size_t claimed_at, const RefusedLine& refused,
              const Definitions& definitions) {
  if (!refused.defines) return false;
  const std::string& name = *refused.defines;
  if ((name.empty() || definitions.contains(name)) && refused.line > claimed_at) return false;
  return name.empty() || depends_on(claim.target, name, definitions) ||
         depends_on(claim.value, name, definitions);
}

/// Whether it is the next step of a derivation, = … or &= …
bool continues(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t&");
  return begin != std::string_view::npos && line[begin] == '=';
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

/// Reads what a sheet says, without its empty lines, one thing after the other. `declared` are the names that
/// `read` has met.
void read_lines(std::string_view text, const Declarations& declared,
                const std::function<void(const Line&)>& read) {
  std::optional<Line> before;                                   // the next line may go on with it
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t hash = std::min(whole.find('#'), whole.size());
    const std::string plain = with_plain_equals(whole.substr(0, hash));
    const std::string_view line = without_end(without_math_signs(without_end(trimmed(plain))));
    const std::string comment(hash < whole.size() ? trimmed(whole.substr(hash + 1)) : "");
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
  if (before) read(*before);
}

}  // namespace

std::vector<Line> Claim::lines() const {
  std::vector<Line> all{*this};
  all.insert(all.end(), continued.begin(), continued.end());
  return all;
}

std::vector<std::string> Claim::texts() const {
  std::vector<std::string> all;
  for (const Line& each : lines()) all.push_back(each.text);
  return all;
}

const RefusedLine* Sheet::refused_declaration(const std::string& name) const {
  const auto is_of_name = [&](const std::string& declaration) {
    return declaration.substr(0, declaration.find('[')) == name;
  };
  const auto found = std::ranges::find_if(refused, [&](const RefusedLine& each) {
    return declares(each.text) || each.defines == name ||
           std::ranges::any_of(meant_as_declarations(each.text), is_of_name);
  });
  return found == refused.end() ? nullptr : &*found;
}

const RefusedLine* Sheet::missing_for(const Claim& claim) const {
  for (const std::string& step : claim.texts()) {
    for (const std::string& equation : equations_of(with_left_side(step, claim.text))) {
      try {
        const Statement read = parse_statement(equation, problem.declarations, Broadcast::anywhere);
        for (const RefusedLine& each : refused) {
          if (may_need(read, claim.line, each, problem.definitions)) return &each;
        }
      } catch (const formula_error& unread) {  // its own mistake, unless its names are in such a line
        if (unread.mistake == Mistake::name) return refused_declaration(unread.undeclared);
      }
    }
  }
  return nullptr;
}

Sheet read_sheet(std::string_view text) {
  Sheet sheet;
  bool in_derivation = false;  // the line before is a claim or a step of one
  read_lines(text, sheet.problem.declarations, [&](const Line& read) {
    const std::string& line = read.text;
    if (continues(line) && in_derivation) {
      sheet.claims.back().continued.push_back(read);
      return;
    }
    in_derivation = !declares(line) && claims(line, sheet.problem.declarations);
    if (in_derivation) {
      sheet.claims.push_back({read});
      return;
    }
    try {
      read_declaration_or_definition(line, sheet.problem);
    } catch (const value_error& refused) {
      RefusedLine one{read, message_of(refused), {}};
      const auto* unread = dynamic_cast<const formula_error*>(&refused);
      if (unread != nullptr && unread->mistake == Mistake::name) {
        const RefusedLine* declaration = sheet.refused_declaration(unread->undeclared);
        if (declaration != nullptr) one.message = fmt::format("it may need line {}", declaration->line);
      }
      // What was read is a second definition, and the first one holds.
      if (unread != nullptr && !declares(line) && line.find('=') != std::string_view::npos)
        one.defines = defined_name(line, sheet.problem.declarations);
      sheet.refused.push_back(one);
    }
  });
  return sheet;
}

}  // namespace eingrad::einstein
