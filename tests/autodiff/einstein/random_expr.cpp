#include "random_expr.hpp"

#include <autodiff/create.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/random/random.hpp>

using namespace eingrad;
using namespace eingrad::einstein;

namespace {
const std::vector<std::pair<std::string, std::vector<std::string>>> tensors = {
    {"s", {}}, {"a", {"i"}}, {"b", {"j"}}, {"A", {"i", "j"}}, {"B", {"j", "k"}}};
}

Declarations RandomExpr::declarations() {
  Declarations all;
  for (const auto& [name, axes] : tensors) all.tensor(name, axes);
  return all.size("m", "i").letter("p", "i").letter("q", "j").letter("r", "k");
}

Values RandomExpr::values(std::uint32_t seed) {
  Generator generator(seed);
  const std::map<std::string, std::int64_t> sizes = {{"i", 2}, {"j", 3}, {"k", 4}};
  Values values{{}, sizes};
  for (const auto& [name, axes] : tensors) {
    std::vector<std::int64_t> shape;
    for (const std::string& axis : axes) shape.push_back(sizes.at(axis));
    Tensor drawn = empty(shape, float64);
    uniform_(drawn, 0.5, 1.5, generator);
    values.tensors[name] = drawn;
  }
  return values;
}

einstein::Index RandomExpr::letter(const std::string& axis) {
  static const std::map<std::string, std::string> others = {{"i", "p"}, {"j", "q"}, {"k", "r"}};
  return {below(2) == 0 ? axis : others.at(axis), axis};
}

Expr RandomExpr::leaf() {
  if (below(8) == 0) {
    const auto numerator = static_cast<double>(below(5)) - 2, denominator = static_cast<double>(1 + below(3));
    return Number(numerator, denominator);
  }
  if (below(8) == 0) return Size{below(2) == 0 ? "i" : "j"};
  if (below(6) == 0) return Delta{{"i", "i"}, {below(2) == 0 ? "p" : "i", "i"}};
  const auto& [name, axes] = tensors[below(tensors.size())];
  Symbol symbol{name, {}};
  for (const std::string& axis : axes) symbol.indices.push_back(letter(axis));
  return symbol;
}

Symbol RandomExpr::target() {
  const auto& [name, axes] = tensors[below(tensors.size())];
  Symbol symbol{name, {}};
  for (const std::string& axis : axes) symbol.indices.push_back({axis == "i" ? "x" : "y", axis});
  if (name == "B") symbol.indices[1].letter = "z";
  return symbol;
}

Expr RandomExpr::of_depth(int depth) {
  if (depth <= 1) return leaf();
  const auto inner = [&] { return of_depth(depth - 1 - static_cast<int>(below(2))); };
  static const char* const functions[] = {"tanh", "sigmoid", "sin", "atan"};
  const std::size_t kind = below(9);
  switch (kind) {
    case 0:
    case 1:
    case 2:
    case 3: {
      const Expr a = inner(), b = inner();  // in this order, whatever the compiler
      return kind == 0 ? a + b : kind == 1 ? a - b : a * b;
    }
    case 4:
      return raised(inner(), 2);
    case 5: {
      const Expr inside = inner();
      return raised(raised(function("tanh", {inside}), 2) + 1, below(2) == 0 ? Number(-1) : Number(1, 2));
    }
    case 6: {
      const Expr inside = inner();
      return function(functions[below(4)], {inside});
    }
    default:
      break;
  }
  const Expr body = inner();
  const Indices free = free_indices(body);
  if (free.empty()) return body;
  Indices over;
  for (const einstein::Index& index : free) {
    if (below(2) == 0) over.push_back(index);
  }
  if (over.empty()) over.push_back(free[0]);
  switch (below(5)) {
    case 0:
      return reduction(Over::mean, over, body);
    case 1:
      return reduction(Over::logsumexp, over, function("tanh", {body}));
    case 2:
      return softmax(function("tanh", {body}), over[0]);
    default:
      return reduction(Over::sum, over, body);
  }
}
