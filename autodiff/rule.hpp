#pragma once
#include <initializer_list>
#include <span>

#include <autodiff/anomaly.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

class Cotangents;

/// What the engine knows of an operation: its name and how a cotangent of its result becomes cotangents of
/// its operands. One static object an operation; what differs from call to call stands in its attributes.
struct Rule {
  const char* name;

  explicit constexpr Rule(const char* operation) : name(operation) {}
  /// Hands a cotangent of `y`, which is the rule's to use up, on to the operands that want one. When
  /// grad_enabled() the computation is to be recorded, so that it can be differentiated in turn.
  virtual void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const = 0;
  /// Forward mode: the tangent of `y` from those of its operands, of which an undefined one is 0. By itself
  /// it differentiates backward, which is linear in the cotangent, once more.
  virtual Tensor push_forward(const Tensor& y, std::span<const Tensor> tangents) const;
  /// Whether backward reads the value of operand i, or of the result: these must not be overwritten before.
  virtual bool reads_operand(const Node& y, std::size_t i) const = 0;
  virtual bool reads_result(const Node&) const { return false; }
  /// Whether backward, when it is not recorded, may get a cotangent that stands_for_many.
  virtual bool takes_one_for_all() const { return false; }

 protected:
  ~Rule() = default;
};

/// Whether a cotangent of `y` is a single number that all elements of y have in common. So is that of the
/// terms of a sum, which need not be written out before a rule multiplies each by something else.
inline bool stands_for_many(const Tensor& cotangent, const Node& y) noexcept {
  return cotangent.get()->data == cotangent.get()->one && y.data != y.one;
}
/// The same cotangent with all its elements.
Tensor repeated(const Tensor& cotangent, const Node& y);

/// Where a rule puts the cotangents of one result's operands.
class Cotangents {
 public:
  /// Whether operand i requires a gradient that is asked for.
  bool wants(std::size_t i) const noexcept {
    if (y_->is_number(i)) return false;
    const Node& operand = *y_->operands()[i].node;
    return takes_all_ ? operand.requires_grad : operand.position != 0;
  }
  /// Adds a contribution to operand i's cotangent. It is summed over the axes along which the operand was
  /// broadcast: here and nowhere else. An undefined one adds nothing.
  virtual void give(std::size_t i, Tensor&& contribution) = 0;

 protected:
  Cotangents() = default;
  ~Cotangents() = default;

  Node* y_ = nullptr;       ///< whose turn it is
  bool takes_all_ = false;  ///< not only what has a position
};

[[noreturn]] void throw_other_thread(const Tensor& operand);

/// graph_error if the tensor belongs to another thread than the calling one.
inline void check_thread(const Tensor& operand) {
  if (!operand.node().is_of_this_thread()) throw_other_thread(operand);
}

/// Whether an operation on these operands is to be recorded. graph_error if one that requires a gradient, or
/// that the record would hold on to, belongs to another thread.
inline bool should_record(std::initializer_list<const Tensor*> operands) {
  if (!grad_enabled()) return false;
  bool any = false;
  for (const Tensor* operand : operands) any |= operand->requires_grad();
  if (any) {
    for (const Tensor* operand : operands) check_thread(*operand);
  }
  return any;
}
bool should_record(std::span<const Tensor> operands);

/// Makes `y` the result of `rule` on these operands.
inline void record(Tensor& y, const Rule& rule, std::initializer_list<const Tensor*> operands,
                   std::unique_ptr<const Attributes> attributes = nullptr) {
  Slot* slot = y.node().begin_record(rule, operands.size(), std::move(attributes)).data();
  for (const Tensor* operand : operands) (slot++)->node = retain(operand->get());
  if (detail::anomaly != Anomaly::none) check_result(y.node());
}
void record(Tensor& y, const Rule& rule, std::span<const Tensor> operands,
            std::unique_ptr<const Attributes> attributes = nullptr);

/// Operand i of a recorded operation as a tensor.
Tensor operand_of(const Node& y, std::size_t i);

}  // namespace eingrad
