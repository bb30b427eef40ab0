// Implement: gradient descent with momentum.
//
// A velocity v for each parameter p keeps a part mu of the steps before. With g = dL/dp a step is
//
//   v <- mu v + g
//   p <- p - lr v
//
// and v is 0 at first. p.grad() is g. Parameters are changed in place, by p -= …, under no_grad, so that
// autograd does not record it.
#include <autodiff/autodiff.hpp>

namespace exercise_07 {

using namespace eingrad;

class Momentum {
 public:
  Momentum(const std::vector<Tensor>& parameters, double lr, double mu)
      : parameters_(parameters), lr_(lr), mu_(mu) {
    for (const Tensor& p : parameters_) velocities_.push_back(zeros_like(p));
  }

  void step() {
    const no_grad guard;
    for (std::size_t k = 0; k < parameters_.size(); ++k) {
      Tensor& p = parameters_[k];
      Tensor& v = velocities_[k];
      p -= lr_ * v;  // your turn: v stays 0
    }
  }

 private:
  std::vector<Tensor> parameters_, velocities_;
  double lr_, mu_;
};

}  // namespace exercise_07
