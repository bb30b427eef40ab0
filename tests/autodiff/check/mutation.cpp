// The checks are checked: wrong rules in the place of right ones must be caught, in every operation.
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <tests/autodiff/elementwise/samples.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::sample;
using testing::wrong_derivative;

namespace {

/// Mistakes that are none, and why.
const std::map<std::string, std::set<std::string>> equivalent{
    {"add", {"the gradients of operands A and B exchanged"}},  // both get the cotangent
    {"relu", {"operand A for the result"}},                    // one is positive where the other is
    {"hardtanh", {"the result for operand A"}},                // it is at a bound where the operand is beyond
    {"clamp", {"the result for operand B"}},      // it is that bound where the operand is beyond,
    {"clamp_min", {"the result for operand B"}},  // and elsewhere on the same side of the operand
    {"clamp_max", {"the result for operand B"}},
    // Its backward reads no value at all, but the engine does not know that of a Function.
    {"cumsum", {"operand A for the result", "the result for operand A", "operand A transposed"}},
};
/// Their gradient is 0, whatever is done to it.
const std::set<std::string> constant{"sign", "floor", "ceil", "round", "trunc"};

struct Count {
  std::size_t all = 0, caught = 0, equivalent = 0;
};

void check_all_caught(const std::string& name, const TensorFunction& f, const std::vector<Tensor>& points,
                      Count& count) {
  INFO(name);
  const MutationScore score = mutation_score(f, points);
  REQUIRE(score.count() > 0);
  std::string missed;
  for (const auto& verdict : score.verdicts) {
    const auto known = equivalent.find(verdict.operation);
    const bool is_none = known != equivalent.end() && known->second.contains(verdict.mistake);
    count.equivalent += is_none;
    if (is_none == verdict.caught) missed += "\n  " + verdict.operation + ": " + verdict.mistake;
  }
  count.all += score.count();
  count.caught += score.caught();
  CHECK(missed == "");
}

Tensor random(const Shape& shape) {
  static Generator generator(5);
  return randn(shape, float64, generator).requires_grad_();
}

const std::map<std::string, TensorFunction> of_matrices{
    {"matmul", [](const auto& x) { return matmul(x[0], x[1]); }},
    {"einsum", [](const auto& x) { return einsum("ij,jk,ki->ik", x); }},
    {"transpose", [](const auto& x) { return transpose(x[0], 0, 1); }},
    {"sum", [](const auto& x) { return sum(x[0], 1); }},
    {"expand",
     [](const auto& x) {
       return expand(x[0], {2, 3, 3});
     }},
    {"cat",
     [](const auto& x) {
       return cat({x[0], x[1]}, 1);
     }},
    {"slice", [](const auto& x) { return slice(x[0], 1, 0, 2); }},
    {"gather",
     [](const auto& x) {
       return gather(x[0], 0, tensor({{2, 0, 1}, {1, 1, 2}}));
     }},
    {"scatter_add",
     [](const auto& x) {
       return scatter_add(x[0], 0, tensor({{2, 0, 1}, {1, 1, 2}, {0, 0, 0}}), x[1]);
     }},
    {"flip", [](const auto& x) { return flip(x[0], 1); }},
    {"pad",
     [](const auto& x) {
       return pad(x[0], {1, 1});
     }},
    {"windows",
     [](const auto& x) {
       return windows(x[0], {2, 2}, {1, 1}, {1, 1});
     }},
    {"sort", [](const auto& x) { return sort(x[0], 1).values; }},
    {"max", [](const auto& x) { return max(x[0], 1).values; }},
    {"amax", [](const auto& x) { return amax(x[0], 1); }},
    {"softmax", [](const auto& x) { return softmax(x[0], 1); }},
    {"logsumexp", [](const auto& x) { return logsumexp(x[0], 1); }},
    {"cumsum", [](const auto& x) { return cumsum(x[0], 1); }},
    {"prod", [](const auto& x) { return prod(x[0], 1); }},
    {"norm", [](const auto& x) { return norm(x[0], 2, 1); }},
    {"linear", [](const auto& x) { return nn::linear(x[0], x[1], sum(x[2], 0)); }},
    {"mse_loss", [](const auto& x) { return nn::mse_loss(x[0], x[1]); }},
    {"cross_entropy",
     [](const auto& x) {
       return nn::cross_entropy(x[0], tensor({2, 0, 1}));
     }},
    {"log_softmax", [](const auto& x) { return log_softmax(x[0], 1); }},
};

}  // namespace

