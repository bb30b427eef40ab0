#include <cmath>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <nn/dropout.hpp>
#include <nn/init.hpp>
#include <nn/linear.hpp>
#include <nn/recurrent.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

Recurrent::Recurrent(const char* name, std::int64_t gates, std::int64_t in, std::int64_t hidden,
                     RecurrentOptions options, Location at)
    : name_(name),
      gates_(gates),
      in_(in),
      hidden_(hidden),
      directions_(options.bidirectional ? 2 : 1),
      options_(options) {
  if (in < 1 || hidden < 1 || options.num_layers < 1) {
    throw Report(name, fmt::format("{} features in, {} hidden, {} layers", in, hidden, options.num_layers),
                 at)
        .hint("one or more of each")
        .as<value_error>();
  }
  const double bound = 1 / std::sqrt(static_cast<double>(hidden));
  const auto add = [&](const std::string& full_name, const Shape& shape, bool present) {
    Tensor values;
    if (present) init::uniform_(values = empty(shape, {}, at), -bound, bound, at);
    names_.push_back(full_name);
    parameters_.emplace_back(std::move(values));
  };
  for (std::int64_t layer = 0; layer < options.num_layers; ++layer) {
    const std::int64_t features = layer == 0 ? in : hidden * directions_;
    for (std::int64_t direction = 0; direction < directions_; ++direction) {
      const std::string suffix = fmt::format("_l{}{}", layer, direction == 0 ? "" : "_reverse");
      add("weight_ih" + suffix, {gates * hidden, features}, true);
      add("weight_hh" + suffix, {gates * hidden, hidden}, true);
      add("bias_ih" + suffix, gates * hidden, options.bias);
      add("bias_hh" + suffix, gates * hidden, options.bias);
    }
  }
}

void Recurrent::members(MemberVisitor& visitor) {
  for (std::size_t i = 0; i < names_.size(); ++i) visitor.parameter(names_[i], parameters_[i]);
}

const Parameter& Recurrent::parameter(std::int64_t layer, std::int64_t direction, std::size_t which) const {
  return parameters_[static_cast<std::size_t>(layer * directions_ + direction) * 4 + which];
}

std::string Recurrent::hint_for(const Tensor& x) const {
  if (x.dim() == 1) return "x.unsqueeze(-1) for a sequence of single numbers";
  if (x.dim() != 2 && x.dim() != 3) return "reshape to a batch of sequences";
  if (x.size(-1) != in_)
    return fmt::format("nn::{}({}, {}), or {} features in the last axis", name_, x.size(-1), hidden_, in_);
  return "a sequence of one step or more";
}

Recurrent::State Recurrent::state_of(const Tensor& x, const Tensor& h0, const Tensor& c0, bool has_cell,
                                     Location at) const {
  const Shape shape{options_.num_layers * directions_, x.size(1), hidden_};
  const auto given = [&](const char* name, const Tensor& state) {
    if (!state.defined()) return zeros(shape, x.dtype());
    const Tensor batched = state.dim() == 2 ? state.unsqueeze(1) : state;
    if (batched.shape() == shape) return batched;
    throw Report(name_, fmt::format("the state {} is not of shape {}", name, to_string(shape)), at)
        .operand("x", x)
        .operand(name, state)
        .rule("(layers · directions, n, hidden)")
        .hint(fmt::format("zeros({{{}, {}, {}}}), which it is by itself", shape[0], shape[1], shape[2]))
        .as<shape_error>();
  };
  return {given("h0", h0), has_cell ? given("c0", c0) : Tensor()};
}

Tensor Recurrent::run(std::int64_t layer, std::int64_t direction, const Tensor& x, State& state) const {
  const Tensor of_input = linear(x, parameter(layer, direction, 0), parameter(layer, direction, 2));
  const std::int64_t length = x.size(0);
  std::vector<Tensor> steps(static_cast<std::size_t>(length));
  for (std::int64_t i = 0; i < length; ++i) {
    const std::int64_t t = direction == 0 ? i : length - 1 - i;
    const Tensor of_hidden = linear(state.h, parameter(layer, direction, 1), parameter(layer, direction, 3));
    state = step(select(of_input, 0, t), of_hidden, state);
    steps[static_cast<std::size_t>(t)] = state.h;
  }
  return stack(steps);
}

Sequences Recurrent::forward(const Operand& input, const Tensor& h0, const Tensor& c0) const {
  const Tensor& given = input.tensor("the input", name_);
  const bool single = given.dim() == 2, has_cell = gates_ == 4;
  if ((given.dim() != 3 && !single) || given.size(-1) != in_ ||
      given.size(options_.batch_first && !single ? 1 : 0) == 0) {
    throw Report(name_, fmt::format("the input is no sequence of {} features", in_), input.at)
        .operand("x", given)
        .rule(options_.batch_first ? "x (n, length, features), length 1 or more"
                                   : "x (length, n, features), length 1 or more")
        .hint(hint_for(given))
        .as<shape_error>();
  }
  Tensor x = given;
  if (single) x = unsqueeze(input, 1);
  if (!single && options_.batch_first) x = transpose(input, 0, 1);
  const State start = state_of(x, h0, c0, has_cell, input.at);
  std::vector<Tensor> last_h, last_c;
  for (std::int64_t layer = 0; layer < options_.num_layers; ++layer) {
    std::vector<Tensor> both;
    for (std::int64_t direction = 0; direction < directions_; ++direction) {
      const std::int64_t place = layer * directions_ + direction;
      State state{select(start.h, 0, place), has_cell ? select(start.c, 0, place) : Tensor()};
      both.push_back(run(layer, direction, x, state));
      last_h.push_back(state.h);
      if (has_cell) last_c.push_back(state.c);
    }
    x = both.size() == 1 ? both[0] : cat(both, 2);
    if (layer + 1 < options_.num_layers) x = dropout(x, options_.dropout, is_training());
  }
  Sequences result{x, stack(last_h), has_cell ? stack(last_c) : Tensor()};
  if (single) {
    for (Tensor* each : {&result.output, &result.h_n, &result.c_n}) {
      if (each->defined()) *each = each->squeeze({1});
    }
  } else if (options_.batch_first) {
    result.output = result.output.transpose(0, 1);
  }
  return result;
}

std::string Recurrent::extra_text() const {
  return fmt::format("{}, {}, num_layers={}{}", in_, hidden_, options_.num_layers,
                     options_.bidirectional ? ", bidirectional=True" : "");
}

Recurrent::State RNN::step(const Tensor& of_input, const Tensor& of_hidden, const State&) const {
  const Tensor sum = of_input + of_hidden;
  return {nonlinearity_ == RnnNonlinearity::tanh ? tanh(sum) : relu(sum), {}};
}

Recurrent::State LSTM::step(const Tensor& of_input, const Tensor& of_hidden, const State& before) const {
  const std::vector<Tensor> gates = chunk(of_input + of_hidden, 4, 1);
  const Tensor c = sigmoid(gates[1]) * before.c + sigmoid(gates[0]) * tanh(gates[2]);
  return {sigmoid(gates[3]) * tanh(c), c};
}

Recurrent::State GRU::step(const Tensor& of_input, const Tensor& of_hidden, const State& before) const {
  const std::vector<Tensor> x = chunk(of_input, 3, 1), h = chunk(of_hidden, 3, 1);
  const Tensor r = sigmoid(x[0] + h[0]), z = sigmoid(x[1] + h[1]), n = tanh(x[2] + r * h[2]);
  return {(1 - z) * n + z * before.h, {}};
}

}  // namespace eingrad::nn
