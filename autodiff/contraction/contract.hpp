#pragma once
#include <string>

#include <autodiff/rule.hpp>

namespace eingrad {

/// The letters of a contraction, one an axis: of one or two operands and of the result.
struct Contraction {
  std::string a, b, out;  // b is unused if there is one operand
};

struct ContractionAttributes : Attributes {
  Contraction letters;
};

/// The einsum kind of operation, y_out = Σ a_a · b_b. Sums, products of matrices, transposes and broadcasts
/// differ in nothing but their letters and their name.
struct ContractionRule final : Rule {
  using Rule::Rule;

  void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const override;
  Tensor push_forward(const Tensor& y, std::span<const Tensor> tangents) const override;
  bool reads_operand(const Node& y, std::size_t i) const override;
};

/// Computes and records a contraction of a, and of b unless it is null. Letters that `out` lacks are summed.
/// It is closed under differentiation: a letter that only `out` has repeats the value along that axis of
/// `shape`, and a letter that `out` repeats stands for its diagonal. A letter has one extent everywhere; that
/// is not checked here.
Tensor contract(const ContractionRule& rule, Contraction letters, const Tensor& a, const Tensor* b,
                const Shape& shape, Location at);

/// The same with one operand.
Tensor contract(const ContractionRule& rule, const Tensor& a, std::string from, std::string to,
                const Shape& shape, Location at);

/// `count` letters from the one with number `first`: for axes that nobody named.
std::string axis_letters(std::size_t count, std::size_t first = 0);

}  // namespace eingrad
