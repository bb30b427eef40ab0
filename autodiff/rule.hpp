#pragma once
#include <initializer_list>
#include <span>

#include <autodiff/tensor.hpp>

namespace eingrad {

class Cotangents;

/// What the engine knows of an operation: its name and how a cotangent of its result becomes cotangents of
/// its operands. One static object an operation; what differs from call to call stands in Node::attributes.
struct Rule {
  const char* name;

  explicit constexpr Rule(const char* operation) : name(operation) {}
  /// Hands a cotangent of `y` on to the operands that want one. When grad_enabled() the computation is to be
  /// recorded, so that it can be differentiated in turn.
  virtual void backward(const Tensor& y, const Tensor& cotangent, Cotangents& operands) const = 0;
  /// Whether backward reads the value of operand i, or of the result: these must not be overwritten before.
  virtual bool reads_operand(const Node& y, std::size_t i) const = 0;
  virtual bool reads_result(const Node&) const { return false; }

 protected:
  ~Rule() = default;
};

/// Where a rule puts the cotangents of one result's operands.
class Cotangents {
 public:
  /// Whether operand i requires a gradient.
  virtual bool wants(std::size_t i) const = 0;
  /// Adds a contribution to operand i's cotangent. It is summed over the axes along which the operand was
  /// broadcast: here and nowhere else. An undefined one adds nothing.
  virtual void give(std::size_t i, Tensor contribution) = 0;

 protected:
  ~Cotangents() = default;
};

/// graph_error if the tensor belongs to another thread than the calling one.
void check_thread(const Tensor& operand);

/// Whether an operation on these operands is to be recorded. graph_error if one that requires a gradient, or
/// that the record would hold on to, belongs to another thread.
bool should_record(std::initializer_list<const Tensor*> operands);
bool should_record(std::span<const Tensor> operands);

/// Makes `y` the result of `rule` on these operands.
void record(Tensor& y, const Rule& rule, std::initializer_list<const Tensor*> operands,
            std::unique_ptr<const Attributes> attributes = nullptr);
void record(Tensor& y, const Rule& rule, std::span<const Tensor> operands,
            std::unique_ptr<const Attributes> attributes = nullptr);

/// Operand i of a recorded operation as a tensor.
Tensor operand_of(const Node& y, std::size_t i);

}  // namespace eingrad
