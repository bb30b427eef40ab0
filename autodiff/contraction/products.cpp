#include <autodiff/contraction/contract.hpp>
#include <autodiff/contraction/products.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr ContractionRule matmul_rule("matmul"), dot_rule("dot"), outer_rule("outer");

}  // namespace

Tensor matmul(const Operand& left, const Operand& right) {
  const Dtype dtype = promote(left.tensor("operand A").dtype(), right.tensor("operand B").dtype());
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
    const auto fail_for = [&](const std::string& hint) { fail("the contracted axes differ", hint); };
    const auto transpose = [](std::size_t rank) { return rank == 2 ? "t()" : "transpose(-2, -1)"; };
    const char* const k = rank_b > 1 ? "k" : "";
    if (rank_b > 1 && b.size(-1) == inner_a)
      fail_for(fmt::format("B.{} if you meant C_ik = A_ij B_kj", transpose(rank_b)));
    if (rank_a > 1 && a.size(-2) == inner_b)
      fail_for(fmt::format("A.{0} if you meant C_i{1} = A_ji B_j{1}", transpose(rank_a), k));
    fail_for(fmt::format("extents that agree: {} and {}", inner_a, inner_b));
  }
  return contract(matmul_rule, {in_a, in_b, out}, a, &b, shape, left.at);
}

Tensor dot(const Operand& left, const Operand& right) {
  const Tensor &a = left.tensor("operand A"), &b = right.tensor("operand B");
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
  const Tensor &a = left.tensor("operand A"), &b = right.tensor("operand B");
  if (a.dim() != 1 || b.dim() != 1) {
    throw Report("outer", "the operands are not two vectors", left.at)
        .operand("A", a)
        .operand("B", b)
        .rule("C_ij = A_i B_j")
        .hint("flatten(A), or einsum for more axes")
        .as<shape_error>();
  }
  const Dtype dtype = promote(a.dtype(), b.dtype());
  return contract(outer_rule, {"i", "j", "ij"}, left.tensor(dtype), &right.tensor(dtype),
                  {a.numel(), b.numel()}, left.at);
}

}  // namespace eingrad