TEST_CASE("every wrong rule of an elementwise operation is caught", "[mutation]") {
  Count count;
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    const std::string name(operation.name);
    if (!operation.differentiable || constant.contains(name)) continue;
    const std::string wrong = wrong_derivative(operation);
    CHECK(wrong == "");
    if (!wrong.empty()) continue;  // no other rule can be told from it
    for (const bool broadcast : {false, true}) {
      std::vector<Tensor> operands;
      for (std::size_t k = 0; k < operation.domain.size(); ++k)
        operands.push_back(
            sample(operation, k, broadcast && k > 0 ? Shape{7, 1} : Shape{7, 7}).requires_grad_());
      if (broadcast && operands.size() == 1) continue;
      check_all_caught(name, operation.call, operands, count);
    }
  }
  WARN("caught " << count.caught << " of " << count.all << " wrong rules of elementwise operations; "
                 << count.equivalent << " others are right in another way");
}

TEST_CASE("every wrong rule of the other kinds is caught", "[mutation]") {
  Count count;
  for (const auto& [name, f] : of_matrices)
    check_all_caught(name, f, {random({3, 3}), random({3, 3}), random({3, 3})}, count);
  WARN("caught " << count.caught << " of " << count.all << " wrong rules of the other kinds; "
                 << count.equivalent << " others are right in another way");
}

TEST_CASE("a check with ones is blind to most mistakes in a product of matrices", "[mutation]") {
  const auto product = [](const Tensors& x) { return matmul(x[0], x[1]); };
  const std::vector<Tensor> points{random({3, 3}), random({3, 3})};
  const MutationScore by_ones = mutation_score(product, points, all_ones_check),
                      by_gradcheck = mutation_score(product, points);
  CHECK(by_gradcheck.caught() == by_gradcheck.count());
  CHECK(by_ones.count() == by_gradcheck.count());
  CHECK(2 * by_ones.caught() < by_ones.count());
  CHECK(by_ones.caught() > 0);
  std::ostringstream text;
  text << by_ones;
  CHECK_THAT(text.str(),
             ContainsSubstring("not caught in matmul") && ContainsSubstring("operand A transposed"));
}

TEST_CASE("a check that refuses the right rule can tell nothing apart", "[mutation]") {
  const auto refuses = [](const TensorFunction&, const Tensors&) { return false; };
  CHECK_THROWS_AS(mutation_score([](const Tensors& x) { return exp(x[0]); }, {random({2})}, refuses),
                  value_error);
}

TEST_CASE("of a function whose gradients are wrong it is told where, and what they are", "[mutation]") {
  const std::vector<Tensor> kink{zeros({2}, float64).requires_grad_()};
  CHECK_THROWS_WITH(mutation_score([](const Tensors& x) { return relu(x[0]); }, kink),
                    ContainsSubstring("inputs[0] stands at a kink") &&
                        ContainsSubstring("\n  worst inputs[0] at (") &&
                        ContainsSubstring(": 0 from backward, "));
}

TEST_CASE("who leaves a weight out of the inputs is told that its gradient is not checked", "[check]") {
  manual_seed(0);
  const Tensor x = randn({3, 2}, float64).requires_grad_(), w = randn({2, 2}, float64).requires_grad_();
  const auto told = [](const TensorFunction& f, const Tensors& inputs) {
    std::ostringstream text;
    text << mutation_score(f, inputs);
    return text.str();
  };
  const std::string some = told([&](const Tensors& in) { return tanh(matmul(in[0], w)); }, {x});
  CHECK_THAT(some,
             ContainsSubstring("1 tensor that requires a gradient is in the graph not among the inputs"));
  const std::string all = told([&](const Tensors& in) { return tanh(matmul(in[0], in[1])); }, {x, w});
  CHECK_THAT(all, !ContainsSubstring("not among the inputs"));
}
