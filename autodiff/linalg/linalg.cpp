#include <cmath>
#include <limits>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/broadcast.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/function.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/linalg/lapack.hpp>
#include <autodiff/linalg/linalg.hpp>
#include <autodiff/replay/perform.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

const Tensor& square_matrices(const char* operation, const Operand& operand) {
  const Tensor& a = operand.tensor("the operand", operation);
  if (a.dim() < 2 || a.size(-1) != a.size(-2) || a.size(-1) > std::numeric_limits<int>::max() / 64) {
    throw Report(operation, "the last two axes are not those of square matrices", operand.at)
        .operand("A", a)
        .hint("square matrices (…, n, n)")
        .as<shape_error>();
  }
  if (!is_floating(a.dtype())) {
    throw Report(operation, "the elements are not floating-point", operand.at)
        .operand("A", a)
        .hint("A.to(float64)")
        .as<dtype_error>();
  }
  return a;
}

[[noreturn]] void throw_singular(const char* operation, Node& a, std::int64_t number, Location at) {
  throw Report(operation, fmt::format("matrix {} is singular", number), at)
      .operand("A", Tensor(retain(&a)))
      .hint("a multiple of eye() added to it, if it is a matter of rounding")
      .as<value_error>();
}

Tensor mT(const Tensor& a) { return a.transpose(-2, -1); }

/// Calls visit(number, n, matrix) for a copy of each matrix of `a` in place; visit changes it, and `more` if
/// it writes to that. Returns the copy.
template <class Visit>
Tensor each_matrix(const char* operation, const Tensor& a, Visit visit,
                   std::initializer_list<Node*> more = {}) {
  Tensor copy = a.clone();
  const std::int64_t n = a.size(-1), size = n * n;
  std::vector<Node*> nodes{copy.get()};
  nodes.insert(nodes.end(), more);
  replay::Work work{operation, nodes, nodes};
  work.may_fail = true;
  with_floating_type(a.dtype(), [&]<class T>() {
    replay::perform(work, [=, matrices = copy.get()] {
      for (std::int64_t i = 0; size > 0 && i < matrices->numel() / size; ++i)
        visit(i, static_cast<int>(n), static_cast<T*>(matrices->data) + i * size);
    });
  });
  return copy;
}

Tensor inverse_of(const Tensor& a, Location at) {
  return each_matrix("inverse", a, [from = a.get(), at](std::int64_t number, int n, auto* matrix) {
    std::vector<int> pivots(static_cast<std::size_t>(n));
    if (lapack::getrf(n, matrix, pivots.data()) > 0 || lapack::getri(n, matrix, pivots.data()) > 0)
      throw_singular("inverse", *from, number, at);
  });
}

/// A and B of shapes (…, n, n) and (…, n, k) with the same batches.
Tensor solution_of(const Tensor& a, const Tensor& b, Location at) {
  Tensor columns = mT(b).clone();  // the columns of B one after the other
  const std::int64_t right_sides = b.size(-1), size = right_sides * b.size(-2);
  const auto substitute = [=, from = a.get(), to = columns.get()]<class T>(std::int64_t number, int n,
                                                                           T* matrix) {
    std::vector<int> pivots(static_cast<std::size_t>(n));
    if (lapack::getrf(n, matrix, pivots.data()) > 0) throw_singular("solve", *from, number, at);
    lapack::getrs('T', n, static_cast<int>(right_sides), matrix, pivots.data(),
                  static_cast<T*>(to->data) + number * size);
  };
  each_matrix("solve", a, substitute, {columns.get()});
  return mT(columns);
}

Tensor cholesky_of(const Tensor& a, Location at) {
  return tril(each_matrix("cholesky", a, [from = a.get(), at](std::int64_t number, int n, auto* matrix) {
    // Stored by rows the lower half is the upper one of what LAPACK sees.
    if (lapack::potrf('U', n, matrix) == 0) return;
    throw Report("cholesky", fmt::format("matrix {} is not positive definite", number), at)
        .operand("A", Tensor(retain(from)))
        .hint("a multiple of eye() added to it, if it is a matter of rounding")
        .as<value_error>();
  }));
}

/// Signs and logarithms of the determinants' sizes.
SignAndLogDet slogdet_of(const Tensor& a) {
  const Shape batches = [&] {
    Shape shape = Shape::filled(a.shape().size() - 2);
    std::copy_n(a.shape().begin(), shape.size(), shape.begin());
    return shape;
  }();
  Tensor sign = ones(batches, a.dtype()), logarithm = zeros(batches, a.dtype());
  const auto read_diagonal = [of_sign = sign.get(), of_logarithm = logarithm.get()]<class T>(
                                 std::int64_t number, int n, T* matrix) {
    std::vector<int> pivots(static_cast<std::size_t>(n));
    lapack::getrf(n, matrix, pivots.data());
    T& s = static_cast<T*>(of_sign->data)[number];
    T& l = static_cast<T*>(of_logarithm->data)[number];
    s = 1;
    l = 0;
    for (int i = 0; i < n; ++i) {
      const T pivot = matrix[i * n + i];
      if (pivots[static_cast<std::size_t>(i)] != i + 1) s = -s;
      s = pivot < 0 ? -s : pivot == 0 ? 0 : pivot != pivot ? pivot : s;
      l += std::log(std::abs(pivot));
    }
  };
  each_matrix("slogdet", a, read_diagonal, {sign.get(), logarithm.get()});
  return {sign, logarithm};
}

