#include <autodiff/einstein/equations.hpp>

namespace eingrad::einstein {

namespace {

/// What stands between the signs of equality, without the spaces around it. An == is none of them.
std::vector<std::string> sides_of(std::string_view chain) {
  std::vector<std::string> sides(1);
  int depth = 0;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const char c = chain[i];
    const bool is_double =
        c == '=' && (chain.substr(i + 1).starts_with('=') || chain.substr(0, i).ends_with('='));
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c == '=' && !is_double && depth <= 0) {
      sides.emplace_back();
    } else {
      sides.back() += c;
    }
  }
  for (std::string& side : sides) {
    side.erase(0, side.find_first_not_of(" \t&"));
    side.erase(side.find_last_not_of(" \t&") + 1);
  }
  return sides;
}

}  // namespace

std::vector<std::string> equations_of(std::string_view chain) {
  const std::vector<std::string> sides = sides_of(chain);
  if (sides.size() <= 2) return {std::string(chain)};
  std::vector<std::string> all;
  for (std::size_t i = 1; i < sides.size(); ++i) all.push_back(sides[0] + " = " + sides[i]);
  return all;
}

bool is_equation(std::string_view line) { return sides_of(line).size() > 1; }

std::string with_left_side(const std::string& line, const std::string& first) {
  const std::size_t begin = line.find_first_not_of(" \t&");
  const bool continues = begin != std::string::npos && line[begin] == '=';
  return continues ? first.substr(0, first.find('=')) + line.substr(begin) : line;
}

}  // namespace eingrad::einstein
