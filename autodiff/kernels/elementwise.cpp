#include <algorithm>
#include <string_view>

#include <autodiff/dtype.hpp>
#include <autodiff/elementwise/definitions.hpp>
#include <autodiff/kernels/elementwise.hpp>
#include <autodiff/kernels/processor.hpp>

namespace eingrad::kernels {

namespace {

/// The reading on integers, which needs no batches: compiled for the baseline alone.
template <class Op, std::size_t... I>
void forward_integers(void* y, const void* const* operands, const bool* repeats, std::size_t n) {
  constexpr auto f = [](auto... a) { return Op::forward(a...); };
  using Y = decltype(f(((void)I, std::int64_t())...));
  for (std::size_t i = 0; i < n; ++i) {
    static_cast<Y*>(y)[i] = f(static_cast<const std::int64_t*>(operands[I])[repeats[I] ? 0 : i]...);
  }
}

template <class Op, std::size_t... I>
constexpr Elementwise::Forward integer_kernel(std::index_sequence<I...>) {
  if constexpr (requires { requires Op::result == ops::Result::floating; })
    return nullptr;
  else
    return forward_integers<Op, I...>;
}

/// Whether an operation is a few instructions an element, so that memory bounds it and not the arithmetic.
constexpr bool is_cheap(std::string_view name) {
  constexpr std::string_view cheap[] = {"add",   "sub",        "mul",        "div",     "neg",     "square",
                                        "sqrt",  "reciprocal", "relu",       "abs",     "maximum", "minimum",
                                        "clamp", "where",      "leaky_relu", "hardtanh"};
  return std::ranges::find(cheap, name) != std::end(cheap);
}

#ifdef EINGRAD_X86
/// Vectors of 64 bytes for functions that compute a lot. The others keep to 32: a few wide multiplications
/// already lower the clock of the whole core, by 7 % as measured on a Xeon, and gain them nothing.
ElementwiseTable table_for_avx512() {
  ElementwiseTable table = elementwise_avx512;
  std::size_t i = 0;
#define EINGRAD_NARROW(name, definition, arity)                  \
  if constexpr (is_cheap(#name)) table[i] = elementwise_avx2[i]; \
  ++i;
  EINGRAD_ELEMENTWISE(EINGRAD_NARROW)
#undef EINGRAD_NARROW
  return table;
}
#endif

ElementwiseTable table_for(Processor processor) {
#ifdef EINGRAD_X86
  if (processor == Processor::avx512) return table_for_avx512();
  if (processor == Processor::avx2) return elementwise_avx2;
#endif
  static_cast<void>(processor);
  return elementwise_baseline;
}

/// Of what memory bounds, more elements must be worth it.
ElementwiseTable with_thresholds(ElementwiseTable table) {
  std::size_t i = 0;
#define EINGRAD_THRESHOLD(name, definition, arity)              \
  if constexpr (is_cheap(#name)) table[i].worthwhile = 262'144; \
  ++i;
  EINGRAD_ELEMENTWISE(EINGRAD_THRESHOLD)
#undef EINGRAD_THRESHOLD
  return table;
}

ElementwiseTable with_integers(ElementwiseTable table) {
  constexpr auto at = static_cast<std::size_t>(int64);
  std::size_t i = 0;
#define EINGRAD_INTEGERS(name, definition, arity) \
  table[i++].forward[at] = integer_kernel<ops::definition>(std::make_index_sequence<arity>());
  EINGRAD_ELEMENTWISE(EINGRAD_INTEGERS)
#undef EINGRAD_INTEGERS
  return table;
}

}  // namespace

const ElementwiseTable& elementwise_table() {
  static const ElementwiseTable table = with_thresholds(with_integers(table_for(processor())));
  return table;
}

}  // namespace eingrad::kernels
