// What goes wrong with optimizers, schedules and files.
#include <cmath>

#include <tests/nn/mistakes/mistake.hpp>

using namespace eingrad;
using namespace eingrad::testing;

TEST_CASE("a mistake in training has a message that names the cure and a line of the program", "[mistakes]") {
  check_each({
      {"an optimizer of nothing", [] { optim::SGD(std::vector<Tensor>{}, {.lr = 0.1}); }, "EINGRAD_MEMBERS"},
      {"an optimizer of results", [] { optim::Adam({leaf({3}) * 2}); },
       "requires_grad_() on it before it is used"},
      {"a negative learning rate", [] { optim::SGD({leaf({3})}, {.lr = -0.1}); },
       "a finite number, 0 or more"},
      {"the state of another model",
       [] { nn::Linear(2, 1).load_state_dict(nn::Linear(2, 1, false).state_dict()); },
       "a state_dict of the same model"},
      {"a schedule without steps",
       [] {
         optim::SGD sgd({leaf({3})}, {.lr = 0.1});
         optim::StepLR(sgd, 0);
       },
       "1 or more"},
      {"a learning rate that is no number", [] { optim::SGD({leaf({2})}, {.lr = -std::abs(std::nan(""))}); },
       "SGD: lr = nan"},
      {"a gradient no longer than less than nothing", [] { nn::clip_grad_norm_({leaf({2})}, -1); },
       "0 or more"},
      {"numbers cut below nothing", [] { nn::clip_grad_value_({leaf({2})}, -1); }, "0 or more"},
      {"a parameter given twice",
       [] {
         const Tensor w = leaf({2});
         optim::SGD({w, w}, {.lr = 0.1});
       },
       "each parameter once"},
      {"a parameter in two groups",
       [] {
         const Tensor w = leaf({2});
         optim::SGD({{{w}, {.lr = 0.1}}, {{w}, {.lr = 0.2}}});
       },
       "each parameter once"},
      {"a file that is not there", [] { load("not there.npz"); }, "load: cannot read 'not there.npz'"},
      {"a file of no known format", [] { save({}, "model.bin"); }, ".safetensors or .npz"},
  });
}
