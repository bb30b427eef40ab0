#include <numeric>

#include <autodiff/contraction/axes.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/broadcast.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/cat.hpp>
#include <autodiff/indexing/gather.hpp>
#include <autodiff/indexing/index.hpp>
#include <autodiff/indexing/mask.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/slice.hpp>
#include <autodiff/replay/perform.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

/// What is left to do when integers, slices and new axes are done: an axis, and the indices on it.
struct OnAxis {
  std::int64_t axis;
  Tensor indices;
};

class Indexing {
 public:
  Indexing(const Operand& operand, const std::vector<Index>& indices)
      : operand_(operand), at_(operand.at), left_(operand.tensor("the operand", "index")) {
    std::int64_t named = 0;
    for (const Index& index : indices) named += axes_of(index, at_);
    const std::int64_t whole = left_.dim() - named;
    if (whole < 0) {
      fail(fmt::format("{} axes are named of {}", named, left_.dim()),
           "at most one index for each axis; NewAxis() for one more");
    }
    for (const Index& index : indices) {
      if (std::holds_alternative<Ellipsis>(index.what)) {
        if (std::exchange(ellipsis_, true))
          fail("there are two ellipses", "one of them: it stands for all axes that are not named");
        axis_ += whole;
      } else {
        apply(index);
      }
    }
  }

  Tensor result() {
    if (tensors_.empty()) return left_.is(operand_.tensor()) ? left_.clone(at_) : left_;
    bring_together();
    return select_indexed();
  }

 private:
  [[noreturn]] void fail(const std::string& problem, const char* hint) const {
    throw Report("index", problem, at_).operand("A", operand_.tensor()).hint(hint).as<index_error>();
  }
  Operand left() const { return Operand(left_, at_.file, at_.line); }

  static std::int64_t axes_of(const Index& index, Location at) {
    if (std::holds_alternative<NewAxis>(index.what) || std::holds_alternative<Ellipsis>(index.what)) return 0;
    const Tensor* tensor = std::get_if<Tensor>(&index.what);
    return tensor != nullptr && tensor->node(at, "an index", "index").dtype == boolean ? tensor->dim() : 1;
  }

  void apply(const Index& index) {
    if (const auto* i = std::get_if<std::int64_t>(&index.what)) {
      left_ = detail::select("index", left(), axis_, *i);
    } else if (const auto* slice = std::get_if<Slice>(&index.what)) {
      left_ = eingrad::slice(left(), axis_++, slice->start, slice->stop, slice->step);
    } else if (std::holds_alternative<NewAxis>(index.what)) {
      left_ = unsqueeze(left(), axis_++);
    } else {
      take_tensor(std::get<Tensor>(index.what));
    }
  }

  void take_tensor(const Tensor& indices) {
    if (indices.dtype() == int64) {
      tensors_.push_back({axis_++, indices});
      return;
    }
    if (indices.dtype() != boolean) {
      throw Report("index", "the indices are neither int64 nor boolean", at_)
          .operand("i", indices)
          .hint("to(int64), or a comparison for a mask")
          .as<dtype_error>();
    }
    const Tensor places = nonzero(indices, at_);
    for (std::int64_t k = 0; k < indices.dim(); ++k) {
      if (indices.size(k) != left_.size(axis_)) {
        throw Report("index", fmt::format("the mask does not fit on axis {}", axis_), at_)
            .operand("A", left_)
            .operand("mask", indices)
            .hint("a mask of the extents of the axes that it selects from")
            .as<index_error>();
      }
      tensors_.push_back({axis_++, eingrad::select(places, 1, k)});
    }
  }

  // Moves the indexed axes side by side: to where the first one is if they are neighbours, else to the front.
  void bring_together() {
    bool neighbours = true;
    for (std::size_t k = 1; k < tensors_.size(); ++k)
      neighbours = neighbours && tensors_[k].axis == tensors_[k - 1].axis + 1;
    first_ = neighbours ? tensors_[0].axis : 0;
    if (neighbours) return;
    std::vector<std::int64_t> order;
    for (const OnAxis& each : tensors_) order.push_back(each.axis);
    for (std::int64_t axis = 0; axis < left_.dim(); ++axis) {
      if (std::ranges::find(order, axis) == order.end()) order.push_back(axis);
    }
    left_ = permute(left(), order);
  }

