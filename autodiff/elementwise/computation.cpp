#include <autodiff/elementwise/apply.hpp>
#include <autodiff/elementwise/computation.hpp>

namespace eingrad {

namespace {

ElementwiseComputation::Array array_of(Node& node) {
  ElementwiseComputation::Array array;
  array.node = &node;
  array.data = static_cast<std::byte*>(node.data);
  array.repeats = node.data == node.one;
  array.step = array.repeats ? 0 : size_of(node.dtype);
  return array;
}

}  // namespace

ElementwiseComputation::ElementwiseComputation(const kernels::Elementwise& kernel, Dtype dtype,
                                               std::size_t arity, Node& written, bool flat)
    : forward_(kernel.forward[static_cast<std::size_t>(dtype)]),
      worthwhile_(kernel.worthwhile),
      dtype_(dtype),
      arity_(arity),
      count_(arity),
      shape_(written.shape),
      numel_(static_cast<std::size_t>(shape_.numel())),
      flat_(flat),
      written_(array_of(written)) {}

ElementwiseComputation::ElementwiseComputation(const kernels::Elementwise& kernel, std::size_t k,
                                               std::size_t arity, Node& gradient, Node& cotangent, Node& y,
                                               bool flat)
    : backward_(kernel.backward[k][static_cast<std::size_t>(y.dtype)]),
      worthwhile_(kernel.worthwhile),
      dtype_(y.dtype),
      arity_(arity),
      count_(arity + 2),
      shape_(y.shape),
      numel_(static_cast<std::size_t>(shape_.numel())),
      flat_(flat),
      written_(array_of(gradient)) {
  read_[arity] = array_of(cotangent);
  read_[arity + 1] = array_of(y);
}

void ElementwiseComputation::set_operand(std::size_t k, Node& tensor) { read_[k] = array_of(tensor); }

void ElementwiseComputation::set_operand(std::size_t k, Slot number) {
  read_[k] = {};
  read_[k].number = number;
  read_[k].data = read_[k].number.number;
  read_[k].repeats = true;
}

void ElementwiseComputation::leave_out(std::size_t k) {
  Array& array = read_[k == arity_ ? arity_ + 1 : k];
  array = {};
  array.is_left_out = true;
}

// A kernel loads what it does not look at, too, unless the compiler notices: where it writes there is enough.
ElementwiseComputation::Arguments ElementwiseComputation::arguments(std::size_t first,
                                                                    std::size_t scratch) const {
  const auto part_of = [&](const Array& array) {
    return array.data + first * array.step + (array.is_scratch ? scratch : 0);
  };
  Arguments arguments{part_of(written_), {}, {}};
  for (std::size_t k = 0; k < count_; ++k) {
    arguments.from[k] = read_[k].is_left_out ? arguments.to : part_of(read_[k]);
    arguments.repeats[k] = read_[k].repeats;
  }
  return arguments;
}

void ElementwiseComputation::call(const Arguments& arguments, std::size_t n) const {
  const auto& [to, from, repeats] = arguments;
  if (forward_ != nullptr) return forward_(to, from.data(), repeats.data(), n);
  backward_(to, from[arity_], from.data(), from[arity_ + 1], repeats.data(), n);
}

void ElementwiseComputation::run_part(std::size_t first, std::size_t count, std::size_t scratch) {
  call(arguments(first, scratch), count);
}

void ElementwiseComputation::run() {
  if (whole_) return call(*whole_, numel_);
  if (numel_ == 0) return;
  if (!flat_) return walk();
  if (numel_ < worthwhile_) whole_ = arguments(0, 0);
  divide(numel_, worthwhile_, [this](std::size_t first, std::size_t last) { run_part(first, last - first); });
}

void ElementwiseComputation::walk() {
  std::array<const Shape*, BroadcastWalk::max_operands> shapes{};
  for (std::size_t k = 0; k < arity_; ++k)
    shapes[k] = read_[k].node == nullptr ? &no_axes : &read_[k].node->shape;
  const BroadcastWalk walk(shape_, {shapes.data(), arity_});
  walk.each([&](std::int64_t position, const auto& at) {
    Arguments part = arguments(static_cast<std::size_t>(position), 0);
    for (std::size_t k = 0; k < arity_; ++k) {
      if (read_[k].is_left_out) continue;
      part.from[k] = read_[k].data + static_cast<std::size_t>(at[k]) * size_of(dtype_);
      part.repeats[k] = walk.repeats(k);
    }
    call(part, walk.inner());
  });
}

void tell(const char* operation, std::unique_ptr<ElementwiseComputation> computation) {
  std::array<Node*, 5> read{};
  std::size_t count = 0;
  for (const auto& array : computation->read()) {
    if (array.node != nullptr) read[count++] = array.node;
  }
  Node* const written = computation->written().node;
  replay::listener->perform({operation, {&written, 1}, {read.data(), count}}, std::move(computation));
}

}  // namespace eingrad
