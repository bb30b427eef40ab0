#pragma once
#include "workload.hpp"

namespace workloads::w4 {

template <class T>
struct Data {
  std::vector<T> a = numbers<T>(size, 2, 1), b = numbers<T>(size, 1, 2), c = numbers<T>(size, 1, 3);
};

}  // namespace workloads::w4
