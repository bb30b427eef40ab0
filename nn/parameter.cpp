#include <autodiff/grad_mode.hpp>
#include <nn/parameter.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

/// Writes values into the storage that is there.
void write(const char* kind, const char* letter, Tensor& own, const detail::Assigned& other) {
  if (other.values.node(other.at, "what is assigned", kind).shape != own.shape()) {
    throw Report(kind, fmt::format("the values have another shape than the {}", kind), other.at)
        .operand(letter, own)
        .operand("v", other.values)
        .hint("values.reshape(…), or a layer of other sizes")
        .as<shape_error>();
  }
  const no_grad guard;
  own.copy_(other.values, other.at);
}

}  // namespace

Parameter::Parameter(Tensor values) : Tensor(std::move(values)) {
  if (!defined()) return;
  if (node().references > 1 || !is_leaf()) static_cast<Tensor&>(*this) = detach(node().location());
  requires_grad_();
}

Parameter::Parameter(const Parameter& other)
    : Tensor(other.defined() ? other.detach(other.node().location()) : Tensor()), NotedMember(other) {
  if (defined()) requires_grad_(other.requires_grad());
}

Parameter& Parameter::operator=(const detail::Assigned& other) {
  const Tensor& values = other.values;
  if (is(values)) return *this;
  if (defined()) {
    write("parameter", "p", *this, other);
  } else {
    static_cast<Tensor&>(*this) =
        values.defined() ? values.detach(values.node().location()).requires_grad_(true, other.at) : Tensor();
  }
  return *this;
}

Buffer& Buffer::operator=(const detail::Assigned& other) {
  const Tensor& values = other.values;
  if (is(values)) return *this;
  if (defined()) {
    write("buffer", "b", *this, other);
  } else {
    static_cast<Tensor&>(*this) = values.defined() ? values.detach() : Tensor();
  }
  return *this;
}

}  // namespace eingrad::nn
