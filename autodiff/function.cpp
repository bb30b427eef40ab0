#include <autodiff/function.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

/// What a function of somebody's own is handed belongs to others, too: it must not be written to.
class Unwritten {
 public:
  Unwritten(const char* name, Location at) : name_(name), at_(at) {}

  void check(const char* what, const char* letter, std::span<const Tensor> tensors) const {
    for (const Tensor& tensor : tensors) {
      if (!tensor.defined() || !is_written_since(tensor.node().written)) continue;
      throw Report(name_, fmt::format("{} wrote into what it was handed", what), at_)
          .operand(letter, tensor)
          .hint("a new tensor, 2 * x instead of x *= 2, or a clone() to write into")
          .as<graph_error>();
    }
  }

 private:
  // Another thread's writes are readings of another clock.
  bool is_written_since(std::uint64_t written) const {
    return written > start_ && (written ^ detail::clock) >> 48 == 0;
  }

  const char* name_;
  Location at_;
  std::uint64_t start_ = detail::clock;
};

}  // namespace

struct Function::Definition final : Rule {
  std::string text;
  Forward forward_function;
  Backward backward_function;

  Definition(std::string given, Forward forward, Backward backward)
      : Rule(nullptr),
        text(std::move(given)),
        forward_function(std::move(forward)),
        backward_function(std::move(backward)) {
    name = text.c_str();
  }

  bool reads_operand(const Node&, std::size_t) const override { return true; }
  bool reads_result(const Node&) const override { return true; }

  void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const override {
    Tensors values;
    for (std::size_t i = 0; i < y.node().operand_count; ++i) values.push_back(operand_of(y.node(), i));
    const Unwritten guard(name, y.node().location());
    const Tensors cotangents = backward_function(cotangent, values, y);
    guard.check("backward", "ybar", {&cotangent, 1});
    guard.check("backward", "x", values);
    guard.check("backward", "y", {&y, 1});
    if (y.node().freed) {
      throw Report(name, "backward ran a backward pass over the graph that it is part of, which freed it",
                   y.node().location())
          .hint("gradients of what backward computes itself, from detached operands")
          .as<graph_error>();
    }
    if (cotangents.size() != values.size()) {
      throw Report(name,
                   fmt::format("backward returned {} for {}", counted(cotangents.size(), "cotangent"),
                               counted(values.size(), "operand")),
                   y.node().location())
          .hint("one for each operand; an undefined Tensor() for one without")
          .as<graph_error>();
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!cotangents[i].defined()) continue;
      if (cotangents[i].shape() != values[i].shape() || cotangents[i].dtype() != values[i].dtype()) {
        const std::string operand = letter_of_operand(i);
        throw Report(name,
                     fmt::format("backward returned another shape or dtype than operand {} has", operand),
                     y.node().location())
            .operand(operand, values[i])
            .operand(operand + "bar", cotangents[i])
            .hint(cotangents[i].dtype() == values[i].dtype()
                      ? fmt::format("sum_to({0}bar, {0}.shape()) if {0} was broadcast", operand)
                      : fmt::format("{0}bar.to({0}.dtype())", operand))
            .as<shape_error>();
      }
      operands.give(i, Tensor(cotangents[i]));
    }
  }
};

namespace {

/// Keeps a function's definition alive as long as a graph needs it.
struct KeepAlive : Attributes {
  std::shared_ptr<const void> object;
  explicit KeepAlive(std::shared_ptr<const void> kept) : object(std::move(kept)) {}
};

}  // namespace

Function::Function(std::string name, Forward forward, Backward backward)
    : definition_(std::make_shared<Definition>(std::move(name), std::move(forward), std::move(backward))) {}

Tensor Function::operator()(const Tensors& operands, Location at) const {
  Tensor y;
  {
    const no_grad guard;
    const Unwritten unwritten(definition_->name, at);
    y = definition_->forward_function(operands);
    unwritten.check("forward", "x", operands);
  }
  const char* name = definition_->name;
  if (!y.defined())
    throw Report(name, "forward returned an undefined tensor", at)
        .hint("a tensor, returned from forward on every path")
        .as<graph_error>();
  // The forward may return a tensor that somebody else holds, or one with a gradient or a history of its own.
  if (!y.node().is_unshared() || y.requires_grad() || y.grad().defined()) y = y.detach(at);
  if (!is_floating(y.dtype()) || !should_record(operands)) return y;
  record(y, *definition_, operands, std::make_unique<KeepAlive>(definition_));
  y.node().file = at.file;  // not that of the operation that the forward ends with
  y.node().line = static_cast<std::uint32_t>(at.line);
  return y;
}

void TensorFunction::refuse_count(std::size_t taken, std::size_t given, Location at) {
  throw Report("function",
               fmt::format("it takes {}, but there {} {}", counted(taken, "tensor"),
                           given == 1 ? "is" : "are", counted(given, "input")),
               at)
      .hint("as many inputs as it has arguments, or one argument for all of them, const Tensors& in")
      .as<value_error>();
}

}  // namespace eingrad
