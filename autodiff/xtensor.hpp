#pragma once
// Everything of xtensor that the library uses, and what makes arrays and tensors work together.
//
// xtensor moved its headers in 0.26. Versions before that take the dynamic shape svector<T, N> for one of a
// fixed rank N under C++20, because a specialisation is guarded by `__cplusplus == 201703L`: xt::eval,
// xt::sum along an axis and others then crash. The specialisation below mends it, and must be seen before any
// use. Debian 13's 0.25 has the guard mended: `requires true` prefers ours to the same one without it.
#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/core/xoperation.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xexpression_traits.hpp>
namespace xt::detail {
template <template <class, std::size_t, class, bool> class S, class T, std::size_t N, class A, bool Init>
requires true struct xtype_for_shape<S<T, N, A, Init>> {
  template <class V, layout_type L>
  using type = xarray<V, L>;
};
}  // namespace xt::detail
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xoperation.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>
#endif

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

namespace detail {

inline std::vector<std::size_t> xtensor_shape(const Shape& shape) { return {shape.begin(), shape.end()}; }

template <class T>
concept ArrayExpression = xt::is_xexpression<std::remove_cvref_t<T>>::value;
template <class T>
concept IsTensor = std::same_as<std::remove_cvref_t<T>, Tensor>;

}  // namespace detail

template <Element T>
auto Tensor::array(Location at) const& {
  return xt::adapt(span<T>(at).data(), static_cast<std::size_t>(numel()), xt::no_ownership(),
                   detail::xtensor_shape(shape()));
}

template <Element T>
auto Tensor::mutable_array(Location at) & {
  return xt::adapt(mutable_span<T>(at).data(), static_cast<std::size_t>(numel()), xt::no_ownership(),
                   detail::xtensor_shape(shape()));
}

/// A tensor with the elements of an xtensor array or expression, of its element type unless a dtype is named.
/// Element types that tensors lack become the nearest: other integers int64.
template <detail::ArrayExpression E>
Tensor tensor(const E& expression, std::optional<Dtype> dtype = {}, Location at = Location::current()) {
  using Value = typename E::value_type;
  using T = std::conditional_t<Element<Value>, Value,
                               std::conditional_t<std::is_integral_v<Value>, std::int64_t, double>>;
  const std::vector<std::int64_t> extents(expression.shape().begin(), expression.shape().end());
  Tensor values = empty(extents, dtype_of<T>(), at);
  auto elements = expression.template cbegin<xt::layout_type::row_major>();
  for (T& value : values.mutable_span<T>(at)) value = static_cast<T>(*elements++);
  return values.to(dtype.value_or(dtype_of<T>()), at);
}

// xtensor would take a Tensor for a number; an array meets a tensor as a tensor of its elements.
// clang-format off
template <detail::ArrayExpression E, detail::IsTensor T> Tensor operator+(E&& a, T&& b) { return tensor(a) + b; }
template <detail::ArrayExpression E, detail::IsTensor T> Tensor operator-(E&& a, T&& b) { return tensor(a) - b; }
template <detail::ArrayExpression E, detail::IsTensor T> Tensor operator*(E&& a, T&& b) { return tensor(a) * b; }
template <detail::ArrayExpression E, detail::IsTensor T> Tensor operator/(E&& a, T&& b) { return tensor(a) / b; }
template <detail::IsTensor T, detail::ArrayExpression E> Tensor operator+(T&& a, E&& b) { return a + tensor(b); }
template <detail::IsTensor T, detail::ArrayExpression E> Tensor operator-(T&& a, E&& b) { return a - tensor(b); }
template <detail::IsTensor T, detail::ArrayExpression E> Tensor operator*(T&& a, E&& b) { return a * tensor(b); }
template <detail::IsTensor T, detail::ArrayExpression E> Tensor operator/(T&& a, E&& b) { return a / tensor(b); }
// clang-format on

}  // namespace eingrad
