#include <algorithm>

#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/contract.hpp>
#include <autodiff/contraction/einsum.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/linalg/matrices.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr ContractionRule diagonal_rule("diagonal"), diag_embed_rule("diag_embed"),
    tensordot_rule("tensordot");

}  // namespace

Tensor diagonal(const Operand& operand, std::int64_t offset, std::int64_t axis0, std::int64_t axis1) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = a.shape().size();
  const std::size_t rows = normalize_axis(axis0, rank, "diagonal", operand.at, &a);
  const std::size_t columns = normalize_axis(axis1, rank, "diagonal", operand.at, &a);
  if (rows == columns) {
    throw Report("diagonal", "both axes are the same", operand.at)
        .operand("A", a)
        .hint("two axes, such as 0 and 1")
        .as<index_error>();
  }
  const std::int64_t below = std::max<std::int64_t>(-offset, 0), right = std::max<std::int64_t>(offset, 0);
  const std::int64_t n =
      std::max<std::int64_t>(std::min(a.shape()[rows] - below, a.shape()[columns] - right), 0);
  const Tensor cut = slice(slice(operand, axis0, below, below + n), axis1, right, right + n);
  std::string letters = axis_letters(rank);
  letters[columns] = letters[rows];
  std::string out;
  Shape shape = Shape::filled(rank - 1);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (axis == rows || axis == columns) continue;
    shape[out.size()] = a.shape()[axis];
    out += letters[axis];
  }
  shape[out.size()] = n;
  out += letters[rows];
  return contract(diagonal_rule, cut, letters, out, shape, operand.at);
}

Tensor diag_embed(const Operand& operand, std::int64_t offset) {
  const Tensor& a = operand.tensor();
  if (a.dim() == 0) {
    throw Report("diag_embed", "there is no axis", operand.at)
        .operand("A", a)
        .hint("unsqueeze(-1)")
        .as<shape_error>();
  }
  const std::string letters = axis_letters(a.shape().size());
  std::vector<std::int64_t> shape(a.shape().begin(), a.shape().end());
  shape.push_back(shape.back());
  const Tensor y = contract(diag_embed_rule, a, letters, letters + letters.back(), shape, operand.at);
  if (offset == 0) return y;
  const std::int64_t above = std::max<std::int64_t>(offset, 0), below = std::max<std::int64_t>(-offset, 0);
  return pad(y, {above, below, below, above});
}

Tensor diag(const Operand& a, std::int64_t offset) {
  const std::int64_t rank = a.tensor().dim();
  if (rank == 1) return diag_embed(a, offset);
  if (rank == 2) return diagonal(a, offset);
  throw Report("diag", "this is neither a vector nor a matrix", a.at)
      .operand("A", a.tensor())
      .hint("diagonal() or diag_embed() for batches")
      .as<shape_error>();
}

Tensor trace(const Operand& a) {
  if (a.tensor().dim() != 2) {
    throw Report("trace", "this is no matrix", a.at)
        .operand("A", a.tensor())
        .hint("einsum(\"...ii->...\", A) for batches")
        .as<shape_error>();
  }
  const Tensor d = diagonal(a);
  return einsum("i->", d);
}

Tensor kron(const Operand& left, const Operand& right) {
  const Tensor &a = left.tensor("operand A"), &b = right.tensor("operand B");
  const std::size_t rank = std::max(a.shape().size(), b.shape().size());
  Shape of_a = Shape::filled(2 * rank, 1), of_b = Shape::filled(2 * rank, 1), shape = Shape::filled(rank, 1);
  const auto extent = [&](const Tensor& x, std::size_t axis) {
    const std::size_t added = rank - x.shape().size();
    return axis < added ? 1 : x.shape()[axis - added];
  };
  for (std::size_t axis = 0; axis < rank; ++axis) {
    of_a[2 * axis] = extent(a, axis);
    of_b[2 * axis + 1] = extent(b, axis);
    shape[axis] = of_a[2 * axis] * of_b[2 * axis + 1];
  }
  const Tensor products = mul(reshape(left, of_a), reshape(right, of_b));
  return reshape(Operand(products, left.at.file, left.at.line), shape);
}

Tensor tensordot(const Operand& left, const Operand& right, const Shape& axes_a, const Shape& axes_b) {
  const Tensor &a = left.tensor("operand A"), &b = right.tensor("operand B");
  const std::size_t rank_a = a.shape().size(), rank_b = b.shape().size();
  const auto fail = [&](const std::string& problem) {
    throw Report("tensordot", problem, left.at)
        .operand("A", a)
        .operand("B", b)
        .hint("axes of A and axes of B of the same extents, in the same order")
        .as<shape_error>();
  };
  if (axes_a.size() != axes_b.size()) fail("there are not as many axes of the one as of the other");
  const std::string letters_a = axis_letters(rank_a);
  std::string letters_b = axis_letters(rank_b, rank_a);
  std::string out = letters_a;
  std::vector<bool> taken_a = reduced_axes("tensordot", a, axes_a, left.at),
                    taken_b = reduced_axes("tensordot", b, axes_b, left.at);
  if (axes_a.empty()) taken_a.assign(rank_a, false), taken_b.assign(rank_b, false);
  for (std::size_t k = 0; k < axes_a.size(); ++k) {
    const std::size_t i = normalize_axis(axes_a[k], rank_a, "tensordot", left.at, &a);
    const std::size_t j = normalize_axis(axes_b[k], rank_b, "tensordot", left.at, &b);
    if (a.shape()[i] != b.shape()[j]) fail(fmt::format("axis {} of A and axis {} of B differ", i, j));
    letters_b[j] = letters_a[i];
  }
  out.clear();
  std::vector<std::int64_t> shape;
  for (std::size_t i = 0; i < rank_a; ++i) {
    if (taken_a[i]) continue;
    out += letters_a[i];
    shape.push_back(a.shape()[i]);
  }
  for (std::size_t j = 0; j < rank_b; ++j) {
    if (taken_b[j]) continue;
    out += letters_b[j];
    shape.push_back(b.shape()[j]);
  }
  const Dtype dtype = promote(a.dtype(), b.dtype());
  return contract(tensordot_rule, {letters_a, letters_b, out}, left.tensor(dtype), &right.tensor(dtype),
                  shape, left.at);
}

Tensor tensordot(const Operand& left, const Operand& right, std::int64_t count) {
  const std::int64_t rank = left.tensor("operand A").dim();
  if (count < 0 || count > rank || count > right.tensor("operand B").dim()) {
    throw Report("tensordot", fmt::format("the operands do not have {} axes", count), left.at)
        .operand("A", left.tensor())
        .operand("B", right.tensor())
        .hint("as many axes as both have, or lists of axes")
        .as<shape_error>();
  }
  Shape axes_a = Shape::filled(static_cast<std::size_t>(count)), axes_b = axes_a;
  for (std::int64_t k = 0; k < count; ++k) {
    axes_a[static_cast<std::size_t>(k)] = rank - count + k;
    axes_b[static_cast<std::size_t>(k)] = k;
  }
  return tensordot(left, right, axes_a, axes_b);
}

Tensor bilinear(const Operand& x, const Tensor& z, const Tensor& weight, const Tensor& bias) {
  const Tensor y = einsum("...i,oij,...j->...o", x, weight, z);
  return bias.defined() ? y + bias : y;
}

}  // namespace eingrad
