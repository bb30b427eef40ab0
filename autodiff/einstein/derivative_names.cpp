#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <autodiff/einstein/derivative_names.hpp>
#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/implied_declaration.hpp>
#include <autodiff/einstein/sheet_lines.hpp>
#include <autodiff/error.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

/// What stands left of '=', without spaces.
std::string left_of(const std::string& line) {
  std::string left = spelled(line.substr(0, line.find('=')));
  std::erase_if(left, [](char c) { return c == ' ' || c == '&'; });
  return left;
}

std::string right_of(const std::string& line) {
  return std::string(trimmed(std::string_view(line).substr(line.find('=') + 1)));
}

/// The letters that stand behind a name on the left, _n of g_n, of g(w) none; nothing if something else does,
/// as in g^T.
std::optional<std::string> letters_behind(const std::string& name, const std::string& left) {
  if (!left.starts_with(name)) return {};
  std::string rest = left.substr(name.size());
  if (rest.starts_with('(') && rest.ends_with(')')) rest.clear();
  const bool are_letters =
      rest.empty() || ((rest[0] == '_' || rest[0] == '[') && rest.find('^') == std::string::npos);
  return are_letters ? std::optional(rest) : std::nullopt;
}

/// dL/dz of a definition that is the gradient of a number by a tensor, in the order of the tensor's axes;
/// empty of any other.
std::string gradient_in(const Definition& definition) {
  const auto* d = definition.value.as<Derivative>();
  const auto* of = d != nullptr ? d->of.as<Symbol>() : nullptr;
  if (of == nullptr || !of->indices.empty() || d->by.indices != definition.indices) return "";
  return fmt::format("d{}/d{}", of->name, d->by.name);
}

}  // namespace

std::string DerivativeNames::define(const std::string& line, Problem& problem) {
  const std::vector<std::string> equations = equations_of(line);
  const bool is_chain = equations.size() > 1 && !left_of(line).empty();
  Problem more = problem;
  try {
    more.define(is_chain ? equations[0] : line);
  } catch (const value_error&) {
    if (!is_chain) throw;
  }
  const std::string name = defined_name(line, more.declarations, more.definitions);
  const auto found = more.definitions.find(name);
  const bool is_new = found != more.definitions.end() && !problem.definitions.contains(name);
  const std::string gradient = is_new ? gradient_in(found->second) : "";
  if (is_chain && gradient.empty()) problem.define(line);  // which refuses the chain
  problem = std::move(more);
  const auto letters = letters_behind(name, left_of(line));
  if (gradient.empty() || !letters) return "";
  gradients_[name] = gradient;
  before_ = gradient + *letters;
  if (!is_chain) return "";
  std::string claim = before_;
  for (std::size_t i = 1; i < equations.size(); ++i) claim += " = " + right_of(equations[i]);
  return claim;
}

std::string DerivativeNames::claim_of(const std::string& line, const Problem& problem) {
  const std::string before = std::exchange(before_, "");
  if (line.find('=') == std::string::npos) return "";
  if (continues(line)) {
    const std::string_view step = trimmed(line);
    return before.empty() ? "" : before + " " + std::string(step.substr(step.find('=')));
  }
  const auto found = gradients_.find(defined_name(line, problem.declarations, problem.definitions));
  const auto letters = found != gradients_.end() ? letters_behind(found->first, left_of(line)) : std::nullopt;
  return letters ? found->second + *letters + " = " + right_of(line) : "";
}

}  // namespace eingrad::einstein
