// Sums, products and transposes beside libtorch's.
#include <autodiff/contraction/contraction.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>

using namespace eingrad;
using namespace eingrad::testing;

// clang-format off
TEST_CASE("parity: sums and means", "[parity]") {
  for (const Shape& axes : {Shape{0}, Shape{-1}, Shape{0, 2}, Shape{0, 1, 2}}) {
    const std::vector<std::int64_t> torch_axes(axes.begin(), axes.end());
    for (const bool keepdim : {false, true}) {
      check_operation("sum", {random_input({3, 4, 5})}, [&](auto& x) { return sum(x[0], axes, keepdim); }, [&](auto& x) { return torch::sum(x[0], torch_axes, keepdim); });
      check_operation("mean", {random_input({3, 4, 5})}, [&](auto& x) { return mean(x[0], axes, keepdim); }, [&](auto& x) { return torch::mean(x[0], torch_axes, keepdim); });
    }
  }
}

TEST_CASE("parity: products of matrices", "[parity]") {
  const std::pair<Shape, Shape> shapes[] = {{{5}, {5}}, {{5}, {5, 3}}, {{3, 5}, {5}}, {{3, 5}, {5, 4}}, {{2, 3, 5}, {5, 4}}, {{2, 1, 3, 5}, {6, 5, 4}}, {{3, 0}, {0, 4}}};
  for (const auto& [a, b] : shapes)
    check_operation("matmul", {random_input(a), random_input(b)}, [](auto& x) { return matmul(x[0], x[1]); }, [](auto& x) { return torch::matmul(x[0], x[1]); });
}
// clang-format on
