#pragma once
#include <autodiff/elementwise/activations.hpp>
#include <autodiff/elementwise/arithmetic.hpp>
#include <autodiff/elementwise/comparisons.hpp>
#include <autodiff/elementwise/error_function.hpp>
#include <autodiff/elementwise/exponentials.hpp>
#include <autodiff/elementwise/extremes.hpp>
#include <autodiff/elementwise/hyperbolic.hpp>
#include <autodiff/elementwise/list.hpp>
#include <autodiff/elementwise/logic.hpp>
#include <autodiff/elementwise/piecewise.hpp>
#include <autodiff/elementwise/powers.hpp>
#include <autodiff/elementwise/rounding.hpp>
#include <autodiff/elementwise/trigonometry.hpp>

namespace eingrad::ops {

#define EINGRAD_NAME(name, definition, arity) \
  template <class... A>                       \
  requires(Number<A> && ...) constexpr auto name(A... operands) { return definition::forward(operands...); }
EINGRAD_ELEMENTWISE(EINGRAD_NAME)
#undef EINGRAD_NAME

}  // namespace eingrad::ops
