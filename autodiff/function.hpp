#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// An operation with a forward and a backward of your own:
///
///   const Function cube("cube", [](const Tensors& x) { return pow(x[0], 3); },
///                       [](const Tensor& ybar, const Tensors& x, const Tensor&) -> Tensors {
///                         return {ybar * 3 * square(x[0])};
///                       });
///   Tensor y = cube({x});
///
/// The forward is not recorded. The backward gets the cotangent of the result, the operands and the result,
/// and returns a cotangent for each operand, of its shape; an undefined one stands for zero. Written in
/// tensor operations it can be differentiated in turn. Both are called again and again, so they must not
/// change what they captured.
class Function {
 public:
  using Tensors = std::vector<Tensor>;
  using Forward = std::function<Tensor(const Tensors& operands)>;
  using Backward =
      std::function<Tensors(const Tensor& cotangent, const Tensors& operands, const Tensor& result)>;

  Function(std::string name, Forward forward, Backward backward);

  Tensor operator()(const Tensors& operands, Location at = Location::current()) const;

 private:
  struct Definition;
  std::shared_ptr<const Definition> definition_;
};

using Tensors = Function::Tensors;
/// A function of tensors as the checks and transforms take it.
using TensorFunction = std::function<Tensor(const Tensors& inputs)>;

}  // namespace eingrad
