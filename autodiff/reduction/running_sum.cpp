#include <autodiff/function.hpp>
#include <autodiff/reduction/running_sum.hpp>
#include <autodiff/replay/perform.hpp>

namespace eingrad {

namespace {

enum class From { front, back };

/// A running sum from the front or the back. One is the transpose of the other.
Tensor running_sum(const Tensor& a, std::size_t axis, From from, Location at) {
  const auto forward = [=](const Tensors& x) {
    Tensor y = x[0].clone();
    const std::int64_t n = y.shape()[axis], inner = numel_behind(y.shape(), axis);
    with_element_type(y.dtype(), [&]<class T>() {
      replay::perform("cumsum", *y.get(), {y.get()}, [=, to = y.get()] {
        T* const row = static_cast<T*>(to->data);
        for (std::int64_t outer = 0; outer < numel_before(to->shape, axis); ++outer) {
          T* const block = row + outer * n * inner;
          for (std::int64_t i = inner; i < n * inner; ++i) {
            const std::int64_t next = from == From::front ? i : n * inner - 1 - i;
            const std::int64_t last = from == From::front ? next - inner : next + inner;
            block[next] = static_cast<T>(block[next] + block[last]);
          }
        }
      });
    });
    return y;
  };
  const auto backward = [=](const Tensor& ybar, const Tensors&, const Tensor&) -> Tensors {
    return {running_sum(ybar, axis, from == From::front ? From::back : From::front, at)};
  };
  return Function("cumsum", forward, backward)({a}, at);
}

}  // namespace

Tensor cumsum(const Operand& operand, std::int64_t axis) {
  const Tensor& a = operand.tensor(promote(operand.tensor().dtype(), int64));
  return running_sum(a, normalize_axis(axis, a.shape().size(), "cumsum", operand.at, &a), From::front,
                     operand.at);
}

}  // namespace eingrad
