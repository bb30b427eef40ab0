#pragma once
// What the tests of gradcheck have in common.
#include <sstream>
#include <string>

#include <autodiff/check/gradcheck.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>

namespace eingrad::testing {

inline Tensor input(const Nested& numbers) { return tensor(numbers, float64).requires_grad_(); }

/// x³, whose gradient is multiplied by `factor`.
inline Function cube(double factor) {
  return {"cube", [](const Tensors& x) { return pow(x[0], 3); },
          [factor](const Tensor& ybar, const Tensors& x, const Tensor&) {
            return Tensors{ybar * (3 * factor) * square(x[0])};
          }};
}

inline std::string text_of(const GradcheckResult& result) {
  std::ostringstream out;
  out << result;
  return out.str();
}

}  // namespace eingrad::testing
