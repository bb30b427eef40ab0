#include <autodiff/grad_mode.hpp>
#include <nn/parameter.hpp>

namespace eingrad::nn {

Parameter::Parameter(Tensor values) : Tensor(std::move(values)) {
  if (!defined()) return;
  if (node().references > 1 || !is_leaf()) static_cast<Tensor&>(*this) = detach(node().location());
  requires_grad_();
}

Parameter::Parameter(const Parameter& other)
    : Tensor(other.defined() ? other.detach(other.node().location()) : Tensor()) {
  if (defined()) requires_grad_(other.requires_grad());
}

Parameter& Parameter::operator=(const Tensor& values) {
  if (is(values)) return *this;
  if (!defined()) {
    static_cast<Tensor&>(*this) =
        values.defined() ? values.detach(values.node().location()).requires_grad_() : Tensor();
    return *this;
  }
  if (values.shape() != shape()) {
    throw Report("parameter", "the values have another shape than the parameter")
        .operand("p", *this)
        .operand("v", values)
        .as<shape_error>();
  }
  const no_grad guard;
  copy_(values);
  return *this;
}

}  // namespace eingrad::nn
