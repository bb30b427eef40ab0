#include "workload.hpp"

namespace workloads::w5 {

namespace {

/// A tape that holds the value of each operation, and is walked back.
template <class T>
struct HandWritten {
  std::vector<T> tape = std::vector<T>(operations);
  T x = T(first), by = T(factor), plus = T(shift), y = 0, of_x = 0;

  void step() {
    y = x;
    for (std::size_t i = 0; i < operations; i += 2) {
      tape[i] = y * by;
      y = tape[i + 1] = tape[i] + plus;
    }
    T of_y = 1;
    for (int i = pairs; i > 0; --i) of_y *= by;
    of_x = of_y;
  }
  std::vector<double> outcome() const { return {y, of_x}; }
};

const Enter<HandWritten> enter{"w5", "hand_written"};

}  // namespace

}  // namespace workloads::w5
