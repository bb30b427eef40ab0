#pragma once
#include "workload.hpp"

namespace workloads::w2 {

/// The images, their labels, and the first parameters.
template <class T>
struct Data {
  std::vector<T> x = numbers<T>(batch * in, 1, 1);
  std::vector<std::int64_t> labels = labels_of_batch();
  std::vector<T> w1 = numbers<T>(hidden * in, 1 / 28., 2), b1 = numbers<T>(hidden, 1 / 28., 3);
  std::vector<T> w2 = numbers<T>(classes * hidden, 1 / 11., 4), b2 = numbers<T>(classes, 1 / 11., 5);

  static std::vector<std::int64_t> labels_of_batch() {
    std::vector<std::int64_t> labels(batch);
    for (std::size_t n = 0; n < batch; ++n) labels[n] = static_cast<std::int64_t>(n * 7 % classes);
    return labels;
  }
};

}  // namespace workloads::w2
