#include <algorithm>
#include <utility>
#include <vector>

#include <autodiff/einstein/derivative_names.hpp>
#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/implied_declaration.hpp>
#include <autodiff/einstein/sheet_lines.hpp>

namespace eingrad::einstein {

namespace {

std::string left_of(const std::string& line) {
  std::string left = spelled(line.substr(0, line.find('=')));
  std::erase(left, ' ');
  return left;
}

std::string right_of(const std::string& line) {
  return std::string(trimmed(std::string_view(line).substr(line.find('=') + 1)));
}

}  // namespace

std::string DerivativeNames::define(const std::string& line, Problem& problem) {
  const std::vector<std::string> equations = equations_of(line);
  Problem more = problem;
  if (equations.size() == 1)
    more.define(line);
  else {
    try {
      more.define(equations[0]);
    } catch (const value_error&) {  // it is told of the whole line
      more.define(line);
    }
  }
  const std::string name = defined_name(equations[0], more.declarations, more.definitions);
  const auto found = more.definitions.find(name);
  const bool is_derivative =
      found != more.definitions.end() && found->second.value.as<Derivative>() != nullptr;
  if (equations.size() > 1 && !is_derivative) more.define(line);  // which refuses the chain
  problem = std::move(more);
  if (!is_derivative) return "";
  before_ = derivatives_[left_of(line)] = right_of(equations[0]);
  std::string claim = before_;
  for (std::size_t i = 1; i < equations.size(); ++i) claim += " = " + right_of(equations[i]);
  return equations.size() > 1 ? claim : "";
}

std::string DerivativeNames::claim_of(const std::string& line) {
  const std::string before = std::exchange(before_, "");
  if (line.find('=') == std::string::npos) return "";
  if (continues(line)) return before.empty() ? "" : before + " " + std::string(trimmed(line));
  const auto found = derivatives_.find(left_of(line));
  return found == derivatives_.end() ? "" : found->second + " = " + right_of(line);
}

}  // namespace eingrad::einstein
