#include <algorithm>

#include "hand_written.hpp"
#include "w3_data.hpp"

namespace workloads::w3 {

namespace {

template <class T>
void forward_product(const Data<T>& data, T beta, std::vector<T>& y) {
  gemm<T>(CblasNoTrans, CblasTrans, size, size, size, data.x.data(), data.w.data(), beta, y.data());
}

template <class T>
void backward_product(const Data<T>& data, const std::vector<T>& of_y, std::vector<T>& of_w) {
  gemm<T>(CblasTrans, CblasNoTrans, size, size, size, of_y.data(), data.x.data(), 0, of_w.data());
}

template <class T>
struct HandWritten {
  Data<T> data;
  std::vector<T> y = data.t, of_w = data.w, of_b = data.b;
  T loss = 0;

  void step() {
    for (int n = 0; n < size; ++n) std::copy(data.b.begin(), data.b.end(), y.begin() + n * size);
    forward_product(data, T(1), y);
    // y becomes its own gradient, 2/|y| (y - t).
    const T scale = T(2) / T(y.size());
    loss = sum<T>(y.size(), [&](std::size_t i) {
      const T difference = y[i] - data.t[i];
      y[i] = scale * difference;
      return difference * difference;
    });
    loss /= static_cast<T>(y.size());
    backward_product(data, y, of_w);
    std::fill(of_b.begin(), of_b.end(), T(0));
    for (std::size_t row = 0; row < y.size(); row += size) {
      for (std::size_t j = 0; j < size; ++j) of_b[j] += y[row + j];
    }
    descend(data.w, of_w, lr);
    descend(data.b, of_b, lr);
  }

  std::vector<double> outcome() const {
    std::vector<double> all{loss};
    for (const auto* of : {&of_w, &of_b}) all.insert(all.end(), of->begin(), of->end());
    return all;
  }
};

/// The two products of a step and nothing else.
template <class T>
struct Products {
  Data<T> data;
  std::vector<T> y = data.t, of_w = data.w;

  void step() {
    forward_product(data, T(0), y);
    backward_product(data, y, of_w);
  }
  std::vector<double> outcome() const { return {}; }
};

const Enter<HandWritten> enter{"w3", "hand_written"};
const Enter<Products> enter_products{"w3_products", "hand_written"};

}  // namespace

}  // namespace workloads::w3
