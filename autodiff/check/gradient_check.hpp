#pragma once
#include <cmath>
#include <exception>
#include <string>
#include <vector>

#include <autodiff/check/differences.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/grad_mode.hpp>

#include <fmt/format.h>

namespace eingrad::detail {

// What gradcheck and gradgradcheck share.

std::vector<Tensor> that_require_grad(const std::vector<Tensor>& tensors);

/// The gradients of Σ cotangent · output; undefined where no output depends on the input.
std::vector<Tensor> gradients(const std::vector<Tensor>& outputs, const std::vector<Tensor>& cotangents,
                              const std::vector<Tensor>& inputs, bool create_graph);

/// value_error if an option is not positive, or no input requires a gradient.
void refuse_wrong_usage(const char* name, const std::vector<Tensor>& inputs, GradcheckOptions options,
                        Location at);

/// Compares the gradients of a function with differences, and says what is likely wrong.
class GradientCheck {
 public:
  GradientCheck(const char* name, const std::vector<Tensor>& inputs, GradcheckOptions options)
      : name_(name), inputs_(inputs), options_(options) {}

  GradcheckResult of(const Differences::Function& f);

 private:
  /// Of the gradient of one input.
  struct Comparison {
    std::vector<GradcheckRow> rows{};
    bool kink = false;
  };

  void compare(const Differences::Function& f);
  void compare(const Differences& differences, std::size_t argument, const Tensor& gradient);
  void add_row(Comparison& comparison, std::size_t argument, const Shape& index, double a,
               const Slopes& slopes);
  double tolerance(double numerical) const { return options_.atol + options_.rtol * std::abs(numerical); }
  void explain(std::size_t argument, const std::vector<GradcheckRow>& rows, bool reached, bool kink);
  bool loses_steps(const Tensor& input, const std::vector<GradcheckRow>& rows) const;
  void conclude();
  void tell_what_is_left_out();
  std::string what(int count) const;

  const char* name_;
  const std::vector<Tensor>& inputs_;
  GradcheckOptions options_;
  GradcheckResult result_;
  std::string notes_;                     // on what differs
  std::vector<std::size_t> independent_;  // inputs that neither backward nor differences see in the result
};

/// The result of `check`, or what it throws as the message.
template <class F>
GradcheckResult guarded(const char* name, F check) {
  const enable_grad guard;
  try {
    return check();
  } catch (const std::exception& thrown) {
    return {.message = fmt::format("{}: f cannot be checked\n{}", name, thrown.what())};
  } catch (...) {
    return {.message = fmt::format("{}: f threw something that is no std::exception", name)};
  }
}

}  // namespace eingrad::detail
