#include <autodiff/einstein/formula_reader.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

Expr Differentials::derivative() const {
  Expr e = of;
  for (auto one = by.rbegin(); one != by.rend(); ++one) e = einstein::derivative(e, *one);
  return e;
}

bool FormulaReader::take_differential_sign() {
  skip_spaces();
  if (here() != 'd') return false;
  ++at_;
  return true;
}

// d and a declared tensor
std::optional<Symbol> FormulaReader::differential(const ReadTensor& read_tensor) {
  if (!take_differential_sign()) return {};
  skip_spaces();
  const std::string name = declared_name();
  if (name.empty() || declarations_.axes_of(name) == nullptr) return {};
  return read_tensor(name);
}

std::optional<Differentials> FormulaReader::differentials(const ReadTensor& read_tensor) {
  const std::size_t start = at_;
  const bool may_be_a_name = !declared_name().empty();
  try {
    std::optional<Differentials> read = fraction_of_differentials(read_tensor);
    if (read) return read;
  } catch (const value_error&) {
    if (!may_be_a_name) throw;
  }
  at_ = start;
  return {};
}

std::optional<Differentials> FormulaReader::fraction_of_differentials(const ReadTensor& read_tensor) {
  const std::optional<Symbol> of = differential(read_tensor);
  if (!of || !take('/')) return {};
  const std::size_t below = at_;
  const std::optional<Symbol> by = differential(read_tensor);
  if (!by) fail_at(below, "expected d and a declared name below the line", "dL/dw");
  return Differentials{*of, {*by}};
}

}  // namespace eingrad::einstein
