#pragma once
// Programs that nobody wrote: a few inputs of random shapes and five to forty operations on them, chosen by a
// list of numbers, so that rapidcheck can make and shrink them. A program runs here and, where it is
// installed, in libtorch.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <autodiff/tensor.hpp>
#ifdef EINGRAD_WITH_TORCH
#include <tests/parity/torch.hpp>  // which makes CHECK Catch2's again
#else
#include <tests/catch.hpp>
#endif

namespace eingrad::testing {

using Tensors = std::vector<Tensor>;

/// Numbers that choose. Where they end, the first of everything is chosen.
class Choices {
 public:
  explicit Choices(const std::vector<std::uint32_t>& numbers) : numbers_(numbers) {}
  /// 0 to count - 1.
  std::size_t operator()(std::size_t count) {
    return next_ < numbers_.size() ? numbers_[next_++] % count : 0;
  }

 private:
  const std::vector<std::uint32_t>& numbers_;
  std::size_t next_ = 0;
};

/// One operation of a program on some of the values before it.
struct Step {
  std::string text;                   ///< "matmul(3, 5)"
  std::vector<std::size_t> operands;  ///< their numbers among the values
  std::function<Tensor(const Tensors&)> ours;
#ifdef EINGRAD_WITH_TORCH
  std::function<torch::Tensor(const std::vector<torch::Tensor>&)> theirs;
#endif
};

struct Program {
  Tensors inputs;  ///< leaves that require a gradient
  std::vector<Step> steps;

  std::string text() const;
};

Program make_program(const std::vector<std::uint32_t>& choices);

struct Noise {
  double size = 0;
  std::uint64_t seed = 1;
};

/// The program's result, one number: of the last value, and of every other one that no step has read, a sum
/// in which every element has a weight of its own. With `noise` each step's result is off by so much,
/// absolutely and relatively, as by rounding.
Tensor run(const Program& program, const Tensors& inputs, const Noise& noise = {});
#ifdef EINGRAD_WITH_TORCH
torch::Tensor run(const Program& program, const std::vector<torch::Tensor>& inputs);
#endif

/// A step of one of the operations on some of these values, whose result has no more than 64 elements.
Step choose_step(const Tensors& values, Choices& choose);

}  // namespace eingrad::testing
