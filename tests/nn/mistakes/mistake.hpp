#pragma once
// What a learner gets wrong, what the library says, and that it names the cure. All messages: nn_tests
// "[mistakes]" -s
#include <functional>
#include <string>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <tests/catch.hpp>

namespace eingrad::testing {

struct Mistake {
  std::string what;
  std::function<void()> make;
  std::string cure;  ///< what the message has to say
};

/// Each has a message that names the cure, and a line of the file that makes it.
inline void check_each(const std::vector<Mistake>& mistakes, const std::string& file = __builtin_FILE()) {
  for (const Mistake& mistake : mistakes) {
    std::string message = "nothing";
    try {
      mistake.make();
    } catch (const error& thrown) {
      message = thrown.what();
    }
    INFO(mistake.what);
    CHECK_THAT(message, ContainsSubstring(mistake.cure));
    CHECK_THAT(message.substr(0, message.find('\n')),
               ContainsSubstring(file.substr(file.rfind("tests/")) + ":"));
  }
}

inline Tensor leaf(const Shape& shape) { return ones(shape, float64).requires_grad_(); }

}  // namespace eingrad::testing
