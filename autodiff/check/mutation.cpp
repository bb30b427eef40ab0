#include <algorithm>
#include <cmath>
#include <ostream>
#include <unordered_set>

#include <autodiff/backward.hpp>
#include <autodiff/check/differences.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/check/mutants.hpp>
#include <autodiff/check/mutation.hpp>
#include <autodiff/create.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/number_text.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

/// What is in the graph of y.
std::vector<Node*> nodes_of(const Tensor& y) {
  std::vector<Node*> found{y.get()};
  std::unordered_set<const Node*> seen{y.get()};
  for (std::size_t next = 0; next < found.size(); ++next) {
    const Node& node = *found[next];
    for (std::size_t i = 0; i < node.operand_count; ++i) {
      if (!node.is_number(i) && seen.insert(node.operands()[i].node).second)
        found.push_back(node.operands()[i].node);
    }
  }
  return found;
}

/// The operations in it, in the order in which they were computed.
std::vector<Node*> operations_of(const Tensor& y) {
  std::vector<Node*> found = nodes_of(y);
  std::erase_if(found, [](const Node* node) { return node->rule == nullptr; });
  std::ranges::sort(found, {}, &Node::created);
  return found;
}

/// Such as the weights of a layer where only its input is checked.
std::size_t count_not_among(const Tensors& inputs, const Tensor& y) {
  const auto is_other = [&](const Node* node) {
    return node->rule == nullptr && node->requires_grad &&
           std::ranges::none_of(inputs, [&](const Tensor& input) { return input.get() == node; });
  };
  return static_cast<std::size_t>(std::ranges::count_if(nodes_of(y), is_other));
}

/// The gradients of f are wrong by themselves, which gradcheck has found.
[[noreturn]] void refuse(const GradcheckResult& found) {
  Report report("mutation_score", "the gradients of f itself are wrong");
  report.line("check", found.message);
  if (const GradcheckRow* row = found.worst()) {
    report.line("worst", fmt::format("inputs[{}] at {}: {:.6g} from backward, {:.6g} from differences",
                                     row->input, to_string(row->index), without_nan_sign(row->analytical),
                                     without_nan_sign(row->numerical)));
  }
  throw report.hint("std::cout << gradcheck(f, points), which shows more of them").as<value_error>();
}

}  // namespace

bool all_ones_check(const TensorFunction& f, const std::vector<Tensor>& inputs) {
  constexpr double eps = 1e-6;
  const enable_grad guard;
  std::vector<Tensor> ones_in;
  for (const Tensor& input : inputs)
    ones_in.push_back(ones_like(input).requires_grad_(input.requires_grad()));
  Differences differences([&](const auto& x) { return std::vector{f(x)}; }, ones_in);
  const Tensor& y = differences.outputs()[0];
  differences.set_cotangents({ones_like(y)});
  const auto gradients =
      grad(y, ones_in, {.cotangents = {ones_like(y)}, .retain_graph = true, .allow_unused = true});
  for (std::size_t k = 0; k < ones_in.size(); ++k) {
    if (!gradients[k].defined()) continue;
    for (std::int64_t i = 0; i < ones_in[k].numel(); ++i) {
      const double numerical = differences.along(k, i, eps).central;
      const double analytical = gradients[k].span<double>()[static_cast<std::size_t>(i)];
      if (!(std::abs(analytical - numerical) <= 1e-5 + 1e-3 * std::abs(numerical))) return false;
    }
  }
  return true;
}

MutationScore mutation_score(const TensorFunction& f, const std::vector<Tensor>& points,
                             GradientCheck check) {
  if (!check) {
    if (const GradcheckResult found = gradcheck(f, points); !found) refuse(found);
    check = [](const auto& function, const auto& inputs) { return gradcheck(function, inputs).ok; };
  } else if (!check(f, points)) {
    throw Report("mutation_score", "the check finds the gradients of f itself wrong")
        .hint("gradcheck(f, points), which says whether they are")
        .as<value_error>();
  }
  const enable_grad guard;
  const Tensor y = f(points);
  const std::vector<Node*> operations = operations_of(y);
  MutationScore score;
  score.not_among_inputs = count_not_among(points, y);
  for (std::size_t number = 0; number < operations.size(); ++number) {
    for (const auto& mutant : mutants_of(*operations[number])) {
      const auto with_mutant = [&](const std::vector<Tensor>& x) {
        const Tensor result = f(x);
        if (grad_enabled()) operations_of(result).at(number)->rule = mutant.get();
        return result;
      };
      score.verdicts.push_back(
          {operations[number]->rule->name, mutant->mistake, !check(with_mutant, points)});
    }
  }
  return score;
}

std::size_t MutationScore::caught() const {
  return static_cast<std::size_t>(std::ranges::count_if(verdicts, &Verdict::caught));
}

std::ostream& operator<<(std::ostream& out, const MutationScore& score) {
  out << fmt::format("caught {} of {} mistakes", score.caught(), score.count());
  for (const auto& verdict : score.verdicts) {
    if (!verdict.caught)
      out << fmt::format("\n  not caught in {:<12} {}", verdict.operation, verdict.mistake);
  }
  if (score.not_among_inputs > 0 && score.caught() < score.count())
    out << fmt::format(
        "\n  {} in the graph not among the inputs, so that no mistake in {} gradient can be caught",
        score.not_among_inputs == 1
            ? "1 tensor that requires a gradient is"
            : fmt::format("{} tensors that require a gradient are", score.not_among_inputs),
        score.not_among_inputs == 1 ? "its" : "their");
  return out;
}

}  // namespace eingrad
