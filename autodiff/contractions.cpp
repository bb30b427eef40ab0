#include <numeric>

#include <autodiff/contraction.hpp>
#include <autodiff/einsum.hpp>
#include <autodiff/elementwise.hpp>
#include <autodiff/kernels/sum_product.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr ContractionRule sum_rule("sum"), transpose_rule("transpose"), expand_rule("expand"),
    sum_to_rule("sum_to"), matmul_rule("matmul"), dot_rule("dot"), outer_rule("outer");

/// `count` letters from the one with number `first`.
std::string letters(std::size_t count, std::size_t first = 0) {
  std::string text(count, '\0');
  std::iota(text.begin(), text.end(), static_cast<char>('A' + first));
  return text;
}

Tensor contract_one(const ContractionRule& rule, const Tensor& a, std::string from, std::string to,
                    const Shape& shape, Location at) {
  return contract(rule, {std::move(from), "", std::move(to)}, a, nullptr, shape, at);
}

/// The sum of all elements, in a shape of one element: the commonest contraction, without any letters.
Tensor total(const Tensor& a, const Shape& shape) {
  Tensor y(make_node(a.dtype(), shape, a.node().location()));
  with_floating_type(a.dtype(), [&]<class T>() {
    *static_cast<T*>(y.node().data) = kernels::sum_product_kernels<T>().sum(
        static_cast<T*>(a.node().data), static_cast<std::size_t>(a.numel()));
  });
  return y;
}

/// A mark for each axis: '-' if it is summed over, else '+'.
std::string reduction(const char* operation, const Tensor& a, const Shape& axes, Location at) {
  const std::size_t rank = a.shape().size();
  std::string marks(rank, axes.empty() ? '-' : '+');
  for (std::int64_t axis : axes) {
    char& mark = marks[normalize_axis(axis, rank, operation, at)];
    if (mark == '-') {
      throw Report(operation, fmt::format("axis {} is named twice", axis), at)
          .operand("A", a)
          .as<index_error>();
    }
    mark = '-';
  }
  return marks;
}

}  // namespace

Tensor sum(const Operand& operand, const Shape& axes, bool keepdim) {
  const Tensor& a = operand.tensor(promote(operand.tensor().dtype(), int64));
  const std::size_t rank = a.shape().size();
  const std::string reduced = reduction("sum", a, axes, operand.at);

  const std::string from = letters(rank);
  std::string to;
  Shape shape = Shape::filled(keepdim ? rank : static_cast<std::size_t>(std::ranges::count(reduced, '+')));
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const bool kept = reduced[axis] == '+';
    if (!kept && !keepdim) continue;
    // An axis that stays with extent 1 has a letter that the operand lacks.
    to += kept ? from[axis] : static_cast<char>('A' + rank + axis);
    shape[to.size() - 1] = kept ? a.shape()[axis] : 1;
  }
  return contract_one(sum_rule, a, from, to, shape, operand.at);
}

Tensor mean(const Operand& operand, const Shape& axes, bool keepdim) {
  const Tensor& a = operand.tensor();
  if (!is_floating(a.dtype())) {
    throw Report("mean", "the mean of integers is not an integer", operand.at)
        .operand("A", a)
        .hint("a.to(float64) first")
        .as<dtype_error>();
  }
  const std::string reduced = reduction("mean", a, axes, operand.at);
  std::int64_t count = 1;
  for (std::size_t axis = 0; axis < reduced.size(); ++axis)
    count *= reduced[axis] == '-' ? a.shape()[axis] : 1;
  return div(Operand(sum(operand, axes, keepdim), operand.at.file, operand.at.line),
             static_cast<double>(count));
}

Tensor permute(const Operand& operand, const Shape& axes) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = a.shape().size();
  const std::string from = letters(rank);
  std::string to;
  Shape shape;
  for (std::int64_t axis : axes) to += from[normalize_axis(axis, rank, "permute", operand.at)];
  std::string sorted = to;
  std::ranges::sort(sorted);
  if (sorted != from) {
    throw Report("permute", fmt::format("{} does not name each axis once", to_string(axes)), operand.at)
        .operand("A", a)
        .as<index_error>();
  }
  shape = Shape::filled(rank);
  for (std::size_t i = 0; i < rank; ++i) shape[i] = a.shape()[static_cast<std::size_t>(to[i] - 'A')];
  return contract_one(transpose_rule, a, from, to, shape, operand.at);
}

Tensor transpose(const Operand& operand, std::int64_t axis0, std::int64_t axis1) {
  const std::size_t rank = operand.tensor().shape().size();
  Shape axes = Shape::filled(rank);
  std::iota(axes.begin(), axes.end(), 0);
  std::swap(axes[normalize_axis(axis0, rank, "transpose", operand.at)],
            axes[normalize_axis(axis1, rank, "transpose", operand.at)]);
  return permute(operand, axes);
}

Tensor expand(const Operand& operand, const Shape& wanted) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = a.shape().size();
  const auto fail = [&](const char* problem) {
    throw Report("expand", problem, operand.at)
        .operand("A", a)
        .line("shape", to_string(wanted))
        .rule("aligned at the last axis, an extent of 1 is repeated and others stay")
        .as<shape_error>();
  };
  if (wanted.size() < rank) fail("the shape has fewer axes than the tensor");
  const std::size_t added = wanted.size() - rank;
  const std::string from = letters(rank);
  std::string to = letters(added, rank);
  Shape shape = wanted;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    std::int64_t& extent = shape[added + axis];
    const std::int64_t have = a.shape()[axis];
    if (extent == -1) extent = have;
    if (have != extent && have != 1) fail("an axis cannot be repeated to this extent");
    to += have == extent ? from[axis] : static_cast<char>('A' + wanted.size() + axis);
  }
  if (std::ranges::any_of(shape, [](std::int64_t extent) { return extent < 0; }))
    fail("a new axis needs its extent");
  return contract_one(expand_rule, a, from, to, shape, operand.at);
}

