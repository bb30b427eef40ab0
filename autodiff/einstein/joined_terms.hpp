#pragma once
#include <algorithm>
#include <string>
#include <vector>

namespace eingrad::einstein {

/// The texts of terms as a sum, which begins with one that has no minus if there is any: 1 - a².
inline std::string joined_terms(std::vector<std::string> terms) {
  const auto is_positive = [](const std::string& term) { return !term.starts_with('-'); };
  const auto first = std::ranges::find_if(terms, is_positive);
  if (first != terms.end()) std::rotate(terms.begin(), first, first + 1);
  std::string all;
  for (const std::string& term : terms) {
    all += all.empty() ? "" : is_positive(term) ? " + " : " - ";
    all += all.empty() || is_positive(term) ? term : term.substr(1);
  }
  return all;
}

}  // namespace eingrad::einstein
