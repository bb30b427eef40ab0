#include <xsimd/xsimd.hpp>

#include "w4_data.hpp"

namespace workloads::w4 {

namespace {

/// Value and gradients in one pass: with y = tanh(a b + c), c̄ = 2/n y (1 - y²), ā = c̄ b, b̄ = c̄ a.
template <class T>
struct HandWritten {
  Data<T> data;
  std::vector<T> of_a = data.a, of_b = data.a, of_c = data.a;
  T loss = 0;

  void step() {
    using V = xsimd::batch<T>;
    static_assert(size % V::size == 0);
    V squares(T(0));
    const V scale(T(2) / T(size)), one(T(1));
    for (std::size_t i = 0; i < size; i += V::size) {
      const V a = V::load_unaligned(&data.a[i]), b = V::load_unaligned(&data.b[i]);
      const V y = xsimd::tanh(a * b + V::load_unaligned(&data.c[i]));
      const V square = y * y, of = scale * y * (one - square);
      squares += square;
      of.store_unaligned(&of_c[i]);
      (of * b).store_unaligned(&of_a[i]);
      (of * a).store_unaligned(&of_b[i]);
    }
    loss = 0;
    for (std::size_t k = 0; k < V::size; ++k) loss += squares.get(k);
    loss /= size;
  }

  std::vector<double> outcome() const {
    std::vector<double> all{loss};
    for (const auto* of : {&of_a, &of_b, &of_c}) all.insert(all.end(), of->begin(), of->end());
    return all;
  }
};

const Enter<HandWritten> enter{"w4", "hand_written"};

}  // namespace

}  // namespace workloads::w4