Tensor sum_to(const Tensor& a, const Shape& shape) {
  const std::size_t rank = a.shape().size();
  if (shape.numel() == 1 && shape.size() <= rank && is_floating(a.dtype()) && !should_record({&a}))
    return total(a, shape);
  const std::string from = letters(rank);
  std::string to;
  bool fits = shape.size() <= rank;
  for (std::size_t axis = 0; fits && axis < shape.size(); ++axis) {
    const std::size_t aligned = rank - shape.size() + axis;
    const bool kept = shape[axis] == a.shape()[aligned];
    to += kept ? from[aligned] : static_cast<char>('A' + rank + axis);
    fits = kept || shape[axis] == 1;
  }
  if (!fits) {
    throw Report("sum_to", fmt::format("nothing of shape {} was repeated to this one", to_string(shape)))
        .operand("A", a)
        .as<shape_error>();
  }
  return contract_one(sum_to_rule, a, from, to, shape, a.node().location());
}

Tensor matmul(const Operand& left, const Operand& right) {
  const Dtype dtype = promote(left.tensor().dtype(), right.tensor().dtype());
  const Tensor &a = left.tensor(dtype), &b = right.tensor(dtype);
  const std::size_t rank_a = a.shape().size(), rank_b = b.shape().size();
  const auto fail = [&](const char* problem, const std::string& hint) {
    throw Report("matmul", problem, left.at)
        .operand("A", a)
        .operand("B", b)
        .rule("C_ik = A_ij B_jk needs |j| equal")
        .hint(hint)
        .as<shape_error>();
  };
  if (rank_a == 0 || rank_b == 0) fail("an operand has no axis", "A * B for a product with a number");

  // Letters: j is contracted, i and k are the matrices' own axes, the batch axes are aligned at the last one.
  const std::size_t batch_a = rank_a > 2 ? rank_a - 2 : 0, batch_b = rank_b > 2 ? rank_b - 2 : 0;
  const std::size_t batch = std::max(batch_a, batch_b);
  std::string in_a, in_b, out;
  Shape shape = Shape::filled(batch + (rank_a > 1 ? 1 : 0) + (rank_b > 1 ? 1 : 0));
  for (std::size_t axis = 0; axis < batch; ++axis) {
    const auto extent_of = [&](const Tensor& x, std::size_t own) {
      return axis + own < batch ? std::int64_t{-1} : x.shape()[axis + own - batch];
    };
    const std::int64_t extent_a = extent_of(a, batch_a), extent_b = extent_of(b, batch_b);
    const std::int64_t extent = extent_a == 1 || extent_a == -1 ? std::max(extent_b, extent_a) : extent_a;
    const auto letter_for = [&](std::int64_t own, std::size_t operand) {
      if (own == extent) return std::string(1, static_cast<char>('A' + axis));
      if (own == 1)
        return std::string(1, static_cast<char>('A' + (operand + 1) * batch + axis));  // is broadcast
      if (own != -1) fail("the batch axes do not broadcast", "a reshape of one of them");
      return std::string();
    };
    in_a += letter_for(extent_a, 0);
    in_b += letter_for(extent_b, 1);
    out += static_cast<char>('A' + axis);
    shape[axis] = extent;
  }
  if (rank_a > 1) {
    in_a += 'i';
    shape[out.size()] = a.size(-2);
    out += 'i';
  }
  in_a += 'j';
  in_b += 'j';
  if (rank_b > 1) {
    in_b += 'k';
    shape[out.size()] = b.size(-1);
    out += 'k';
  }
  const std::int64_t inner_a = a.size(-1), inner_b = b.size(rank_b > 1 ? -2 : -1);
  if (inner_a != inner_b) {
    const bool fits_transposed = rank_b > 1 && b.size(-1) == inner_a;
    fail("the contracted axes differ", fits_transposed
                                           ? "B.t() if you meant C_ik = A_ij B_kj"
                                           : fmt::format("extents that agree: {} and {}", inner_a, inner_b));
  }
  return contract(matmul_rule, {in_a, in_b, out}, a, &b, shape, left.at);
}

Tensor dot(const Operand& left, const Operand& right) {
  const Tensor &a = left.tensor(), &b = right.tensor();
  if (a.dim() != 1 || a.shape() != b.shape()) {
    throw Report("dot", "the operands are not two vectors of one length", left.at)
        .operand("A", a)
        .operand("B", b)
        .rule("c = A_i B_i")
        .hint("matmul for matrices, or squeeze() an axis of extent 1")
        .as<shape_error>();
  }
  const Dtype dtype = promote(a.dtype(), b.dtype());
  return contract(dot_rule, {"i", "i", ""}, left.tensor(dtype), &right.tensor(dtype), {}, left.at);
}

Tensor outer(const Operand& left, const Operand& right) {
  const Tensor &a = left.tensor(), &b = right.tensor();
  if (a.dim() != 1 || b.dim() != 1) {
    throw Report("outer", "the operands are not two vectors", left.at)
        .operand("A", a)
        .operand("B", b)
        .rule("C_ij = A_i B_j")
        .as<shape_error>();
  }
  const Dtype dtype = promote(a.dtype(), b.dtype());
  return contract(outer_rule, {"i", "j", "ij"}, left.tensor(dtype), &right.tensor(dtype),
                  {a.numel(), b.numel()}, left.at);
}

}  // namespace eingrad
