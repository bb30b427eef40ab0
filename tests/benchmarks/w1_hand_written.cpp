#include <cmath>

#include "hand_written.hpp"
#include "workload.hpp"

namespace workloads::w1 {

namespace {

// What a programmer writes who has derived the gradients by hand: no allocation, no graph.
template <class T>
struct HandWritten {
  std::vector<T> x_ = x<T>(), t_ = t<T>();
  T b = T(first_b), w = T(first_w), loss = 0, of_b = 0, of_w = 0;

  void step() {
    T squares[batch], delta[batch], products[batch];
    const T *const xs = x_.data(), *const ts = t_.data();
    for (std::size_t i = 0; i < batch; ++i) {
      const T difference = b + w * xs[i] - ts[i];
      squares[i] = difference * difference;
      delta[i] = T(2.0) / batch * difference;
      products[i] = delta[i] * xs[i];
    }
    loss = sum<T>(batch, [&](std::size_t i) { return squares[i]; }) / batch;
    of_b = sum<T>(batch, [&](std::size_t i) { return delta[i]; });
    of_w = sum<T>(batch, [&](std::size_t i) { return products[i]; });
    b = std::fma(of_b, T(-lr), b);
    w = std::fma(of_w, T(-lr), w);
  }
  std::vector<double> outcome() const { return {loss, of_b, of_w}; }
};

const Enter<HandWritten> enter{"w1", "hand_written"};

}  // namespace

}  // namespace workloads::w1
