#pragma once
#include <optional>
#include <string>

#include <autodiff/einstein/print.hpp>

namespace eingrad::einstein {

enum class MatrixNames { capital, declared };
/// How a vector lies: as its tensors are declared, which may be either, or as one of the two.
enum class Lying { as_declared, column, row };

/// A formula without letters, 2/(m c) Xᵀ (Ŷ - Y), for what has the axes of `letters` (none, one or two, in
/// this order); nothing where it has no such form. Products of matrices stand side by side, products element
/// by element have a ⊙ (in ASCII *) between them. A vector is a column unless it is declared as a row;
/// 1 beside a matrix is a vector of ones. A matrix with a small letter is written with the capital one,
/// unless names are to be those that are declared.
std::optional<std::string> print_matrices(const Expr& e, const Indices& letters,
                                          const Declarations& declarations,
                                          Spelling spelling = Spelling::unicode,
                                          MatrixNames names = MatrixNames::capital,
                                          Lying lying = Lying::as_declared);

}  // namespace eingrad::einstein
