#pragma once
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// An operation with a forward and a backward of your own:
///
///   const Function cube("cube", [](const Tensors& x) { return pow(x[0], 3); },
///                       [](const Tensor& ybar, const Tensors& x, const Tensor&) -> Tensors {
///                         return {ybar * 3 * square(x[0])};
///                       });
///   Tensor y = cube(x);
///
/// It is called with its operands one by one, one to four of them as in gated(a, b), or with the list of
/// any number, gated({a, b}). The forward is not recorded. The backward gets the cotangent of the result, the
/// operands and the result, and returns a cotangent for each operand, of its shape; an undefined one stands
/// for zero. Written in tensor operations it can be differentiated in turn. Both are called again and again,
/// so they must not change what they captured.
class Function {
 public:
  using Tensors = std::vector<Tensor>;
  using Forward = std::function<Tensor(const Tensors& operands)>;
  using Backward =
      std::function<Tensors(const Tensor& cotangent, const Tensors& operands, const Tensor& result)>;

  Function(std::string name, Forward forward, Backward backward);

  Tensor operator()(const Tensors& operands, Location at = Location::current()) const;
  // The first is a template, so that braces, f({x}), are a list of operands and nothing else.
  template <std::derived_from<Tensor> T>
  Tensor operator()(const T& a, Location at = Location::current()) const {
    return (*this)(Tensors{a}, at);
  }
  template <std::derived_from<Tensor> T>
  Tensor operator()(const T& a, const Tensor& b, Location at = Location::current()) const {
    return (*this)(Tensors{a, b}, at);
  }
  template <std::derived_from<Tensor> T>
  Tensor operator()(const T& a, const Tensor& b, const Tensor& c, Location at = Location::current()) const {
    return (*this)(Tensors{a, b, c}, at);
  }
  template <std::derived_from<Tensor> T>
  Tensor operator()(const T& a, const Tensor& b, const Tensor& c, const Tensor& d,
                    Location at = Location::current()) const {
    return (*this)(Tensors{a, b, c, d}, at);
  }

 private:
  struct Definition;
  std::shared_ptr<const Definition> definition_;
};

using Tensors = Function::Tensors;
namespace detail {
template <class F, class... Arguments>
inline constexpr bool makes_tensor = std::is_invocable_r_v<Tensor, F&, Arguments...>;
/// How many tensors a function takes one by one, 1 to 4; 0 if it takes their list, or is none.
template <class F, class T = const Tensor&>
consteval std::size_t arity() {
  // Each is asked only if those above do not hold: to ask compiles the body of a generic lambda.
  if constexpr (makes_tensor<F, const Tensors&>) {
    return 0;
  } else if constexpr (makes_tensor<F, T>) {
    return 1;
  } else if constexpr (makes_tensor<F, T, T>) {
    return 2;
  } else if constexpr (makes_tensor<F, T, T, T>) {
    return 3;
  } else {
    return makes_tensor<F, T, T, T, T> ? 4 : 0;
  }
}
}  // namespace detail

/// A function of tensors as the checks and transforms take it: of their list, `[](const Tensors& x) { … }`,
/// or of one to four one by one, `[](const Tensor& a, const Tensor& b) { … }`. The latter throws a
/// value_error if it is called with another number.
class TensorFunction : public std::function<Tensor(const Tensors& inputs)> {
 public:
  using function::function;
  template <class F>
  requires(detail::arity<F>() > 0) TensorFunction(F f)
      : function(of_list<detail::arity<F>()>(std::move(f))), taken_(detail::arity<F>()) {}

  /// Throws what a call with this number of tensors would, and names the line; nothing for a function of
  /// their list.
  void check_count(std::size_t given, Location at) const {
    if (taken_ > 0 && given != taken_) refuse_count(taken_, given, at);
  }

 private:
  template <std::size_t count, class F>
  static auto of_list(F f) {
    return [f = std::move(f)](const Tensors& inputs) mutable -> Tensor {
      if (inputs.size() != count) refuse_count(count, inputs.size(), {});
      return [&]<std::size_t... i>(std::index_sequence<i...>) { return f(inputs[i]...); }
      (std::make_index_sequence<count>());
    };
  }
  [[noreturn]] static void refuse_count(std::size_t taken, std::size_t given, Location at);

  std::size_t taken_ = 0;  // one by one; 0 if it takes their list
};

using UnaryFunction = std::function<Tensor(const Tensor& input)>;

/// What stands beside inputs of this type: a function of one tensor beside a tensor, of their list beside
/// a list.
template <class Inputs>
using FunctionOf = std::conditional_t<std::derived_from<Inputs, Tensor>, UnaryFunction, TensorFunction>;

}  // namespace eingrad
