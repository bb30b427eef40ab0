#include <cstring>
#include <functional>

#include <autodiff/check/mutants.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/apply.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

using Mutants = std::vector<std::unique_ptr<Mutant>>;

/// Changes what is given to the operands.
class ChangedGifts final : public Mutant {
 public:
  using Change = std::function<void(std::size_t& operand, Tensor& contribution)>;

  ChangedGifts(const Rule& original, std::string description, Change change)
      : Mutant(original, std::move(description)), change_(std::move(change)) {}

  void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const override {
    Between between(y.node(), operands, change_);
    original_.backward(y, std::move(cotangent), between);
  }

 private:
  class Between final : public Cotangents {
   public:
    Between(Node& y, Cotangents& target, const Change& change) : target_(target), change_(change) { y_ = &y; }
    void give(std::size_t i, Tensor&& contribution) override {
      if (contribution.defined()) change_(i, contribution);
      target_.give(i, std::move(contribution));
    }

   private:
    Cotangents& target_;
    const Change& change_;
  };

  Change change_;
};

/// Changes what the rule gets to see: the cotangent, the operands' values, the result's.
class ChangedView final : public Mutant {
 public:
  struct View {
    Tensor cotangent, result;
    std::vector<Tensor> operands;
  };
  using Change = std::function<void(View& view)>;

  ChangedView(const Rule& original, std::string description, Change change)
      : Mutant(original, std::move(description)), change_(std::move(change)) {}

  void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const override {
    View view{cotangent, y, {}};
    for (std::size_t i = 0; i < y.node().operand_count; ++i) view.operands.push_back(operand_of(y.node(), i));
    change_(view);
    // A node with these values, which borrows what else the rule needs to know.
    Tensor seen(make_node(y.dtype(), y.shape(), y.node().location()));
    std::memcpy(seen.node().data, view.result.node().data, seen.node().bytes());
    const Lent lent{y.node(), seen.node()};
    record(seen, original_, view.operands, lent.take());
    original_.backward(seen, std::move(view.cotangent), operands);
  }

 private:
  /// The attributes of a node, if it has some, for another one; it gives them back, even if the rule throws.
  struct Lent {
    Node &owner, &borrower;
    std::unique_ptr<const Attributes> take() const {
      return owner.is_extended ? std::move(owner.extension->attributes) : nullptr;
    }
    ~Lent() {
      if (owner.is_extended && borrower.is_extended)
        owner.extension->attributes = std::move(borrower.extension->attributes);
    }
  };

  Change change_;
};

bool is_square(const Node& a) {
  const std::size_t rank = a.shape.size();
  return rank >= 2 && a.shape[rank - 1] == a.shape[rank - 2] && a.shape[rank - 1] > 1;
}

Tensor transposed(const Tensor& a) { return transpose(a, -2, -1); }

/// The first of what would be summed.
Tensor not_summed(Tensor contribution, const Shape& shape) {
  while (contribution.shape().size() > shape.size()) contribution = select(contribution, 0, 0);
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    contribution = slice(contribution, static_cast<std::int64_t>(axis), 0, shape[axis]);
  return contribution;
}

class Factory {
 public:
  explicit Factory(const Node& y) : y_(y), rule_(*y.rule) {}

  Mutants all() {
    for (std::size_t k = 0; k < y_.operand_count; ++k) {
      if (wants(k)) {
        change_contribution(k);
        for (std::size_t l = k + 1; l < y_.operand_count; ++l) exchange_contributions(k, l);
      }
      if (!y_.is_number(k)) change_value(k);
    }
    view("the cotangent left out", [](auto& seen) { seen.cotangent = ones_like(seen.cotangent); });
    view("the cotangent squared", [](auto& seen) { seen.cotangent = square(seen.cotangent); });
    if (is_square(y_))
      view("the cotangent transposed", [](auto& seen) { seen.cotangent = transposed(seen.cotangent); });
    return std::move(mutants_);
  }

 private:
  using View = ChangedView::View;

  const Node& operand(std::size_t k) const { return *y_.operands()[k].node; }
  /// Whether operand k gets a gradient; a condition gets none.
  bool wants(std::size_t k) const {
    if (y_.is_number(k) || !operand(k).requires_grad) return false;
    return elementwise_ == nullptr || !elementwise_->mentions.is_none[k];
  }
  bool alike(const Node& a, const Node& b) const { return a.shape == b.shape && a.dtype == b.dtype; }

  void gift(std::string mistake, ChangedGifts::Change change) {
    mutants_.push_back(std::make_unique<ChangedGifts>(rule_, std::move(mistake), std::move(change)));
  }
  void view(std::string mistake, ChangedView::Change change) {
    mutants_.push_back(std::make_unique<ChangedView>(rule_, std::move(mistake), std::move(change)));
  }
  /// Changes only what operand k gets.
  void contribution(std::size_t k, std::string mistake, std::function<Tensor(const Tensor&)> change) {
    gift(fmt::format("{} of operand {}", mistake, letter_of_operand(k)),
         [k, change](std::size_t& i, Tensor& given) {
           if (i == k) given = change(given);
         });
  }

  void change_contribution(std::size_t k) {
    contribution(k, "the sign", [](const Tensor& g) { return -g; });
    contribution(k, "twice the gradient", [](const Tensor& g) { return 2 * g; });
    if (is_square(operand(k))) contribution(k, "the transposed gradient", transposed);
    if (elementwise_ == nullptr || operand(k).numel() == y_.numel()) return;
    contribution(k, "no sum over the broadcast",
                 [shape = operand(k).shape](const Tensor& g) { return not_summed(g, shape); });
  }

  void exchange_contributions(std::size_t k, std::size_t l) {
    if (!wants(l) || !alike(operand(k), operand(l)) || &operand(k) == &operand(l)) return;
    gift(fmt::format("the gradients of operands {} and {} exchanged", letter_of_operand(k),
                     letter_of_operand(l)),
         [k, l](std::size_t& i, Tensor&) { i = i == k   ? l
                                               : i == l ? k
                                                        : i; });
  }

  void change_value(std::size_t k) {
    const bool same_as_result = alike(operand(k), y_);
    if (rule_.reads_result(y_) && same_as_result)
      view(fmt::format("operand {} for the result", letter_of_operand(k)),
           [k](View& seen) { seen.result = seen.operands[k]; });
    if (!rule_.reads_operand(y_, k)) return;
    if (same_as_result)
      view(fmt::format("the result for operand {}", letter_of_operand(k)),
           [k](View& seen) { seen.operands[k] = seen.result; });
    if (is_square(operand(k)))
      view(fmt::format("operand {} transposed", letter_of_operand(k)),
           [k](View& seen) { seen.operands[k] = transposed(seen.operands[k]); });
    for (std::size_t l = k + 1; l < y_.operand_count; ++l) {
      if (y_.is_number(l) || !alike(operand(k), operand(l)) || &operand(k) == &operand(l)) continue;
      view(fmt::format("operands {} and {} exchanged", letter_of_operand(k), letter_of_operand(l)),
           [k, l](View& seen) { std::swap(seen.operands[k], seen.operands[l]); });
    }
  }

  const Node& y_;
  const Rule& rule_;
  const Elementwise* const elementwise_ = dynamic_cast<const Elementwise*>(&rule_);
  Mutants mutants_;
};

}  // namespace

std::vector<std::unique_ptr<Mutant>> mutants_of(const Node& y) { return Factory(y).all(); }

}  // namespace eingrad
