// Implement: a layer.
//
// A residual layer adds to its input what a small network makes of it:
//
//   y_no = x_no + tanh(x_ni W_oi + b_o)
//
// W (features, features) and b (features) are its parameters, as in nn::Linear. EINGRAD_MEMBERS names the
// parts that an optimizer, a file and zero_grad shall see. Autograd differentiates what you write.
#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>

namespace exercise_06 {

using namespace eingrad;

class Residual : public nn::Module {
 public:
  explicit Residual(std::int64_t features)
      : weight(0.5 * randn({features, features})), bias(0.5 * randn({features})) {}

  Tensor forward(const Tensor& x) const { return x + tanh(nn::linear(x, weight, bias)); }
  Tensor operator()(const Tensor& x) const { return hooked(x, forward(x)); }

  nn::Parameter weight, bias;

  EINGRAD_MEMBERS(weight, bias)
};

}  // namespace exercise_06
