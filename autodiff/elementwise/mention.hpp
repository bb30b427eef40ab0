#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <autodiff/elementwise/definition.hpp>
#include <autodiff/elementwise/list.hpp>

namespace eingrad::ops {

/// A symbol that only knows which values an expression mentions: bit i for operand i, one more for the
/// result. Reading a derivative on it tells what backward needs, so that what it does not need may be
/// overwritten.
struct Mention {
  std::uint8_t mask = 0;
  constexpr Mention(std::uint8_t values = 0) : mask(values) {}
  constexpr Mention(int) {}
  constexpr Mention(double) {}
  constexpr Mention(Constant) {}
};

// clang-format off
constexpr Mention operator+(Mention a, Mention b) { return static_cast<std::uint8_t>(a.mask | b.mask); }
constexpr Mention operator-(Mention a, Mention b) { return a + b; }
constexpr Mention operator*(Mention a, Mention b) { return a + b; }
constexpr Mention operator/(Mention a, Mention b) { return a + b; }
constexpr Mention operator-(Mention a) { return a; }
constexpr Mention operator==(Mention a, Mention b) { return a + b; }
constexpr Mention operator!=(Mention a, Mention b) { return a + b; }
constexpr Mention operator<(Mention a, Mention b) { return a + b; }
constexpr Mention operator<=(Mention a, Mention b) { return a + b; }
constexpr Mention operator>(Mention a, Mention b) { return a + b; }
constexpr Mention operator>=(Mention a, Mention b) { return a + b; }
// clang-format on

template <class... A>
concept AnyMention = (std::same_as<A, Mention> || ...);

#define EINGRAD_MENTION(name, definition, arity) \
  template <class... A>                          \
  requires AnyMention<A...>                      \
  constexpr Mention name(A... operands) { return (Mention(operands) + ...); }
EINGRAD_ELEMENTWISE(EINGRAD_MENTION)
#undef EINGRAD_MENTION

/// What the derivative by each operand mentions, and where it is the constant One, or None.
struct Mentions {
  std::array<std::uint8_t, 3> of{};
  std::array<bool, 3> is_one{}, is_none{};
};

template <class Op>
constexpr Mentions mentions_of() {
  Mentions mentions;
  const auto note = [&]<class Partial>(std::size_t k, Partial partial) {
    mentions.is_one[k] = std::same_as<Partial, One>;
    mentions.is_none[k] = std::same_as<Partial, None>;
    if constexpr (!std::same_as<Partial, One> && !std::same_as<Partial, None>)
      mentions.of[k] = Mention(partial).mask;
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto result = Mention(static_cast<std::uint8_t>(1U << sizeof...(I)));
    if constexpr (requires { Op::derivative(((void)I, Mention())..., result); }) {
      const auto all = Op::derivative(Mention(static_cast<std::uint8_t>(1U << I))..., result);
      if constexpr (sizeof...(I) == 1) {
        note(0, all);
      } else {
        (note(I, std::get<I>(all)), ...);
      }
    } else {
      mentions.is_none = {true, true, true};
    }
  }
  (std::make_index_sequence<Op::domain.size()>());
  return mentions;
}

}  // namespace eingrad::ops
