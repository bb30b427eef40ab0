#pragma once
#include <functional>
#include <vector>

#include <autodiff/random/generator.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The slope of a function of one number at a point, seen from both sides and from each.
struct Slopes {
  double central, left, right;
};

/// Derivatives by differences: of v · f, for a function f of several tensors with several results and
/// cotangents v.
class Differences {
 public:
  using Tensors = std::vector<Tensor>;
  using Function = std::function<Tensors(const Tensors& inputs)>;

  /// dtype_error if a result is not floating-point, value_error if f is not the same when called again.
  Differences(Function f, const Tensors& inputs);

  /// f at the inputs.
  const Tensors& outputs() const { return outputs_; }
  /// The cotangents, of the outputs' shapes and dtypes.
  void set_cotangents(const Tensors& cotangents);

  /// The slopes of v · f along element i of an input, which is moved by eps in place and set back. The engine
  /// does not see it: a graph that was built before is as good as it was.
  Slopes along(std::size_t input, std::int64_t i, double eps) const;
  /// The same along a direction, a tensor of the input's shape.
  Slopes along(std::size_t input, const Tensor& direction, double eps) const;

 private:
  using Numbers = std::vector<double>;

  Numbers f_here() const;
  template <class Moved>
  Slopes along(Moved& moved, double eps) const;
  double slope(const Numbers& high, const Numbers& low, double distance) const;

  Function f_;
  const Tensors& inputs_;
  Tensors outputs_;
  Numbers at_inputs_, cotangents_;
};

/// Numbers of a size between 1/2 and 3/2, so that no element of the output goes unseen.
Tensor random_cotangent(const Tensor& output, Generator& generator);

}  // namespace eingrad
