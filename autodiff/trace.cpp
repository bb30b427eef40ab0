#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include <autodiff/accumulate.hpp>
#include <autodiff/anomaly.hpp>
#include <autodiff/backward_checks.hpp>
#include <autodiff/contraction/axes.hpp>
#include <autodiff/create.hpp>
#include <autodiff/hooks.hpp>
#include <autodiff/marking_pass.hpp>
#include <autodiff/notation.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/trace.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

Summary summary_of(const Tensor& a) {
  Summary summary{a.shape()};
  auto& numbers = summary.numbers;
  with_element_type(a.dtype(), [&]<class T>() {
    const std::span<const T> elements = a.span<T>();
    if (elements.size() <= numbers.size()) {
      std::ranges::transform(elements, numbers.begin(), [](T x) { return static_cast<double>(x); });
      return;
    }
    auto& [least, greatest, nans] = numbers;
    least = std::numeric_limits<double>::infinity();
    greatest = -least;
    for (const T element : elements) {
      const auto x = static_cast<double>(element);
      nans += std::isnan(x) ? 1 : 0;
      least = std::min(least, x);  // a NaN is never less
      greatest = std::max(greatest, x);
    }
  });
  return summary;
}

/// What the error that `check` throws says; empty if it throws none.
template <class Check>
std::string anomaly_text(Check check) {
  try {
    check();
    return {};
  } catch (const value_error& anomaly) {
    const std::string_view text = anomaly.what();
    return std::string(text.substr(text.find(": ") + 2));  // without the name of the error
  }
}

/// A walk of its own, which takes its time: BackwardPass is the one that hurries. The rules are the same, and
/// so is the order in which contributions are added, to the last bit.
class Tracer final : public MarkingPass {
 public:
  Tracer(const Names& names, Anomaly stop_at, Location at) : stop_at_(stop_at), at_(at) {
    for (const auto& [name, tensor] : names) names_[tensor.get()] = name;
  }
  ~Tracer() { mark(false); }

  BackwardTrace run(const Tensor& output, Tensor cotangent) {
    collect(output);
    for (const Tensor& node : nodes_) {
      if (!node.is_leaf()) check_saved(node.node(), at_);
    }
    const GradMode off(false);
    trace_.steps.resize(nodes_.size());
    cotangents_.resize(nodes_.size());
    cotangents_[output.node().position - 1] = std::move(cotangent);
    for (step_ = 0; step_ < nodes_.size(); ++step_) {
      describe();
      if (trace_.stopped.empty() && cotangents_[step_].defined()) visit();
    }
    return std::move(trace_);
  }

  void give(std::size_t i, Tensor&& contribution) override {
    if (!contribution.defined() || !wants(i) || !trace_.stopped.empty()) return;
    const Node& operand = *y_->operands()[i].node;
    if (stands_for_many(contribution, operand)) contribution = repeated(contribution, operand);
    const std::uint32_t to = operand.position - 1;
    Contribution note{.operand = static_cast<std::uint32_t>(i),
                      .to = to,
                      .count = 0,
                      .rule = with_names(rule_of(*y_, i), operand_names(*y_), name_of_step(*y_)),
                      .given = contribution.shape(),
                      .value = {},
                      .so_far = {}};
    note_anomaly([&] { check_cotangent(*y_, i, contribution); });
    if (contribution.shape() != operand.shape) undo_broadcast(contribution, operand.shape);
    note.value = summary_of(contribution);
    accumulate(cotangents_[to], std::move(contribution));
    note.so_far = summary_of(cotangents_[to]);
    std::vector<std::uint32_t>& sources = trace_.steps[to].sources;
    sources.push_back(static_cast<std::uint32_t>(step_));
    note.count = static_cast<std::uint32_t>(sources.size());
    trace_.steps[step_].contributions.push_back(std::move(note));
  }

