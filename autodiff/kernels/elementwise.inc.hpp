// The numbers' reading of the elementwise operations: loops over SIMD batches of the instruction set
// EINGRAD_ARCH. Compiled once for each kind of processor. All in an unnamed namespace or templated on the
// instruction set: otherwise the linker might take a function compiled for a newer processor for all of them.
#include <cmath>
#include <concepts>
#include <cstdint>
#include <utility>

#include <xsimd/xsimd.hpp>

namespace eingrad::ops {

// Branches on batches; numbers among the operands take the batch's type.
template <class T, class Arch, class A, class B>
auto where(xsimd::batch_bool<T, Arch> condition, A a, B b) {
  using Batch = xsimd::batch<T, Arch>;
  const auto as_batch = [](const auto& x) {
    if constexpr (std::is_arithmetic_v<std::decay_t<decltype(x)>>) {
      return Batch(static_cast<T>(x));
    } else {
      return Batch(x);
    }
  };
  return xsimd::select(condition, as_batch(a), as_batch(b));
}

/// f of each lane, for functions of the C library.
template <class F, class T, class Arch, class... More>
xsimd::batch<T, Arch> lane_by_lane(F f, const xsimd::batch<T, Arch>& first, const More&... more) {
  constexpr std::size_t width = xsimd::batch<T, Arch>::size;
  alignas(64) T x[1 + sizeof...(More)][width];
  std::size_t k = 0;
  first.store_aligned(x[k]);
  (more.store_aligned(x[++k]), ...);
  for (std::size_t i = 0; i < width; ++i) {
    x[0][i] = [&]<std::size_t... I>(std::index_sequence<I...>) { return f(x[I][i]...); }
    (std::make_index_sequence<1 + sizeof...(More)>());
  }
  return xsimd::batch<T, Arch>::load_aligned(x[0]);
}

// What xsimd has, too, is constrained here, so that it is preferred.

// xsimd's pow is wrong at 0 and infinity and loses digits where the exponent is large; its exp2 overflows
// early in single precision; its erf is off by 68 units in the last place and its erfc loses all digits where
// it is small; its hypot overflows; its acosh is a number for large negative ones.
#define EINGRAD_FROM_C_LIBRARY_1(name, function)                                         \
  template <class T, class A>                                                            \
  requires std::floating_point<T> xsimd::batch<T, A> name(xsimd::batch<T, A> const& a) { \
    return lane_by_lane([](T x) { return std::function(x); }, a);                        \
  }
#define EINGRAD_FROM_C_LIBRARY_2(name, function)                                         \
  template <class T, class A>                                                            \
  requires std::floating_point<T> xsimd::batch<T, A> name(xsimd::batch<T, A> const& a,   \
                                                          xsimd::batch<T, A> const& b) { \
    return lane_by_lane([](T x, T y) { return std::function(x, y); }, a, b);             \
  }
EINGRAD_FROM_C_LIBRARY_1(acosh, acosh)
EINGRAD_FROM_C_LIBRARY_1(erf, erf)
EINGRAD_FROM_C_LIBRARY_1(erfc, erfc)
EINGRAD_FROM_C_LIBRARY_1(exp2, exp2)
EINGRAD_FROM_C_LIBRARY_2(atan2, atan2)
EINGRAD_FROM_C_LIBRARY_2(hypot, hypot)
EINGRAD_FROM_C_LIBRARY_2(power, pow)
#undef EINGRAD_FROM_C_LIBRARY_1
#undef EINGRAD_FROM_C_LIBRARY_2

// Without SSE4 xsimd's rounding loses the sign of a zero.
#define EINGRAD_WITH_SIGN(name, function)                                                \
  template <class T, class A>                                                            \
  requires std::floating_point<T> xsimd::batch<T, A> name(xsimd::batch<T, A> const& a) { \
    return xsimd::function(a) | xsimd::bitofsign(a);                                     \
  }
EINGRAD_WITH_SIGN(floor, floor)
EINGRAD_WITH_SIGN(ceil, ceil)
EINGRAD_WITH_SIGN(round, nearbyint)
EINGRAD_WITH_SIGN(trunc, trunc)
#undef EINGRAD_WITH_SIGN

}  // namespace eingrad::ops