/// A number for each matrix in the shape that broadcasts against the matrices.
Tensor of_matrices(const Tensor& a) { return a.unsqueeze(-1).unsqueeze(-1); }

}  // namespace

// Ā = -A⁻ᵀ Ȳ A⁻ᵀ
Tensor inverse(const Operand& operand) {
  const Location at = operand.at;
  const Function function(
      "inverse", [at](const Tensors& x) { return inverse_of(x[0], at); },
      [](const Tensor& ybar, const Tensors&, const Tensor& y) -> Tensors {
        return {-matmul(matmul(mT(y), ybar), mT(y))};
      });
  return function({square_matrices("inverse", operand)}, at);
}

// B̄ = A⁻ᵀ X̄, Ā = -B̄ Xᵀ
Tensor solve(const Operand& left, const Operand& right) {
  const Tensor& a = square_matrices("solve", left);
  const Tensor& b = right.tensor(a.dtype());
  const Location at = left.at;
  const bool vector = b.dim() == 1;
  if (b.dim() == 0 || b.size(vector ? 0 : -2) != a.size(-1)) {
    throw Report("solve", "the right-hand side has not as many rows", at)
        .operand("A", a)
        .operand("B", b)
        .rule("A_ij X_jk = B_ik")
        .hint(fmt::format("{} rows in B; unsqueeze(-1) on a batch of vectors", a.size(-1)))
        .as<shape_error>();
  }
  const Tensor matrix = vector ? b.unsqueeze(-1) : b;
  // Batches are broadcast beforehand.
  const auto batches = [](const Tensor& x) {
    Shape front = Shape::filled(x.shape().size() - 2);
    std::copy_n(x.shape().begin(), front.size(), front.begin());
    return front;
  };
  Shape common = batches(a);
  if (!broadcast_to(common, batches(matrix))) {
    throw Report("solve", "the batches do not broadcast", at)
        .operand("A", a)
        .operand("B", b)
        .hint("unsqueeze or expand one of them, so that their first axes are equal or 1")
        .as<shape_error>();
  }
  const auto widened = [&](const Tensor& x) {
    std::vector<std::int64_t> shape(common.begin(), common.end());
    shape.push_back(x.size(-2));
    shape.push_back(x.size(-1));
    return x.shape() == Shape(shape) ? x : expand(x, shape);
  };
  const Function function(
      "solve", [at](const Tensors& x) { return solution_of(x[0], x[1], at); },
      [](const Tensor& ybar, const Tensors& x, const Tensor& y) -> Tensors {
        const Tensor of_right = solve(mT(x[0]), ybar);
        return {-matmul(of_right, mT(y)), of_right};
      });
  const Tensor x = function({widened(a), widened(matrix)}, at);
  return vector ? x.squeeze({-1}) : x;
}

// Ā = ½ (S + Sᵀ) with S = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, where Φ keeps the lower half and halves the diagonal (Murray
// 2016).
Tensor cholesky(const Operand& operand) {
  const Location at = operand.at;
  const Function function(
      "cholesky", [at](const Tensors& x) { return cholesky_of(x[0], at); },
      [](const Tensor& ybar, const Tensors&, const Tensor& l) -> Tensors {
        const Tensor product = tril(matmul(mT(l), ybar));
        const Tensor half = product * (1 - 0.5 * eye(l.size(-1), l.dtype()));
        const Tensor s = mT(solve(mT(l), mT(solve(mT(l), half))));
        return {0.5 * (s + mT(s))};
      });
  return function({square_matrices("cholesky", operand)}, at);
}

SignAndLogDet slogdet(const Operand& operand) {
  const Tensor& a = square_matrices("slogdet", operand);
  const Function function(
      "slogdet", [](const Tensors& x) { return slogdet_of(x[0]).logabsdet; },
      [](const Tensor& ybar, const Tensors& x, const Tensor&) -> Tensors {
        return {of_matrices(ybar) * mT(inverse(x[0]))};
      });
  return {slogdet_of(a.detach()).sign, function({a}, operand.at)};
}

Tensor det(const Operand& operand) {
  const Tensor& a = square_matrices("det", operand);
  const Function function(
      "det",
      [](const Tensors& x) {
        const auto [sign, logarithm] = slogdet_of(x[0]);
        return sign * exp(logarithm);
      },
      [](const Tensor& ybar, const Tensors& x, const Tensor& y) -> Tensors {
        return {of_matrices(ybar * y) * mT(inverse(x[0]))};
      });
  return function({a}, operand.at);
}

Tensor logdet(const Operand& operand) {
  square_matrices("logdet", operand);
  const auto [sign, logarithm] = slogdet(operand);
  return where(sign < 0, std::numeric_limits<double>::quiet_NaN(), logarithm);
}

}  // namespace eingrad