 private:
  // Results in descending order of creation, which is topological (see BackwardPass); then the leaves, as
  // they were created.
  void collect(const Tensor& output) {
    const auto meet = [this](Node* node) {
      if (!node->requires_grad || node->position != 0) return;
      nodes_.emplace_back(retain(node));
      node->position = static_cast<std::uint32_t>(nodes_.size());
    };
    meet(output.get());
    for (std::size_t next = 0; next < nodes_.size(); ++next) {
      const Node& y = nodes_[next].node();
      for (std::size_t i = 0; i < y.operand_count; ++i) {
        if (!y.is_number(i) && !y.freed) meet(y.operands()[i].node);
      }
    }
    const auto leaves =
        std::partition(nodes_.begin(), nodes_.end(), [](const Tensor& a) { return !a.is_leaf(); });
    const auto created = [](const Tensor& a) { return a.node().created; };
    std::ranges::sort(nodes_.begin(), leaves, std::ranges::greater(), created);
    std::ranges::sort(leaves, nodes_.end(), {}, created);
    mark(true);
  }

  void mark(bool on) override {
    std::uint32_t position = 0;
    for (const Tensor& node : nodes_) node.node().position = on ? ++position : 0;
  }

  void describe() {
    const Node& y = nodes_[step_].node();
    TraceStep& step = trace_.steps[step_];
    step.name = name_of_step(y);
    if (!y.is_leaf()) step.operation = y.rule->name;
    step.notation = with_names(notation_of(y), operand_names(y), step.name);
    step.location = y.location();
  }

  std::string name_of_step(const Node& y) const {
    const auto named = names_.find(&y);
    return named == names_.end() ? fmt::format("v{}", y.position) : named->second;
  }

  std::vector<std::string> operand_names(const Node& y) const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < y.operand_count; ++i) {
      const Node* const operand = y.is_number(i) ? nullptr : y.operands()[i].node;
      if (operand == nullptr) {
        const double number = without_nan_sign(operand_of(y, i).item());
        all.push_back(number < 0 ? fmt::format("({:.6g})", number) : fmt::format("{:.6g}", number));
      } else {
        all.push_back(operand->position == 0 && !names_.contains(operand) ? "constant"
                                                                          : name_of_step(*operand));
      }
    }
    return all;
  }

  void visit() {
    const Tensor y = nodes_[step_];
    Tensor cotangent = std::move(cotangents_[step_]);
    TraceStep& step = trace_.steps[step_];
    if (y.node().has_hooks) {
      cotangent = detail::call_hooks(y.node(), std::move(cotangent));
      step.hooked = true;
    }
    step.cotangent = summary_of(cotangent);
    if (y.is_leaf() || y.node().retains_grad) step.gradient = cotangent.detach();
    if (y.is_leaf()) return;
    if (detail::hooked_nodes != 0) check_saved(y.node(), at_);  // a hook may have written
    note_anomaly([&] { check_incoming(y.node(), cotangent); });
    if (!trace_.stopped.empty()) return;
    y_ = y.get();
    y.node().rule->backward(y, std::move(cotangent), *this);
  }

  template <class Check>
  void note_anomaly(Check check) {
    if (stop_at_ == Anomaly::none) return;
    const detect_anomaly guard(stop_at_);
    trace_.stopped = anomaly_text(check);
  }

  Anomaly stop_at_;
  Location at_;
  std::unordered_map<const Node*, std::string> names_;
  std::vector<Tensor> nodes_, cotangents_;
  std::size_t step_ = 0;
  BackwardTrace trace_;
};

}  // namespace

BackwardTrace trace_backward(const Tensor& output, const Names& names, const TraceOptions& options,
                             Location at) {
  check_output(output, options.cotangent, at);
  Tensor cotangent = options.cotangent.defined() ? options.cotangent : ones(output.shape(), output.dtype());
  return Tracer(names, options.stop_at, at).run(output, std::move(cotangent));
}

}  // namespace eingrad
