// What a learner waits for: the verdict on a claim, and the derivation of a model's gradients.
#include <autodiff/autodiff.hpp>
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/explain/explain.hpp>
#include <nn/nn.hpp>

#include <benchmark/benchmark.h>

#include "more.hpp"

namespace workloads {

namespace {

using namespace eingrad;
using namespace eingrad::einstein;

// A right claim is compared; a wrong one is searched for its mistake, longest if there is no single one.
void check_claim(benchmark::State& state, const char* claim) {
  const Sheet sheet = read_sheet(
      "X[n,i] W[i,o] b[o] Z[n,o] H[n,o] T[n,o] L[]  m = |n|\n"
      "Z_no = X_ni W_io + b_o\n"
      "H_no = tanh(Z_no)\n"
      "L = 1/m (H_no - T_no)^2\n");
  for (auto _ : state) benchmark::DoNotOptimize(check(claim, sheet.problem));
}

// 6-32-32-32-3 with three activations, 33 samples: all eight parameters.
void explain_three_layers(benchmark::State& state) {
  set_default_dtype(float64);
  manual_seed(0);
  const nn::Linear first(6, 32), second(32, 32), third(32, 32), last(32, 3);
  const Tensor x = randn({33, 6}), y = randn({33, 3});
  Names names;
  for (const nn::Linear* layer : {&first, &second, &third, &last}) {
    const std::string number = std::to_string(names.size() / 2 + 1);
    names.emplace_back("w" + number, layer->weight);
    names.emplace_back("b" + number, layer->bias);
  }
  const Tensor loss = nn::mse_loss(last(relu(third(sigmoid(second(tanh(first(x))))))), y);
  for (auto _ : state) benchmark::DoNotOptimize(to_string(explain(loss, names)));
}

}  // namespace

void enter_notation() {
  constexpr const char* right = "dL/dW_io = 2/m (H_no - T_no) tanh'(Z_no) X_ni";
  constexpr const char* factor = "dL/dW_io = 1/m (H_no - T_no) tanh'(Z_no) X_ni";
  constexpr const char* two_mistakes = "dL/dW_io = 1/m (H_no + T_no) sigma'(Z_no) X_ni";
  for (const auto& [name, claim] : {std::pair("notation/check/right", right),
                                    {"notation/check/factor", factor},
                                    {"notation/check/two_mistakes", two_mistakes}})
    benchmark::RegisterBenchmark(name, check_claim, claim)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("notation/explain", explain_three_layers)->Unit(benchmark::kMillisecond);
}

}  // namespace workloads
