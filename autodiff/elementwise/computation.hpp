#pragma once
#include <array>
#include <cstddef>
#include <optional>

#include <autodiff/kernels/elementwise.hpp>
#include <autodiff/replay/perform.hpp>

namespace eingrad {

/// A call of an elementwise kernel that can be made again: whole, or, where no operand is walked, part by
/// part.
class ElementwiseComputation final : public replay::Computation {
 public:
  /// One array that the kernel goes along.
  struct Array {
    Node* node = nullptr;  ///< null if it is a number,
    Slot number{};         ///< which then stands here
    std::byte* data = nullptr;
    std::size_t step = 0;      ///< bytes from one element to the next; 0 where a part starts at `data` itself
    bool repeats = false;      ///< has one element
    bool is_scratch = false;   ///< memory of a thread's own, all at the same distance
    bool is_left_out = false;  ///< never looked at
  };

  /// `arity` operands of one dtype, y's dtype and shape those of `written`.
  ElementwiseComputation(const kernels::Elementwise& kernel, Dtype dtype, std::size_t arity, Node& written,
                         bool flat);
  /// gradient = cotangent ∂y/∂(operand k)
  ElementwiseComputation(const kernels::Elementwise& kernel, std::size_t k, std::size_t arity, Node& gradient,
                         Node& cotangent, Node& y, bool flat);

  void set_operand(std::size_t k, Node& tensor);
  void set_operand(std::size_t k, Slot number);
  /// The kernel does not look at operand k, or with the arity for k at y.
  void leave_out(std::size_t k);

  void run() override;
  /// Elements first to first + count of a flat one, with the scratch memory so many bytes from where it says.
  void run_part(std::size_t first, std::size_t count, std::size_t scratch = 0);

  bool is_flat() const { return flat_; }
  std::size_t numel() const { return numel_; }
  Array& written() { return written_; }
  /// The operands; with a backward the cotangent and the result behind them.
  std::span<Array> read() { return {read_.data(), count_}; }

 private:
  /// What a kernel is called with.
  struct Arguments {
    std::byte* to;
    std::array<const void*, 5> from;
    std::array<bool, 5> repeats;
  };

  Arguments arguments(std::size_t first, std::size_t scratch) const;
  void call(const Arguments& arguments, std::size_t n) const;
  void walk();

  kernels::Elementwise::Forward forward_ = nullptr;
  kernels::Elementwise::Backward backward_ = nullptr;
  std::size_t worthwhile_;
  Dtype dtype_;
  std::size_t arity_, count_;
  Shape shape_;
  std::size_t numel_;
  bool flat_;
  Array written_;
  std::array<Array, 5> read_;
  std::optional<Arguments> whole_;  // put together once where one call does it all
};

}  // namespace eingrad
