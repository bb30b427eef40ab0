#pragma once
// A matcher for tests that are written with Catch2, version 2 or 3; the library itself does not need it.
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <autodiff/check/gradcheck.hpp>

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif

namespace eingrad {

namespace detail {
#if __has_include(<catch2/matchers/catch_matchers.hpp>)
using Catch::Matchers::MatcherBase;
#else
using Catch::MatcherBase;
#endif
}  // namespace detail

/// First and second derivatives of a function at these inputs, checked in one line, with the table where they
/// are wrong. All inputs that are floating-point are checked: one that requires no gradient, such as data, is
/// handed to the function as a copy that does.
///
///   CHECK_THAT([&](const Tensors& x) { return layer(x[0]); }, HasRightGradients({x, layer.weight}));
class HasRightGradients : public detail::MatcherBase<TensorFunction> {
 public:
  explicit HasRightGradients(std::vector<Tensor> inputs, GradcheckOptions options = {},
                             Location at = Location::current())
      : inputs_(std::move(inputs)), options_(options), at_(at) {
    for (Tensor& input : inputs_) {
      if (is_floating(input.dtype()) && !input.requires_grad()) input = input.detach().requires_grad_();
    }
  }

  bool match(const TensorFunction& f) const override {
    const GradcheckResult first = gradcheck(f, inputs_, options_, at_);
    const GradcheckResult second = first ? gradgradcheck(f, inputs_, options_, at_) : GradcheckResult{};
    std::ostringstream text;
    text << (first ? second : first);
    found_ = text.str();
    is_right_ = first && second;
    return is_right_;
  }

 protected:
  std::string describe() const override {
    return (is_right_ ? "has right gradients\n" : "has wrong gradients, or none that can be checked\n") +
           found_;
  }

 private:
  std::vector<Tensor> inputs_;
  GradcheckOptions options_;
  Location at_;
  mutable std::string found_;
  mutable bool is_right_ = false;
};

}  // namespace eingrad
