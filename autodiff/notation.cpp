#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <vector>

#include <autodiff/contraction/contract.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/elementwise/apply.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/selection.hpp>
#include <autodiff/notation.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad {

namespace {

/// The letters of a contraction as people choose them: axes that nobody named (A, B, …) are called i, j, ….
Contraction readable(Contraction letters) {
  const std::string all = letters.a + letters.b + letters.out;
  const auto is_unnamed = [](char c) { return c >= 'A' && c <= 'R'; };
  if (!std::ranges::all_of(all, is_unnamed)) return letters;
  std::string seen;
  for (const char c : all) {
    if (seen.find(c) == std::string::npos) seen += c;
  }
  for (std::string* each : {&letters.a, &letters.b, &letters.out}) {
    for (char& c : *each) c = static_cast<char>('i' + seen.find(c));
  }
  return letters;
}

const ContractionAttributes* contraction_of(const Node& y) {
  return dynamic_cast<const ContractionAttributes*>(y.attributes());
}

bool is_elementwise(const Node& y) { return dynamic_cast<const Elementwise*>(y.rule) != nullptr; }

/// ȳ ∂f/∂a, … of an elementwise operation, from its own definition.
std::vector<std::string> products_with_partials(const einstein::KnownFunction& f) {
  using einstein::Expr;
  einstein::Declarations scalars;
  const auto scalar = [&](const std::string& name) {
    scalars.tensor(name, {});
    return Expr(einstein::Symbol{name, {}});
  };
  const Expr y = scalar("y"), cotangent = scalar("ybar");
  std::vector<Expr> operands;
  for (std::size_t i = 0; i < f.arity; ++i) operands.push_back(scalar(operand_name(i)));
  std::vector<std::string> texts;
  for (const Expr& partial : f.partials(operands, y)) texts.push_back(print(cotangent * partial, scalars));
  return texts;
}

const std::vector<std::string>& elementwise_rules(std::string_view operation) {
  static const std::map<std::string_view, std::vector<std::string>> all = [] {
    std::map<std::string_view, std::vector<std::string>> rules;
    for (const einstein::KnownFunction& f : einstein::known_functions())
      rules[f.name] = products_with_partials(f);
    return rules;
  }();
  return all.at(operation);
}

/// "f(a, b)", of many operands the first few.
std::string as_function(std::string_view f, std::size_t operands) {
  constexpr std::size_t most = 6;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(operands, most); ++i) names.push_back(operand_name(i));
  if (operands > most) names.emplace_back("...");
  return fmt::format("{}({})", f, fmt::join(names, ", "));
}

/// Such as abar.
std::string with_bar(const std::string& name) {
  const bool is_word = std::ranges::all_of(
      name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c >= 0x80; });
  return is_word ? name + "bar" : "bar(" + name + ")";
}

}  // namespace

std::string operand_name(std::size_t i) {
  return i < 24 ? std::string(1, static_cast<char>('a' + i)) : fmt::format("x{}", i);  // y is the result
}

std::string notation_of(const Node& y) {
  if (y.is_leaf()) return "";
  if (const auto* contraction = contraction_of(y)) {
    const auto [a, b, out] = readable(contraction->letters);
    return y.operand_count == 1 ? fmt::format("einsum(\"{}->{}\", a)", a, out)
                                : fmt::format("einsum(\"{},{}->{}\", a, b)", a, b, out);
  }
  if (!is_elementwise(y)) return as_function(y.rule->name, y.operand_count);
  const std::string_view name = y.rule->name;
  return std::string(std::ranges::find(elementwise_operations(), name, &ElementwiseFacts::name)->notation);
}

std::string rule_of(const Node& y, std::size_t i) {
  const std::string bar = operand_name(i) + "bar";
  if (const auto* contraction = contraction_of(y)) {
    const auto [a, b, out] = readable(contraction->letters);
    if (y.operand_count == 1) return bar + fmt::format(" = einsum(\"{}->{}\", ybar)", out, a);
    return i == 0 ? bar + fmt::format(" = einsum(\"{},{}->{}\", ybar, b)", out, b, a)
                  : bar + fmt::format(" = einsum(\"{},{}->{}\", ybar, a)", out, a, b);
  }
  if (dynamic_cast<const Selection*>(y.attributes()) != nullptr)
    return bar + " = ybar, its elements back in their places";
  if (is_elementwise(y)) return bar + " = " + elementwise_rules(y.rule->name).at(i);
  return bar + fmt::format(" by the rule of {}", y.rule->name);
}

std::string with_names(std::string_view text, const std::vector<std::string>& operands,
                       const std::string& result) {
  const auto name_of_word = [&](std::string_view word) -> const std::string* {
    if (word == "y") return &result;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (word == operand_name(i)) return &operands[i];
    }
    return nullptr;
  };
  std::string named;
  bool is_quoted = false;
  while (!text.empty()) {
    const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    const auto* end = std::ranges::find_if_not(text, is_letter);
    const auto size = std::max<std::size_t>(static_cast<std::size_t>(end - text.begin()), 1);
    const std::string_view word = text.substr(0, size);
    const bool is_bar = word.ends_with("bar");
    const std::string* name =
        is_quoted ? nullptr : name_of_word(is_bar ? word.substr(0, word.size() - 3) : word);
    named += name == nullptr ? std::string(word) : is_bar ? with_bar(*name) : *name;
    is_quoted = is_quoted != (word == "\"");
    text.remove_prefix(size);
  }
  return named;
}

}  // namespace eingrad
