// Prints a digest of the bits of many results, one operation a line. compare.cmake runs it as each kind of
// processor.
#include <cstdint>
#include <cstring>
#include <exception>
#include <string_view>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <tests/autodiff/elementwise/samples.hpp>

#include <fmt/format.h>

using namespace eingrad;

namespace {

class Digest {
 public:
  void add(const Tensor& a) {
    with_element_type(a.dtype(), [&]<class T>() {
      for (const T value : a.span<T>()) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof value);
        state_ = state_ * 6364136223846793005U + bits + 1;
      }
    });
  }
  void print(std::string_view name, Dtype dtype) const {
    fmt::print("{:<12} {:<8} {:016x}\n", name, name_of(dtype), state_);
  }

 private:
  std::uint64_t state_ = 0;
};

/// The result and all gradients.
template <class F>
void add(Digest& digest, F f, const std::vector<Tensor>& operands) {
  const Tensor y = f(operands);
  digest.add(y);
  if (!y.requires_grad()) return;
  for (const Tensor& gradient : grad(y, operands, {.cotangents = {y.detach()}, .allow_unused = true})) {
    if (gradient.defined()) digest.add(gradient);
  }
}

void elementwise(Dtype dtype) {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    Digest digest;
    for (const Shape& last : {Shape{}, Shape{1}, Shape{1001}, Shape{7, 1}, Shape{7, 1001}}) {
      std::vector<Tensor> operands;
      for (std::size_t k = 0; k < operation.domain.size(); ++k) {
        const bool is_last = k + 1 == operation.domain.size();
        operands.push_back(
            testing::sample(operation, k, is_last ? last : Shape{7, 1001}, dtype).requires_grad_());
      }
      add(digest, operation.call, operands);
    }
    digest.print(operation.name, dtype);
  }
}

void contractions(Dtype dtype) {
  Generator generator(1);
  const auto random = [&](const Shape& shape) { return randn(shape, dtype, generator).requires_grad_(); };
  const auto print = [&](std::string_view name, auto f, const std::vector<std::vector<Shape>>& cases) {
    Digest digest;
    for (const std::vector<Shape>& shapes : cases) {
      std::vector<Tensor> operands;
      for (const Shape& shape : shapes) operands.push_back(random(shape));
      add(digest, f, operands);
    }
    digest.print(name, dtype);
  };
  using Tensors = std::vector<Tensor>;
  print("sum", [](const Tensors& x) { return sum(x[0]); }, {{{5}}, {{399}}, {{7, 300}}, {{20000}}});
  print("sum rows", [](const Tensors& x) { return sum(x[0], {0}); }, {{{5, 3}}, {{300, 7}}, {{70, 70}}});
  print("dot", [](const Tensors& x) { return dot(x[0], x[1]); }, {{{5}, {5}}, {{399}, {399}}});
  print("matmul", [](const Tensors& x) { return matmul(x[0], x[1]); },
        {{{3, 4}, {4, 5}}, {{20, 30}, {30, 40}}, {{1, 100}, {100, 9}}, {{4, 5, 6}, {6, 7}}});
  print("einsum", [](const Tensors& x) { return einsum("bij,kj->bki", x[0], x[1]); }, {{{3, 5, 9}, {11, 9}}});
  print("linear", [](const Tensors& x) { return nn::linear(x[0], x[1], x[2]); },
        {{{32, 1}, {1, 1}, {1}}, {{16, 20}, {9, 20}, {9}}});
  print("mse_loss", [](const Tensors& x) { return nn::mse_loss(x[0], x[1]); }, {{{33, 1}, {33, 1}}});
}

void training(Dtype dtype) {
  set_default_dtype(dtype);
  manual_seed(0);
  nn::Linear hidden(3, 17), out(17, 1);
  std::vector<Tensor> parameters = hidden.parameters();
  for (const Tensor& parameter : out.parameters()) parameters.push_back(parameter);
  optim::SGD sgd(parameters, {.lr = 0.05, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true});
  const Tensor x = randn({50, 3}), t = randn({50, 1});
  for (int step = 0; step < 100; ++step) {
    sgd.zero_grad();
    nn::mse_loss(out(tanh(hidden(x))), t).backward();
    sgd.step();
  }
  Digest digest;
  for (const Tensor& parameter : parameters) digest.add(parameter);
  digest.print("training", dtype);
}

}  // namespace

int main() try {
  for (const Dtype dtype : {float32, float64}) {
    elementwise(dtype);
    contractions(dtype);
    training(dtype);
  }
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