  // The indexed axes made one, and on it one index for each combination.
  Tensor select_indexed() {
    Shape shape;
    for (const OnAxis& each : tensors_) {
      if (broadcast_to(shape, each.indices.shape())) continue;
      throw Report("index", "the indices do not broadcast", at_)
          .operand("i", tensors_[0].indices)
          .operand("j", each.indices)
          .hint("reshape one of them, or index twice")
          .as<shape_error>();
    }
    const auto count = static_cast<std::int64_t>(tensors_.size());
    Tensor combined = zeros(shape, int64);
    for (std::int64_t k = 0; k < count; ++k) {
      const std::int64_t extent = left_.size(first_ + k);
      combined =
          combined * extent + counted_from_front(tensors_[static_cast<std::size_t>(k)].indices, extent);
    }
    const Tensor flat = flatten(left(), first_, first_ + count - 1);
    const Tensor chosen = index_select(Operand(flat, at_.file, at_.line), first_, combined.reshape({-1}));
    std::vector<std::int64_t> result(flat.shape().begin(), flat.shape().begin() + first_);
    result.insert(result.end(), shape.begin(), shape.end());
    result.insert(result.end(), flat.shape().begin() + first_ + 1, flat.shape().end());
    return reshape(Operand(chosen, at_.file, at_.line), result);
  }

  Tensor counted_from_front(const Tensor& indices, std::int64_t extent) const {
    replay::require(
        "index", {indices.get()}, [from = indices.get(), extent, of = operand_.tensor().get(), at = at_] {
          const auto* const first = static_cast<const std::int64_t*>(from->data);
          for (const std::int64_t i : std::span(first, static_cast<std::size_t>(from->numel()))) {
            if (i >= -extent && i < extent) continue;
            throw Report("index", fmt::format("there is no index {} on an axis of {}", i, extent), at)
                .operand("A", Tensor(retain(of)))
                .hint(detail::places(extent))
                .as<index_error>();
          }
        });
    return where(lt(indices, 0), indices + extent, indices);
  }

  const Operand& operand_;
  Location at_;
  Tensor left_;
  std::int64_t axis_ = 0, first_ = 0;
  bool ellipsis_ = false;
  std::vector<OnAxis> tensors_;
};

}  // namespace

Tensor index(const Operand& operand, const std::vector<Index>& indices) {
  return Indexing(operand, indices).result();
}

// Which elements are named is found by indexing their positions.
Tensor index_put(const Operand& operand, const std::vector<Index>& indices, const Operand& given,
                 bool accumulate) {
  const Tensor& a = operand.tensor();
  const Tensor all = arange(a.numel()).reshape(a.shape());
  const Tensor positions = index(Operand(all, operand.at.file, operand.at.line), indices);
  Shape shape = positions.shape();
  if (!broadcast_to(shape, given.tensor("the values").shape()) || shape != positions.shape()) {
    throw Report("index_put", "the values do not broadcast to what is indexed", operand.at)
        .operand("A[...]", positions)
        .operand("values", given.tensor())
        .hint("values of the shape of A[...], or one number")
        .as<shape_error>();
  }
  const Tensor values = flatten(expand(given.tensor(a.dtype()), shape));
  const Tensor flat = flatten(operand);
  if (accumulate) {
    const Tensor sums = scatter_add(flat, 0, flatten(positions), values);
    return reshape(Operand(sums, operand.at.file, operand.at.line), a.shape());
  }
  Tensor source = empty({a.numel()}, int64);  // of each element in the old elements followed by the values
  replay::perform("index_put", *source.get(), {positions.get()}, [from = positions.get(), to = source.get()] {
    auto* const place = static_cast<std::int64_t*>(to->data);
    std::iota(place, place + to->numel(), 0);
    const auto* const named = static_cast<const std::int64_t*>(from->data);
    for (std::int64_t k = 0; k < from->numel(); ++k) place[named[k]] = to->numel() + k;
  });
  const Tensor result = take(cat({flat, values}), source);
  return reshape(Operand(result, operand.at.file, operand.at.line), a.shape());
}

}  // namespace eingrad
