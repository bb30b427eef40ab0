#pragma once
#include <autodiff/elementwise/activations.hpp>
#include <autodiff/elementwise/arithmetic.hpp>
#include <autodiff/elementwise/comparisons.hpp>
#include <autodiff/elementwise/list.hpp>
#include <autodiff/elementwise/piecewise.hpp>
#include <autodiff/elementwise/powers.hpp>

namespace eingrad::ops {

#define EINGRAD_NAME(name, definition, arity) \
  template <class... A>                       \
  requires(Number<A> && ...) constexpr auto name(A... operands) { return definition::forward(operands...); }
EINGRAD_ELEMENTWISE(EINGRAD_NAME)
#undef EINGRAD_NAME

}  // namespace eingrad::ops
