#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/random/generator.hpp>
#include <tests/programs/program.hpp>

#include <fmt/format.h>

namespace eingrad::testing {

namespace {

Tensor input(Choices& choose, Generator& generator) {
  Shape shape = Shape::filled(choose(4));
  for (std::int64_t& extent : shape) extent = static_cast<std::int64_t>(1 + choose(4));
  Tensor a = empty(shape, float64);
  generator.fill_uniform<double>(a.mutable_span<double>(), -2, 2);
  return a.requires_grad_();
}

std::vector<bool> read_values(const Program& program) {
  std::vector<bool> read(program.inputs.size() + program.steps.size());
  for (const Step& step : program.steps) {
    for (const std::size_t operand : step.operands) read[operand] = true;
  }
  return read;
}

/// 0, 1, 2 … for the elements of a tensor.
Tensor counted(const Tensor& a) { return arange(a.numel()).to(float64); }
#ifdef EINGRAD_WITH_TORCH
torch::Tensor counted(const torch::Tensor& a) { return torch::arange(a.numel(), torch::kFloat64); }
#endif

template <class AnyTensor, class Apply>
AnyTensor run_steps(const Program& program, std::vector<AnyTensor> values, Apply apply) {
  for (const Step& step : program.steps) {
    std::vector<AnyTensor> operands;
    for (const std::size_t operand : step.operands) operands.push_back(values[operand]);
    values.push_back(apply(step, operands));
  }
  const std::vector<bool> read = read_values(program);
  AnyTensor total;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (read[i]) continue;
    const AnyTensor weights = counted(values[i]) * 0.37 + (1 + 0.3 * static_cast<double>(i));
    const AnyTensor part = (sin(values[i].reshape({-1})) * weights).sum();
    total = total.defined() ? total + part : part;
  }
  return total;
}

}  // namespace

Program make_program(const std::vector<std::uint32_t>& numbers) {
  Choices choose(numbers);
  Generator generator(1 + choose(1000));
  Program program;
  const std::size_t length = 5 + choose(36), inputs = 1 + choose(3);
  for (std::size_t i = 0; i < inputs; ++i) program.inputs.push_back(input(choose, generator));
  Tensors values = program.inputs;
  while (program.steps.size() < length) {
    Step step = choose_step(values, choose);
    Tensors operands;
    for (const std::size_t operand : step.operands) operands.push_back(values[operand]);
    values.push_back(step.ours(operands));
    program.steps.push_back(std::move(step));
  }
  return program;
}

std::string Program::text() const {
  std::string text;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    text += fmt::format("{} = input {}\n", i, to_string(inputs[i].shape()));
  for (std::size_t i = 0; i < steps.size(); ++i)
    text += fmt::format("{} = {}\n", inputs.size() + i, steps[i].text);
  return text;
}

Tensor run(const Program& program, const Tensors& inputs, const Noise& noise) {
  Generator generator(noise.seed);
  return run_steps(program, inputs, [&](const Step& step, const Tensors& operands) {
    const Tensor y = step.ours(operands);
    if (noise.size == 0) return y;
    Tensor off = empty(y.shape(), float64);
    generator.fill_uniform<double>(off.mutable_span<double>(), -1, 1);
    off *= noise.size;
    return y + off + (y * off).detach();
  });
}

#ifdef EINGRAD_WITH_TORCH
torch::Tensor run(const Program& program, const std::vector<torch::Tensor>& inputs) {
  return run_steps(program, inputs, [](const Step& step, const std::vector<torch::Tensor>& operands) {
    return step.theirs(operands);
  });
}
#endif

}  // namespace eingrad::testing
