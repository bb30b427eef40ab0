#include <algorithm>

#include <autodiff/check/gradient_check.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>

namespace eingrad {

GradcheckResult gradgradcheck(const TensorFunction& f, const std::vector<Tensor>& inputs,
                              GradcheckOptions options, Location at) {
  constexpr const char* name = "gradgradcheck";
  detail::refuse_wrong_usage(name, inputs, options, at);
  // The gradients as a function of the inputs and of the cotangent, which is an input behind the others.
  const auto gradients_of_f = [&](const std::vector<Tensor>& given, bool create_graph) {
    const std::vector<Tensor> x(given.begin(), given.end() - 1), wanted = detail::that_require_grad(x);
    std::vector<Tensor> found = detail::gradients({f(x)}, {given.back()}, wanted, create_graph);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i].defined()) found[i] = zeros_like(wanted[i]);
    }
    return found;
  };
  return detail::guarded(name, [&]() -> GradcheckResult {
    Generator generator(1);
    std::vector<Tensor> inputs_and_cotangent = inputs;
    inputs_and_cotangent.push_back(random_cotangent(f(inputs), generator).requires_grad_());
    // What is differentiated must be the gradient that backward gives.
    const std::vector<Tensor> recorded = gradients_of_f(inputs_and_cotangent, true);
    const std::vector<Tensor> plain = gradients_of_f(inputs_and_cotangent, false);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      if (allclose(recorded[i], plain[i], options.rtol, options.atol, true)) continue;
      return {.message = fmt::format("{}: create_graph gives other gradients, by as much as {:.2g}", name,
                                     max_abs_difference(recorded[i], plain[i]))};
    }
    GradcheckResult result =
        detail::GradientCheck(name, inputs_and_cotangent, options).of([&](const std::vector<Tensor>& given) {
          return gradients_of_f(given, true);
        });
    const auto is_of_cotangent = [&](const GradcheckRow& row) {
      return !row.agrees && row.argument == inputs.size();
    };
    if (std::ranges::any_of(result.rows, is_of_cotangent))
      result.message += fmt::format("\n  argument {} is the cotangent of what f returns", inputs.size());
    return result;
  });
}

GradcheckResult gradgradcheck(const std::function<Tensor(const Tensor&)>& f, const Tensor& input,
                              GradcheckOptions options, Location at) {
  return gradgradcheck([&](const std::vector<Tensor>& x) { return f(x[0]); }, std::vector<Tensor>{input},
                       options, at);
}

}  // namespace eingrad
