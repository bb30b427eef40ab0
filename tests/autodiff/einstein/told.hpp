#pragma once
#include <string>
#include <vector>

#include <autodiff/einstein/einstein.hpp>
#include <tests/catch.hpp>

namespace eingrad::testing {

/// A sheet of which no line is refused.
inline einstein::Sheet readable(const std::string& text) {
  einstein::Sheet sheet = einstein::read_sheet(text);
  for (const einstein::RefusedLine& line : sheet.refused) UNSCOPED_INFO(line.text << ": " << line.message);
  CHECK(sheet.refused.empty());
  return sheet;
}

/// What each claim of such a sheet is told.
inline std::vector<std::string> told(const std::string& text) {
  const einstein::Sheet sheet = readable(text);
  std::vector<std::string> all;
  for (const einstein::Claim& claim : sheet.claims) {
    INFO(claim.text);
    all.push_back(einstein::check(claim.text, sheet.problem).message);
  }
  return all;
}

inline const std::string is_right = "it is right";

}  // namespace eingrad::testing
