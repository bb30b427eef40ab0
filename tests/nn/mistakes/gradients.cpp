// What goes wrong with gradients.
#include <tests/nn/mistakes/mistake.hpp>

using namespace eingrad;
using namespace eingrad::testing;

TEST_CASE("a mistake with gradients has a message that names the cure and a line of the program",
          "[mistakes]") {
  check_each({
      {"backward of many numbers", [] { (leaf({3}) * 2).backward(); }, "reduce it with sum() or mean()"},
      {"backward without a graph", [] { ones({1}).backward(); }, "requires_grad_() on the parameters"},
      {"backward twice",
       [] {
         const Tensor loss = sum(square(leaf({3})));
         loss.backward();
         loss.backward();
       },
       "compute the loss anew"},
      {"two losses on one graph",
       [] {
         const Tensor shared = exp(leaf({3})), first = sum(square(shared)),
                      second = sum(shared * 2 + tanh(shared));
         first.backward();
         second.backward();
       },
       "{.retain_graph = true}"},
      {"a leaf that is changed in place",
       [] {
         Tensor w = leaf({3});
         w += 1;
       },
       "no_grad"},
      {"a value that backward needs, overwritten",
       [] {
         const Tensor w = leaf({3});
         Tensor x = ones({3}, float64);
         const Tensor loss = sum(w * x);
         x += 1;
         loss.backward();
       },
       "a clone() of it"},
      {"a gradient of integers",
       [] {
         tensor({1, 2}).requires_grad_();
       },
       "to(float64)"},
      {"a gradient of whole numbers", [] { ones({2}, int64).requires_grad_(); }, "to(float64)"},
      {"a gradient of another shape", [] { leaf({2}).set_grad(ones({3})); }, "a gradient of the shape of A"},
      {"a result's gradient without a leaf", [] { ones({2}).retain_grad(); }, "requires_grad_() on it"},
      {"a hook on a constant", [] { register_hook(ones({2}), [](const Tensor&) { return Tensor(); }); },
       "requires_grad_() before it is used"},
      {"the gradient of a gradient that was not recorded",
       [] {
         const Tensor w = leaf({2});
         grad(sum(square(w)), {w})[0].sum().backward();
       },
       "{.create_graph = true}"},
      {"a value that was overwritten since its use",
       [] {
         Tensor w = leaf({2});
         const Tensor loss = sum(square(w));
         {
           const no_grad guard;
           w.fill_(0);
         }
         loss.backward();
       },
       "call backward before the value is changed"},
  });
}
