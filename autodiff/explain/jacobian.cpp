#include <algorithm>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/explain/jacobian.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/rule.hpp>

namespace eingrad::einstein {

namespace {

/// Takes what one operation hands on to some of its operands, which are the same tensor.
class SomeOperands final : public Cotangents {
 public:
  SomeOperands(Node& y, const std::vector<std::size_t>& operands) : operands_(operands) {
    y_ = &y;
    mark(1);  // so that the rule sees that they are wanted
  }
  ~SomeOperands() { mark(0); }
  SomeOperands(const SomeOperands&) = delete;
  SomeOperands& operator=(const SomeOperands&) = delete;

  void give(std::size_t i, Tensor&& contribution) override {
    if (std::ranges::find(operands_, i) == operands_.end() || !contribution.defined()) return;
    const Tensor own = sum_to(contribution, y_->operands()[i].node->shape, contribution.node().location());
    total = total.defined() ? total + own : own;
  }

  Tensor total;

 private:
  void mark(std::uint32_t position) {
    for (const std::size_t i : operands_) y_->operands()[i].node->position = position;
  }

  const std::vector<std::size_t>& operands_;
};

}  // namespace

Tensor jacobian_of(const Tensor& y, const std::vector<std::size_t>& operands) {
  const no_grad guard;
  const Node& x = *y.node().operands()[operands.at(0)].node;
  std::vector<Tensor> rows;
  for (std::int64_t i = 0; i < y.numel(); ++i) {
    const Tensor unit = eq(arange(y.numel()), i).to(y.dtype());
    SomeOperands taken(y.node(), operands);
    y.node().rule->backward(y, unit.reshape(y.shape()), taken);
    rows.push_back(taken.total.defined() ? taken.total.reshape({-1}) : zeros({x.numel()}, x.dtype));
  }
  return stack(rows, 0);
}

}  // namespace eingrad::einstein
