#include <algorithm>

#include <autodiff/check/compare_gradients.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>

#include <fmt/format.h>

namespace eingrad {

GradcheckResult detail::gradgradcheck(const TensorFunction& f, const Tensors& inputs,
                                      GradcheckOptions options, Location at) {
  constexpr const char* name = "gradgradcheck";
  // The gradients as a function of the inputs and of the cotangent, which is an input behind the others.
  const auto gradients_of_f = [&](const Tensors& given, bool create_graph) {
    const Tensors x(given.begin(), given.end() - 1), wanted = that_require_grad(x);
    Tensors found = gradients({f(x)}, {given.back()}, wanted, create_graph);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i].defined()) found[i] = zeros_like(wanted[i]);
    }
    return found;
  };
  return guarded(name, inputs, options, at, [&]() -> GradcheckResult {
    f.check_count(inputs.size(), at);
    Generator generator(1);
    Tensors inputs_and_cotangent = inputs;
    inputs_and_cotangent.push_back(random_cotangent(f(inputs), generator).requires_grad_());
    // What is differentiated must be the gradient that backward gives.
    const Tensors recorded = gradients_of_f(inputs_and_cotangent, true);
    const Tensors plain = gradients_of_f(inputs_and_cotangent, false);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      if (allclose(recorded[i], plain[i], options.rtol, options.atol, true)) continue;
      return {.message = fmt::format("{}: create_graph gives other gradients, by as much as {:.2g}", name,
                                     max_abs_difference(recorded[i], plain[i]))};
    }
    GradcheckResult result = compare_gradients(
        name, "the gradients", [&](const Tensors& given) { return gradients_of_f(given, true); },
        inputs_and_cotangent, options);
    const std::string cotangent = fmt::format("inputs[{}]", inputs.size());
    const auto is_of_cotangent = [&](const GradcheckRow& row) {
      return !row.agrees && row.input == inputs.size();
    };
    if (std::ranges::any_of(result.rows, is_of_cotangent) ||
        result.message.find(cotangent) != std::string::npos)
      result.message += fmt::format("\n  {} is the cotangent of what f returns", cotangent);
    return result;
  });
}

}  // namespace eingrad
