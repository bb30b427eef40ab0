// Find the planted bug: a backward rule.
//
// swish is y_i = x_i s_i with s_i = sigmoid(x_i), element by element. Its values are right, its gradient is
// not. gradcheck compares it with differences and shows by how much. Mend the backward.
#include <autodiff/autodiff.hpp>

namespace exercise_04 {

using namespace eingrad;

inline Tensor swish(const Tensor& input) {
  static const Function operation(
      "swish", [](const Tensors& operands) { return operands[0] * sigmoid(operands[0]); },
      // your turn: find the mistake below, mend it, and delete this line
      [](const Tensor& ybar, const Tensors& operands, const Tensor&) -> Tensors {
        const Tensor& x = operands[0];
        const Tensor s = sigmoid(x);
        Tensor xbar = ybar * s;
        const Tensor sbar = ybar * x;
        xbar = sbar * s * (1 - s);
        return {xbar};
      });
  return operation({input});
}

}  // namespace exercise_04
