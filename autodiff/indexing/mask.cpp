#include <autodiff/contraction/axes.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/broadcast.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/gather.hpp>
#include <autodiff/indexing/mask.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

void check_mask(const char* operation, const Tensor& mask, Location at) {
  if (mask.node(at, "the mask", operation).dtype == boolean) return;
  throw Report(operation, "the mask is not boolean", at)
      .operand("mask", mask)
      .hint("a comparison, such as mask > 0")
      .as<dtype_error>();
}

enum class Kept { lower, upper };

Tensor triangle(const char* operation, Kept kept, const Operand& operand, std::int64_t diagonal) {
  const Tensor& a = operand.tensor();
  if (a.dim() < 2) {
    throw Report(operation, "there are no rows and columns", operand.at)
        .operand("A", a)
        .hint("a tensor of two axes or more")
        .as<shape_error>();
  }
  const Tensor row = arange(a.size(-2)).unsqueeze(-1), column = arange(a.size(-1));
  const Tensor off = column - row;
  const Tensor keeps = kept == Kept::lower ? le(off, diagonal) : ge(off, diagonal);
  return where(keeps, operand, full({}, 0, a.dtype()));
}

}  // namespace

Tensor masked_fill(const Operand& a, const Tensor& mask, const Operand& value) {
  check_mask("masked_fill", mask, a.at);
  return where(Operand(mask, a.at.file, a.at.line), value, a);
}

Tensor nonzero(const Tensor& a, Location at) {
  static_cast<void>(a.node(at, "the operand"));
  std::vector<std::int64_t> places;
  const Tensor holds = ne(Operand(a, at.file, at.line), 0);
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < a.numel(); ++i) {
    if (!holds.span<bool>()[static_cast<std::size_t>(i)]) continue;
    ++count;
    for (std::size_t axis = 0; axis < a.shape().size(); ++axis)
      places.push_back(i / numel_behind(a.shape(), axis) % a.shape()[axis]);
  }
  return tensor(places, int64, at).reshape({count, a.dim()}, at);
}

Tensor masked_select(const Operand& operand, const Tensor& mask) {
  check_mask("masked_select", mask, operand.at);
  Shape shape = operand.tensor().shape();
  if (!broadcast_to(shape, mask.shape())) {
    throw Report("masked_select", "the shapes do not broadcast", operand.at)
        .operand("A", operand.tensor())
        .operand("mask", mask)
        .hint("a mask of the shape of A")
        .as<shape_error>();
  }
  const Tensor a = expand(operand, shape);
  const Tensor holds = expand(mask, shape).reshape({-1});
  const Tensor places = nonzero(holds, operand.at).reshape({-1});
  return take(Operand(a, operand.at.file, operand.at.line), places);
}

Tensor tril(const Operand& a, std::int64_t diagonal) { return triangle("tril", Kept::lower, a, diagonal); }
Tensor triu(const Operand& a, std::int64_t diagonal) { return triangle("triu", Kept::upper, a, diagonal); }

}  // namespace eingrad
