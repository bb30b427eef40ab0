// Linear algebra and products of matrices beside libtorch's.
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/linalg/linalg.hpp>
#include <autodiff/linalg/matrices.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>

using namespace eingrad;
using namespace eingrad::testing;

// clang-format off
TEST_CASE("parity: linear algebra", "[parity]") {
  const auto positive = [](const auto& x, const auto& eye) { return matmul(x, x.transpose(-2, -1)) + eye; };
  for (const Shape& shape : {Shape{3, 3}, Shape{1, 1}, Shape{0, 0}, Shape{2, 4, 4}, Shape{2, 1, 3, 3}}) {
    const Tensor a = random_input(shape);
    const Tensor one = eye(shape.back(), float64);
    const torch::Tensor torch_one = to_torch(one);
    check_operation("inverse", {a}, [](auto& x) { return inverse(x[0]); }, [](auto& x) { return torch::inverse(x[0]); });
    // Of an empty matrix libtorch has no gradient.
    check_operation("det", {a.numel() == 0 ? a.detach() : a}, [](auto& x) { return det(x[0]); }, [](auto& x) { return torch::det(x[0]); });
    check_operation("slogdet", {a}, [](auto& x) { return slogdet(x[0]).logabsdet; }, [](auto& x) { return std::get<1>(torch::slogdet(x[0])); });
    check_operation("slogdet", {a.detach()}, [](auto& x) { return slogdet(x[0]).sign; }, [](auto& x) { return std::get<0>(torch::slogdet(x[0])); });
    check_operation("logdet", {a}, [&](auto& x) { return logdet(positive(x[0], one)); }, [&](auto& x) { return torch::logdet(positive(x[0], torch_one)); });
    check_operation("cholesky", {a}, [&](auto& x) { return cholesky(positive(x[0], one)); }, [&](auto& x) { return torch::linalg_cholesky(positive(x[0], torch_one)); });
    Shape right = shape;
    right[right.size() - 1] = 2;
    check_operation("solve", {a, random_input(right)}, [](auto& x) { return solve(x[0], x[1]); }, [](auto& x) { return torch::linalg_solve(x[0], x[1]); });
  }
  check_operation("solve", {random_input({3, 3}), random_input({3})}, [](auto& x) { return solve(x[0], x[1]); }, [](auto& x) { return torch::linalg_solve(x[0], x[1]); });
  check_operation("solve", {random_input({3, 3}), random_input({2, 3, 1})}, [](auto& x) { return solve(x[0], x[1]); }, [](auto& x) { return torch::linalg_solve(x[0], x[1]); });
}

TEST_CASE("parity: matrices", "[parity]") {
  for (const std::int64_t offset : {-2, -1, 0, 1, 2}) {
    check_operation("diagonal", {random_input({2, 4, 3})}, [&](auto& x) { return diagonal(x[0], offset, -1, 1); }, [&](auto& x) { return torch::diagonal(x[0], offset, -1, 1); });
    check_operation("diag", {random_input({4, 3})}, [&](auto& x) { return diag(x[0], offset); }, [&](auto& x) { return torch::diag(x[0], offset); });
    check_operation("diag", {random_input({3})}, [&](auto& x) { return diag(x[0], offset); }, [&](auto& x) { return torch::diag(x[0], offset); });
    check_operation("diag_embed", {random_input({2, 3})}, [&](auto& x) { return diag_embed(x[0], offset); }, [&](auto& x) { return torch::diag_embed(x[0], offset); });
  }
  check_operation("trace", {random_input({3, 4})}, [](auto& x) { return trace(x[0]); }, [](auto& x) { return torch::trace(x[0]); });
  check_operation("kron", {random_input({2, 3}), random_input({4, 2})}, [](auto& x) { return kron(x[0], x[1]); }, [](auto& x) { return torch::kron(x[0], x[1]); });
  check_operation("kron", {random_input({2, 3, 2}), random_input({4})}, [](auto& x) { return kron(x[0], x[1]); }, [](auto& x) { return torch::kron(x[0], x[1]); });
  check_operation("tensordot", {random_input({2, 3, 4}), random_input({4, 3, 5})}, [](auto& x) { return tensordot(x[0], x[1], {1, 2}, {1, 0}); }, [](auto& x) { return torch::tensordot(x[0], x[1], {1, 2}, {1, 0}); });
  check_operation("tensordot", {random_input({2, 3, 4}), random_input({3, 4, 5})}, [](auto& x) { return tensordot(x[0], x[1]); }, [](auto& x) { return torch::tensordot(x[0], x[1], {1, 2}, {0, 1}); });
  check_operation("bilinear", {random_input({5, 2}), random_input({5, 3}), random_input({4, 2, 3}), random_input({4})}, [](auto& x) { return bilinear(x[0], x[1], x[2], x[3]); }, [](auto& x) { return torch::bilinear(x[0], x[1], x[2], x[3]); });
}
// clang-format on
