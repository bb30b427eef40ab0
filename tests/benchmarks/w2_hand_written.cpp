#include <algorithm>
#include <cmath>

#include "hand_written.hpp"
#include "w2_data.hpp"

namespace workloads::w2 {

namespace {

template <class T>
struct HandWritten {
  Data<T> data;
  std::vector<T> h = std::vector<T>(batch * hidden), z = std::vector<T>(batch * classes);
  std::vector<T> of_h = h, of_z = z, of_w1 = data.w1, of_b1 = data.b1, of_w2 = data.w2, of_b2 = data.b2;
  T loss = 0;

  void step() {
    forward();
    backward();
    descend(data.w1, of_w1, lr);
    descend(data.b1, of_b1, lr);
    descend(data.w2, of_w2, lr);
    descend(data.b2, of_b2, lr);
  }

  void forward() {
    for (int n = 0; n < batch; ++n) std::copy(data.b1.begin(), data.b1.end(), h.begin() + n * hidden);
    gemm<T>(CblasNoTrans, CblasTrans, batch, hidden, in, data.x.data(), data.w1.data(), 1, h.data());
    for (T& value : h) value = value > 0 ? value : 0;
    for (int n = 0; n < batch; ++n) std::copy(data.b2.begin(), data.b2.end(), z.begin() + n * classes);
    gemm<T>(CblasNoTrans, CblasTrans, batch, classes, hidden, h.data(), data.w2.data(), 1, z.data());

    // The loss of a row is log Σ exp(z - max) - (z_label - max), its gradient softmax(z) - onehot(label).
    loss = 0;
    for (int n = 0; n < batch; ++n) {
      const T* row = &z[static_cast<std::size_t>(n * classes)];
      T* of_row = &of_z[static_cast<std::size_t>(n * classes)];
      const T most = *std::max_element(row, row + classes);
      const auto label = data.labels[static_cast<std::size_t>(n)];
      T total = 0;
      for (int c = 0; c < classes; ++c) total += of_row[c] = std::exp(row[c] - most);
      loss += std::log(total) - (row[label] - most);
      for (int c = 0; c < classes; ++c) of_row[c] = of_row[c] / total / batch;
      of_row[label] -= T(1) / batch;
    }
    loss /= batch;
  }

  void backward() {
    gemm<T>(CblasTrans, CblasNoTrans, classes, hidden, batch, of_z.data(), h.data(), 0, of_w2.data());
    sum_rows(of_z, of_b2);
    gemm<T>(CblasNoTrans, CblasNoTrans, batch, hidden, classes, of_z.data(), data.w2.data(), 0, of_h.data());
    for (std::size_t i = 0; i < h.size(); ++i) of_h[i] = h[i] > 0 ? of_h[i] : 0;
    gemm<T>(CblasTrans, CblasNoTrans, hidden, in, batch, of_h.data(), data.x.data(), 0, of_w1.data());
    sum_rows(of_h, of_b1);
  }

  static void sum_rows(const std::vector<T>& rows, std::vector<T>& sums) {
    std::fill(sums.begin(), sums.end(), T(0));
    for (std::size_t row = 0; row < rows.size(); row += sums.size()) {
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += rows[row + j];
    }
  }

  std::vector<double> outcome() const {
    std::vector<double> all{loss};
    for (const auto* of : {&of_w1, &of_b1, &of_w2, &of_b2}) all.insert(all.end(), of->begin(), of->end());
    return all;
  }
};

const Enter<HandWritten> enter{"w2", "hand_written"};

}  // namespace

}  // namespace workloads::w2
