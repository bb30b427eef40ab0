#include "w1_data.hpp"

namespace w1 {

namespace {

constexpr std::array<double, batch> spread(double at_start, double step) {
  std::array<double, batch> values{};
  for (int i = 0; i < batch; ++i) values[static_cast<unsigned>(i)] = at_start + step * i;
  return values;
}

}  // namespace

const std::array<double, batch> x = spread(-1.6, 0.1);
const std::array<double, batch> t =
    spread(-34.0, 2.1);  // about 1 + 20 x, with an offset that no line removes

}  // namespace w1
