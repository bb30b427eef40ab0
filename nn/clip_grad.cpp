#include <algorithm>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/reduction/norm.hpp>
#include <autodiff/replay/perform.hpp>
#include <nn/clip_grad.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

void check_limit(const char* operation, double limit, Location at) {
  if (limit >= 0) return;
  throw Report(operation, fmt::format("the limit is {}", without_nan_sign(limit)), at)
      .hint("0 or more")
      .as<value_error>();
}

}  // namespace

double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double p, Location at) {
  check_limit("clip_grad_norm_", max_norm, at);
  const auto total = std::make_shared<double>(0);
  replay::perform_with_settings("clip_grad_norm_", [=] {
    const no_grad guard;
    std::vector<double> norms;
    for (const Tensor& parameter : parameters) {
      if (parameter.grad().defined()) norms.push_back(norm(parameter.grad(), p).item());
    }
    if (norms.empty()) return;
    *total = norm(tensor(norms, float64), p).item();
    const double scale = std::min(max_norm / (*total + 1e-6), 1.);
    for (const Tensor& parameter : parameters) {
      Tensor gradient = parameter.grad();
      if (gradient.defined()) gradient *= scale;
    }
  });
  return *total;
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double limit, Location at) {
  check_limit("clip_grad_value_", limit, at);
  const no_grad guard;
  for (const Tensor& parameter : parameters) {
    Tensor gradient = parameter.grad();
    if (gradient.defined()) gradient.copy_(clamp(gradient, -limit, limit));
  }
}

}  // namespace eingrad::nn
