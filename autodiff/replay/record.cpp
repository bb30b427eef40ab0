#include <cstring>

#include <autodiff/anomaly.hpp>
#include <autodiff/replay/comparison.hpp>
#include <autodiff/replay/record.hpp>
#include <autodiff/replay/recording.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad::replay {

namespace {

constexpr int comparisons = 2;  // how often a record must agree with its function

void check_surroundings() {
  if (listener != nullptr) {
    throw Report("record", "a step is being recorded already")
        .hint("one record() around all of it")
        .as<graph_error>();
  }
  if (eingrad::detail::anomaly != Anomaly::none) {
    throw Report("record", "detect_anomaly looks at every number, which a replay does not")
        .hint("the function itself under detect_anomaly, or the record without it")
        .as<graph_error>();
  }
}

}  // namespace

Step::Step(const std::vector<Tensor>& examples) : tape_(std::make_unique<Tape>()) {
  for (const Tensor& example : examples) {
    static_cast<void>(example.node({}, "an example of an input", "record"));
    if (example.requires_grad()) {
      throw Report("record", "an input requires a gradient, which a copy of it would get")
          .operand("x", example)
          .hint("capture what is to be learned, or detach()")
          .as<graph_error>();
    }
    const Tensor input = example.detach();
    tape_->keep(*input.get());
    tape_->inputs.push_back(input.get());
  }
}

void Step::throw_unlike(std::size_t k, const Tensor& given) const {
  const Tensor recorded(retain(tape_->inputs[k]));
  const bool shapes = recorded.shape() != given.shape();
  Report report("replay", fmt::format("inputs[{}] has another {} than the example that record() was given", k,
                                      shapes ? "shape" : "dtype"));
  report.operand("example", recorded).operand("given", given);
  report.hint(shapes ? "a step recorded for this shape too; drop_last leaves out a last batch that is smaller"
                     : "to() on it");
  if (shapes) throw std::move(report).as<shape_error>();
  throw std::move(report).as<dtype_error>();
}

void Step::set_input(std::size_t k, const Tensor& values) {
  Node& input = *tape_->inputs[k];
  const Node& from = values.node({}, "an input", "replay");
  if (!from.is_of_this_thread() || !input.is_of_this_thread()) throw_other_thread(values);
  if (from.dtype != input.dtype || from.shape != input.shape) throw_unlike(k, values);
  std::memcpy(input.data, from.data, input.bytes());
}

Tensor Step::output(std::size_t k) const {
  const Node& from = *tape_->outputs[k];
  Tensor copy(make_node(from.dtype, from.shape, from.location()));
  std::memcpy(copy.get()->data, from.data, from.bytes());
  return copy;
}

// Neither another record nor a look for anomalies would see what a replay does.
void Step::run() {
  check_surroundings();
  tape_->run();
}

std::vector<Tensor> Step::call(const Function& function) {
  check_surroundings();
  if (state_ == State::refused) {
    throw Report("replay", "the step cannot be replayed: " + objection_)
        .hint("the function itself instead of the record, or what changes as an input")
        .as<graph_error>();
  }
  const std::vector<Tensor> outputs = state_ == State::fresh ? record(function) : compare(function);
  std::vector<Tensor> copies;
  for (const Tensor& output : outputs) copies.push_back(output.detach());
  return copies;
}

std::vector<Tensor> Step::copies_of_inputs() const {
  std::vector<Tensor> copies;
  for (Node* input : tape_->inputs) copies.push_back(Tensor(retain(input)).detach());
  return copies;
}

std::vector<Tensor> Step::record(const Function& function) {
  auto fresh = std::make_unique<Tape>();  // a function that throws leaves nothing behind
  std::vector<Tensor> outputs;
  const std::vector<Tensor> inputs = copies_of_inputs();
  for (const Tensor& input : inputs) {
    fresh->keep(*input.get());
    fresh->inputs.push_back(input.get());
  }
  {
    const Recording recording(*fresh);
    outputs = function(inputs);
  }
  for (const Tensor& output : outputs) {
    fresh->keep(output.node());
    fresh->outputs.push_back(output.get());
  }
  tape_ = std::move(fresh);
  state_ = State::recorded;
  return outputs;
}

std::vector<Tensor> Step::compare(const Function& function) {
  std::vector<Tensor> outputs;
  std::vector<Node*> nodes;
  const std::vector<Tensor> inputs = copies_of_inputs();
  Comparison comparison(*tape_);
  for (std::size_t k = 0; k < inputs.size(); ++k) comparison.pair(inputs[k].node(), *tape_->inputs[k]);
  outputs = function(inputs);
  for (const Tensor& output : outputs) nodes.push_back(&output.node());
  comparison.end(nodes);
  objection_ = comparison.objection();
  if (!objection_.empty()) {
    state_ = State::refused;
    throw Report("replay", "the step cannot be replayed: " + objection_)
        .hint("the function itself instead of the record, or what changes as an input")
        .as<graph_error>();
  }
  if (++compared_ == comparisons) {
    tape_->join_runs();
    state_ = State::ready;
  }
  return outputs;
}

}  // namespace eingrad::replay
