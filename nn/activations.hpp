#pragma once
#include <string>
#include <tuple>

#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/reduction/softmax.hpp>
#include <nn/module.hpp>

namespace eingrad::nn {

/// A function of one tensor as a module.
template <Tensor (*function)(const Operand&)>
class Activation : public Module {
 public:
  Tensor forward(const Operand& x) const { return function(x); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
};

struct ReLU : Activation<relu> {};
struct Tanh : Activation<tanh> {};
struct Sigmoid : Activation<sigmoid> {};
struct LogSigmoid : Activation<logsigmoid> {};
struct GELU : Activation<gelu> {};
struct SiLU : Activation<silu> {};

/// The same with numbers that are chosen when it is made; the functions' comments say what they mean.
template <auto function, class... Numbers>
class ActivationWith : public Module {
 public:
  explicit ActivationWith(Numbers... chosen) : numbers(chosen...) {}
  Tensor forward(const Operand& x) const {
    return std::apply([&](auto... each) { return function(x, each...); }, numbers);
  }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }

  std::tuple<Numbers...> numbers;
};
template <Tensor (*function)(const Operand&, const Operand&)>
using Activation1 = ActivationWith<function, double>;
template <Tensor (*function)(const Operand&, const Operand&, const Operand&)>
using Activation2 = ActivationWith<function, double, double>;

struct LeakyReLU : Activation1<leaky_relu> {
  explicit LeakyReLU(double negative_slope = 0.01) : ActivationWith(negative_slope) {}
};
struct ELU : Activation1<elu> {
  explicit ELU(double alpha = 1) : ActivationWith(alpha) {}
};
struct Softplus : Activation2<softplus> {
  explicit Softplus(double beta = 1, double threshold = 20) : ActivationWith(beta, threshold) {}
};
struct Hardtanh : Activation2<hardtanh> {
  explicit Hardtanh(double min = -1, double max = 1) : ActivationWith(min, max) {}
};

/// A function along an axis as a module.
template <Tensor (*function)(const Operand&, std::int64_t axis)>
class AlongAxis : public Module {
 public:
  explicit AlongAxis(std::int64_t along) : axis(along) {}
  Tensor forward(const Operand& x) const { return function(x, axis); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
  std::string extra_text() const override { return "axis=" + std::to_string(axis); }

  std::int64_t axis;
};

struct Softmax : AlongAxis<softmax> {
  using AlongAxis::AlongAxis;
};
struct LogSoftmax : AlongAxis<log_softmax> {
  using AlongAxis::AlongAxis;
};

}  // namespace eingrad::nn
