#include <algorithm>
#include <functional>
#include <optional>

#include <autodiff/einstein/derivative_names.hpp>
#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/implied_declaration.hpp>
#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/sheet.hpp>
#include <autodiff/einstein/sheet_lines.hpp>
#include <autodiff/einstein/squares.hpp>
#include <autodiff/einstein/undeclared.hpp>
#include <autodiff/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// The names in a line that is a list of names, with axes behind them or without, x, w[] y, as declarations
/// that those without axes were meant to be; empty if it is none. Without a letter alone it is prose.
std::vector<std::string> meant_as_declarations(std::string_view line) {
  static constexpr std::string_view types[] = {"float", "double", "int", "real", "scalar",
                                               "let",   "Let",    "var", "and",  "with"};
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

/// dL/dw, \frac{\partial L}…, nabla_w L, dw_i or f'(x): whether what stands left of '=' is a derivative.
bool claims(std::string_view line, const Declarations& declarations) {
  const std::string_view left = line.substr(0, line.find('='));
  if (left.find('/') != std::string_view::npos || left.find("frac{") != std::string_view::npos) return true;
  try {
    const std::string text = with_named_squares(canonical(left), declarations).text;
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

/// What it claims beside, δ = dL/dz = p - y; empty if it does not.
std::string read_declaration_or_definition(const std::string& line, Problem& problem,
                                           DerivativeNames& names) {
  if (declares(line)) {
    problem.declarations.add(line);
  } else if (line.find('=') != std::string::npos) {
    return names.define(line, problem);
  } else {
    const std::vector<std::string> meant = meant_as_declarations(line);
    throw Report("sheet", "it declares, defines and claims nothing")
        .line("text", std::string(line))
        .hint(meant.empty() ? "X[n,i], y_n = X_ni w_i or dL/dw_i = …; # in front of a comment"
                            : fmt::format("{}: a number is declared with brackets; # in front of a comment",
                                          fmt::join(meant, " ")))
        .as<value_error>();
  }
  return "";
}

/// Whether a name stands on the right side.
bool mentions(std::string_view line, std::string_view defined) {
  const std::string name = without_square(defined);
  const std::string text = spelled(line);
  const std::string_view right = std::string_view(text).substr(text.find('=') + 1);
  for (std::size_t at = right.find(name); at != std::string_view::npos && !name.empty();
       at = right.find(name, at + 1)) {
    const bool begins = at == 0 || !is_alphanumeric(right[at - 1]);
    const std::size_t end = at + name.size();
    if (begins && (end == right.size() || !is_alphanumeric(right[end]))) return true;
  }
  return false;
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

/// A message about a definition f(x) = …, of which the parser sees f    = …, with the line as it is written.
std::string with_line_as_written(std::string message, const std::string& line, const Problem& problem) {
  const Declarations more = with_arguments(line, problem.declarations, problem.definitions);
  const std::string without = without_arguments(line, more);
  const std::size_t at = without == line ? std::string::npos : message.find(without);
  return at == std::string::npos ? message : message.replace(at, without.size(), line);
}

/// The letter that a line defines, whether it can be read or not; empty if it is none, or a longer name as
/// W_new.
std::string defined_letter(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return "";
  const std::string left = spelled(line.substr(0, equals));
  if (left.empty() || !is_letter(left[0]) || left.find('/') != std::string::npos) return "";
  if (left.size() == 1 || !(is_alphanumeric(left[1]) || left[1] == '_')) return left.substr(0, 1);
  const std::string_view letters = std::string_view(left).substr(2);
  const bool is_word = left[1] != '_' || std::ranges::count_if(letters, is_letter) > 2;
  return is_word ? "" : left.substr(0, 1);
}

/// Notes the names that stand for something of their own in the whole of a sheet: they are not read as
/// anything else above the line that says what.
void reserve_names(std::string_view text, Declarations& declarations) {
  read_lines(text, {}, [&](const Line& line) {
    const std::string spelled_line = spelled(line.text);
    if (spelled_line.find("sigma^2(") != std::string::npos) declarations.reserve("sigma^2");  // a function's
    if (!declares(line.text)) {
      if (const std::string letter = defined_letter(line.text); !letter.empty()) declarations.reserve(letter);
      return;
    }
    Declarations declared;
    try {
      declared.add(line.text);
    } catch (const value_error&) {  // what could be read of it is in there
    }
    for (const std::string& name : declared.names()) declarations.reserve(name);
  });
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
    return declares(each.text) || (!name.empty() && each.defines == name) ||
           (!name.empty() && each.defines == name + std::string(square_sign)) ||
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
        if (unread.mistake != Mistake::name) continue;
        std::string_view name = unread.undeclared;
        const bool is_of_loss = name.empty() && problem.declarations.loss() == nullptr;  // dw, for example
        const auto loss = std::ranges::find_if(
            refused, [](const RefusedLine& each) { return each.defines && is_loss_name(*each.defines); });
        if (is_of_loss && loss != refused.end()) return &*loss;
        if (const RefusedLine* line = refused_declaration(std::string(name))) return line;
        for (const std::string_view sign : {"partial", "d"}) {  // dp_n of a p whose line is refused
          if (name.starts_with(sign)) return refused_declaration(std::string(name.substr(sign.size())));
        }
        return nullptr;
      }
    }
  }
  return nullptr;
}

Sheet read_sheet(std::string_view text) {
  Sheet sheet;
  reserve_names(text, sheet.problem.declarations);
  DerivativeNames names;
  bool in_derivation = false;  // the line before is a claim or a step of one
  read_lines(text, sheet.problem.declarations, [&](const Line& read) {
    const std::string& line = read.text;
    if (continues(line) && in_derivation) {
      sheet.claims.back().continued.push_back(read);
      return;
    }
    const auto add_claim = [&](const std::string& claim) {
      in_derivation = true;
      sheet.problem.declarations = with_sizes_of_sums(claim, sheet.problem.declarations);
      sheet.claims.push_back({{read.line, claim, read.comment}});
    };
    const std::string of_named = names.claim_of(line, sheet.problem);
    in_derivation = false;
    if (!of_named.empty()) return add_claim(of_named);
    if (!declares(line) && claims(line, sheet.problem.declarations)) return add_claim(line);
    try {
      const std::string claim = read_declaration_or_definition(line, sheet.problem, names);
      if (!claim.empty()) add_claim(claim);
    } catch (const value_error& refused) {
      const auto* unread = dynamic_cast<const formula_error*>(&refused);
      RefusedLine one{read, message_of(refused), {}};
      if (unread != nullptr)
        one.message = message_of(
            *unread, line, with_defined_name(line, sheet.problem.declarations, sheet.problem.definitions));
      if (unread != nullptr && unread->mistake == Mistake::name) {
        const RefusedLine* declaration = sheet.refused_declaration(unread->undeclared);
        if (declaration != nullptr) one.message = fmt::format("it may need line {}", declaration->line);
      }
      const auto may_need = std::ranges::find_if(sheet.refused, [&](const RefusedLine& each) {
        return each.defines && mentions(line, *each.defines);
      });
      if (may_need != sheet.refused.end() && one.message.find("it may need line") == std::string::npos)
        one.message = fmt::format("it may need line {}", may_need->line);
      // What was read is a second definition, and the first one holds.
      const bool is_chain = equations_of(line).size() > 1;
      if ((unread != nullptr || is_chain) && !declares(line) && line.find('=') != std::string_view::npos)
        one.defines = defined_name(line, sheet.problem.declarations, sheet.problem.definitions);
      if (one.defines && mentions(line, *one.defines)) one.defines.reset();  // w = w - …, which is none
      one.message = with_line_as_written(one.message, line, sheet.problem);
      sheet.refused.push_back(one);
    }
  });
  return sheet;
}

}  // namespace eingrad::einstein
