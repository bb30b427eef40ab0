#pragma once
#include "workload.hpp"

namespace workloads::w3 {

/// As many samples as inputs and outputs, and the first parameters.
template <class T>
struct Data {
  static constexpr std::size_t square = std::size_t{size} * size;
  std::vector<T> x = numbers<T>(square, 1, 1), t = numbers<T>(square, 1, 2);
  std::vector<T> w = numbers<T>(square, 1 / 32., 3), b = numbers<T>(size, 1 / 32., 4);
};

}  // namespace workloads::w3
