#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/explain/jacobian.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/rule.hpp>

namespace eingrad::einstein {

namespace {

/// Takes what one operation hands on to one of its operands.
class OneOperand final : public Cotangents {
 public:
  OneOperand(Node& y, Node& x) : x_(x) {
    y_ = &y;
    x_.position = 1;  // so that the rule sees that it is wanted
  }
  ~OneOperand() { x_.position = 0; }
  OneOperand(const OneOperand&) = delete;
  OneOperand& operator=(const OneOperand&) = delete;

  void give(std::size_t i, Tensor&& contribution) override {
    if (y_->operands()[i].node != &x_ || !contribution.defined()) return;
    const Tensor own = sum_to(contribution, x_.shape);
    total = total.defined() ? total + own : own;
  }

  Tensor total;

 private:
  Node& x_;
};

}  // namespace

Tensor jacobian_of(const Tensor& y, const Tensor& x) {
  const no_grad guard;
  std::vector<Tensor> rows;
  for (std::int64_t i = 0; i < y.numel(); ++i) {
    const Tensor unit = eq(arange(y.numel()), i).to(y.dtype());
    OneOperand operand(y.node(), x.node());
    y.node().rule->backward(y, unit.reshape(y.shape()), operand);
    rows.push_back(operand.total.defined() ? operand.total.reshape({-1}) : zeros({x.numel()}, x.dtype()));
  }
  return stack(rows, 0);
}

}  // namespace eingrad::einstein
