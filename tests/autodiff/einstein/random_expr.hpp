#pragma once
#include <cstdint>
#include <random>

#include <autodiff/einstein/einstein.hpp>

/// Expressions drawn at random, of tensors s[], a[i], b[j], A[i,j] and B[j,k] whose elements are near 1.
class RandomExpr {
 public:
  explicit RandomExpr(std::uint32_t seed) : random_(seed) {}

  static eingrad::einstein::Declarations declarations();
  static eingrad::einstein::Values values(std::uint32_t seed);

  /// An expression of at most this depth; its letters are free or under a Σ.
  eingrad::einstein::Expr of_depth(int depth);
  /// One of the tensors, with letters that no expression of this class uses.
  eingrad::einstein::Symbol target();

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  eingrad::einstein::Index letter(const std::string& axis);
  eingrad::einstein::Expr leaf();

  std::mt19937 random_;
};