#include <autodiff/elementwise/definitions.hpp>
#include <autodiff/kernels/elementwise.hpp>
#include <autodiff/kernels/stream.hpp>

namespace eingrad::kernels {
namespace {

using Arch = xsimd::EINGRAD_ARCH;

template <class T>
using Batch = xsimd::batch<T, Arch>;

template <class T>
inline constexpr std::size_t lanes = Batch<T>::size;

template <class T>
void store(T* to, const Batch<T>& values) {
  values.store_unaligned(to);
}
template <class T>
void store(bool* to, const xsimd::batch_bool<T, Arch>& values) {
  values.store_unaligned(to);
}

#ifdef __SSE2__
template <class T>
void stream(T* to, const Batch<T>& values) {
  if constexpr (sizeof(values) == 16 && sizeof(T) == 8) _mm_stream_pd(to, values);
  if constexpr (sizeof(values) == 16 && sizeof(T) == 4) _mm_stream_ps(to, values);
#ifdef __AVX__
  if constexpr (sizeof(values) == 32 && sizeof(T) == 8) _mm256_stream_pd(to, values);
  if constexpr (sizeof(values) == 32 && sizeof(T) == 4) _mm256_stream_ps(to, values);
#endif
#ifdef __AVX512F__
  if constexpr (sizeof(values) == 64 && sizeof(T) == 8) _mm512_stream_pd(to, values);
  if constexpr (sizeof(values) == 64 && sizeof(T) == 4) _mm512_stream_ps(to, values);
#endif
}

/// y[i] = f(x0[i], …) for whole batches, past the caches.
template <class T, std::size_t N, class F, std::size_t... I>
void map_streaming(T* y, const T* const (&from)[N], const std::size_t (&step)[N], std::size_t end, F f,
                   std::index_sequence<I...>) {
  for (std::size_t i = 0; i < end; i += lanes<T>)
    stream(y + i, f(Batch<T>::load_unaligned(from[I] + i * step[I])...));
  end_streams();
}
#endif

/// y[i] = f(x0[i], x1[i], …), in batches only: fewer elements than a batch has lanes are padded, so that an
/// element's digits do not depend on where it stands.
template <class T, std::size_t N, class Y, class F, std::size_t... I>
[[gnu::always_inline]] inline void map(Y* y, const std::array<const T*, N>& x, const bool* repeats,
                                       std::size_t n, F f, std::index_sequence<I...>) {
  constexpr std::size_t width = lanes<T>;
  if (n == 1) {
    Y result[width];
    store(result, f(Batch<T>(*x[I])...));
    *y = result[0];
    return;
  }
  if (n < width) {
    alignas(64) T padded[N][width];
    for (std::size_t k = 0; k < N; ++k) {
      for (std::size_t i = 0; i < width; ++i) padded[k][i] = x[k][repeats[k] || i >= n ? 0 : i];
    }
    Y result[width];
    store(result, f(Batch<T>::load_aligned(padded[I])...));
    for (std::size_t i = 0; i < n; ++i) y[i] = result[i];
    return;
  }
  alignas(64) T repeated[N][width];
  const T* from[N];
  std::size_t step[N];
  for (std::size_t k = 0; k < N; ++k) {
    from[k] = repeats[k] ? repeated[k] : x[k];
    step[k] = repeats[k] ? 0 : 1;
    if (repeats[k]) Batch<T>(*x[k]).store_aligned(repeated[k]);
  }
  // What is left after the whole batches: a single element stands in a batch of its own. More than one are a
  // batch that ends with the last element and overlaps the one before, computed first for y may be one of the
  // operands; that costs those who read y next a stall, since no single store has all of what they load.
  const std::size_t whole = n / width * width;
  if (n - whole == 1) {
    Y result[width];
    store(result, f(Batch<T>(from[I][whole * step[I]])...));
    for (std::size_t i = 0; i < whole; i += width) {
      store(y + i, f(Batch<T>::load_unaligned(from[I] + i * step[I])...));
    }
    y[whole] = result[0];
    return;
  }
  const std::size_t last = n - width;
  const auto end = f(Batch<T>::load_unaligned(from[I] + last * step[I])...);
#ifdef __SSE2__
  if constexpr (std::same_as<Y, T>) {
    const bool in_place = ((static_cast<const void*>(x[I]) == y) || ...);
    const bool aligned = reinterpret_cast<std::uintptr_t>(y) % sizeof(Batch<T>) == 0;
    if (n * sizeof(T) >= streamed_bytes && aligned && !in_place) {
      map_streaming(y, from, step, last, f, std::index_sequence<I...>());
      store(y + last, end);
      return;
    }
  }
#endif
  for (std::size_t i = 0; i < last; i += width) {
    store(y + i, f(Batch<T>::load_unaligned(from[I] + i * step[I])...));
  }
  store(y + last, end);
}

template <class Op>
constexpr ops::Result result_of() {
  if constexpr (requires { Op::result; }) return Op::result;
  return ops::Result::same;
}

template <class Op, class T, std::size_t... I>
void forward(void* y, const void* const* operands, const bool* repeats, std::size_t n) {
  using Y = std::conditional_t<result_of<Op>() == ops::Result::boolean, bool, T>;
  std::array<const T*, sizeof...(I)> x{static_cast<const T*>(operands[I])...};
  map(
      static_cast<Y*>(y), x, repeats, n, [](auto... a) { return Op::forward(a...); },
      std::index_sequence<I...>());
}

/// The partial derivative of Op by operand K at one batch.
template <class Op, std::size_t K, class... A>
auto partial(A... operands_and_y) {
  const auto all = Op::derivative(operands_and_y...);
  if constexpr (requires { std::get<K>(all); }) {
    return std::get<K>(all);
  } else {
    return all;
  }
}

template <class T, class Value>
Batch<T> as_batch(const Value& value) {
  if constexpr (std::is_arithmetic_v<Value>) {
    return Batch<T>(static_cast<T>(value));
  } else if constexpr (std::same_as<Value, ops::Constant>) {
    return Batch<T>(static_cast<T>(value.value));
  } else {
    return value;
  }
}

template <class Op, std::size_t K, class T, std::size_t... I>
void backward(void* gradient, const void* cotangent, const void* const* operands, const void* y,
              const bool* repeats, std::size_t n) {
  constexpr std::size_t count = sizeof...(I);
  const std::array<const T*, count + 2> x{static_cast<const T*>(operands[I])..., static_cast<const T*>(y),
                                          static_cast<const T*>(cotangent)};
  bool repeats_all[count + 2] = {repeats[I]..., false, repeats[count]};
  map(
      static_cast<T*>(gradient), x, repeats_all, n,
      [](auto... a) {
        const auto tuple = std::tie(a...);
        const auto& g = std::get<count + 1>(tuple);
        return g * as_batch<T>(partial<Op, K>(std::get<I>(tuple)..., std::get<count>(tuple)));
      },
      std::make_index_sequence<count + 2>());
}

template <class Op, std::size_t... I>
constexpr Elementwise entry(std::index_sequence<I...>) {
  Elementwise kernels;
  kernels.forward[2] = forward<Op, float, I...>;
  kernels.forward[3] = forward<Op, double, I...>;
  if constexpr (result_of<Op>() != ops::Result::boolean) {
    const auto add = [&]<std::size_t K>() {
      using Partial = decltype(partial<Op, K>(((void)I, Batch<double>())..., Batch<double>()));
      if constexpr (!std::same_as<Partial, ops::One> && !std::same_as<Partial, ops::None>) {
        kernels.backward[K][2] = backward<Op, K, float, I...>;
        kernels.backward[K][3] = backward<Op, K, double, I...>;
      }
    };
    (add.template operator()<I>(), ...);
  }
  return kernels;
}

}  // namespace

#define EINGRAD_ENTRY(name, definition, arity) entry<ops::definition>(std::make_index_sequence<arity>()),
constexpr ElementwiseTable EINGRAD_TABLE{EINGRAD_ELEMENTWISE(EINGRAD_ENTRY)};
#undef EINGRAD_ENTRY

}  // namespace eingrad::kernels
