#include <autodiff/backward_checks.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad {

void throw_unfit(const Tensor& output, const Tensor& cotangent, Location at) {
  if (!output.requires_grad()) {
    throw Report("backward", "the output depends on no tensor that requires a gradient", at)
        .operand("y", output)
        .hint(
            "requires_grad_() on the parameters before the computation; on the way no no_grad, detach(), "
            "item(), comparison or argmax, and {.create_graph = true} for the gradient of a gradient")
        .as<graph_error>();
  }
  if (!output.node().is_of_this_thread()) {
    throw Report("backward", "the graph belongs to another thread", at)
        .operand("y", output)
        .hint("backward() on the thread that computed it")
        .as<graph_error>();
  }
  if (!cotangent.defined()) {
    throw Report("backward", "only an output of one element has a gradient by itself", at)
        .operand("y", output)
        .hint("reduce it with sum() or mean(), or pass a cotangent of its shape")
        .as<graph_error>();
  }
  throw Report("backward", "the cotangent has not the output's shape and dtype", at)
      .operand("y", output)
      .operand("ybar", cotangent)
      .hint("ones_like(y) has them, for the derivative of the sum")
      .as<shape_error>();
}

namespace {

[[noreturn]] void throw_overwritten(const Node& y, const Node& value, const std::string& role, Location at) {
  throw Report("backward", fmt::format("a value that {} needs was overwritten", y.rule->name), at)
      .line("saved", role, &value == &y ? Location{} : y.location())
      .line("wrote", to_string(value.shape), value.location())
      .hint("call backward before the value is changed, or change a clone() of it")
      .as<graph_error>();
}

}  // namespace

void check_saved(const Node& y, Location at) {
  if (y.freed) {
    throw Report("backward",
                 fmt::format("the graph of {} was freed by an earlier backward pass", y.rule->name), at)
        .line("made", fmt::format("by {}", y.rule->name), y.location())
        .hint("compute the loss anew before each backward, or pass {.retain_graph = true} to the first one")
        .as<graph_error>();
  }
  const std::span<const Slot> operands = y.operands();
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (y.is_number(i)) continue;
    const Node& operand = *operands[i].node;
    if (operand.written > y.created && y.rule->reads_operand(y, i))
      throw_overwritten(y, operand, fmt::format("as operand {} of {}", letter_of_operand(i), y.rule->name),
                        at);
  }
  if (y.written > y.created && y.rule->reads_result(y))
    throw_overwritten(y, y, fmt::format("as the result of {}", y.rule->name), at);
}

}  // namespace eingrad
