#include <algorithm>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/elementwise/definitions.hpp>
#include <autodiff/elementwise/elementwise.hpp>

namespace eingrad::einstein {

// The operations of the definitions in autodiff/elementwise/, read on expressions: argument-dependent lookup
// finds them here.

template <class... A>
concept AnyExpr = (std::same_as<A, Expr> || ...);

#define EINGRAD_ON_EXPRESSIONS(name, definition, arity) \
  template <class... A>                                 \
  requires AnyExpr<A...> Expr name(A... operands) { return function(#name, {Expr(operands)...}); }
EINGRAD_ELEMENTWISE(EINGRAD_ON_EXPRESSIONS)
#undef EINGRAD_ON_EXPRESSIONS

// clang-format off
template <class A, class B> requires AnyExpr<A, B> Expr operator==(A a, B b) { return eq(Expr(a), Expr(b)); }
template <class A, class B> requires AnyExpr<A, B> Expr operator<(A a, B b) { return lt(Expr(a), Expr(b)); }
template <class A, class B> requires AnyExpr<A, B> Expr operator<=(A a, B b) { return le(Expr(a), Expr(b)); }
template <class A, class B> requires AnyExpr<A, B> Expr operator>(A a, B b) { return gt(Expr(a), Expr(b)); }
template <class A, class B> requires AnyExpr<A, B> Expr operator>=(A a, B b) { return ge(Expr(a), Expr(b)); }
// clang-format on

namespace {

template <class Partial>
Expr to_expr(const Partial& partial) {
  if constexpr (std::same_as<Partial, ops::One>) {
    return 1;
  } else if constexpr (std::same_as<Partial, ops::None>) {
    return 0;
  } else if constexpr (std::same_as<Partial, ops::Constant>) {
    return partial.value;
  } else {
    return Expr(partial);
  }
}

template <class Op, std::size_t... I>
std::vector<Expr> partials(const std::vector<Expr>& a, const Expr& f, std::index_sequence<I...>) {
  if constexpr (requires { Op::derivative(a[I]..., f); }) {
    const auto all = Op::derivative(a[I]..., f);
    if constexpr (sizeof...(I) == 1) {
      return {to_expr(all)};
    } else {
      return {to_expr(std::get<I>(all))...};
    }
  } else {
    return {((void)I, Expr(0))...};
  }
}

template <class Op>
std::vector<Expr> partials_of(const std::vector<Expr>& arguments, const Expr& f) {
  return partials<Op>(arguments, f, std::make_index_sequence<Op::domain.size()>());
}

/// Those that index notation writes otherwise than as a function.
Expr written(std::string_view name, const std::vector<Expr>& a) {
  if (name == "add") return a[0] + a[1];
  if (name == "sub") return a[0] - a[1];
  if (name == "mul") return a[0] * a[1];
  if (name == "div") return a[0] / a[1];
  if (name == "neg") return -a[0];
  if (name == "square") return raised(a[0], 2);
  if (name == "sqrt") return raised(a[0], {1, 2});
  if (name == "rsqrt") return raised(a[0], {-1, 2});
  if (name == "reciprocal") return raised(a[0], -1);
  const auto* exponent = name == "power" ? a[1].as<Number>() : nullptr;
  if (exponent != nullptr) return raised(a[0], *exponent);
  return function(std::string(name), a);
}

#define EINGRAD_CALL_1 x.at(0)
#define EINGRAD_CALL_2 x.at(0), x.at(1)
#define EINGRAD_CALL_3 x.at(0), x.at(1), x.at(2)
#define EINGRAD_KNOWN(name, definition, arity)                                              \
  KnownFunction{#name, arity, [](const std::vector<Expr>& a) { return written(#name, a); }, \
                partials_of<ops::definition>,                                               \
                [](const std::vector<Tensor>& x) { return eingrad::name(EINGRAD_CALL_##arity); }},

}  // namespace

const std::vector<KnownFunction>& known_functions() {
  static const std::vector<KnownFunction> list = {EINGRAD_ELEMENTWISE(EINGRAD_KNOWN)};
  return list;
}

const KnownFunction* find_function(std::string_view name) {
  const auto found = std::ranges::find(known_functions(), name, &KnownFunction::name);
  return found == known_functions().end() ? nullptr : &*found;
}

const KnownFunction* known_function(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> aliases[] = {
      {"sigma", "sigmoid"}, {"ln", "log"}, {"ReLU", "relu"}, {"arctan", "atan"}, {"sgn", "sign"},
  };
  const auto* alias = std::ranges::find(aliases, name, [](const auto& entry) { return entry.first; });
  return find_function(alias == std::end(aliases) ? name : alias->second);
}

Expr larger_of_two(const std::vector<Expr>& both) {
  if (both[0].is_number(0)) return function("relu", {both[1]});
  if (both[1].is_number(0)) return function("relu", {both[0]});
  return function("maximum", both);
}

}  // namespace eingrad::einstein
