#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/random/random.hpp>
#include <nn/dropout.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

void check(double p, Location at) {
  if (p >= 0 && p <= 1) return;
  throw Report("dropout", fmt::format("p = {} is no probability", without_nan_sign(p)), at)
      .hint("0 to 1")
      .as<value_error>();
}

}  // namespace

Tensor dropout(const Operand& x, double p, bool training) {
  check(p, x.at);
  if (!training || p == 0) return x.tensor();
  if (p == 1) return mul(x, zeros_like(x.tensor().detach()));
  Tensor kept = empty(x.tensor().shape(), x.tensor().dtype());
  bernoulli_(kept, 1 - p);
  kept /= 1 - p;
  return mul(x, kept);
}

Dropout::Dropout(double p, Location at) : p_(p) { check(p, at); }

std::string Dropout::extra_text() const { return fmt::format("p={}", p_); }

}  // namespace eingrad::nn
