#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/with_names.hpp>
#include <autodiff/einstein/wrong_derivatives.hpp>

namespace eingrad::einstein {

namespace {

Expr partial(std::string_view name, const Expr& argument, const Expr& value) {
  return find_function(name)->partials({argument}, value)[0];
}

/// What is often taken for the derivative of f(a).
std::vector<Expr> wrong_slopes(const Function& f, const Expr& value) {
  if (f.name == "abs") return {value};  // whose sign(a) is what it is of |a|, too
  const Expr a = f.arguments[0];
  std::vector<Expr> all{
      value,                                              // not differentiated
      partial(f.name, a, a),                              // a (1 - a) for h (1 - h)
      partial(f.name, value, function(f.name, {value})),  // taken where the function ends
      Expr(1) - value,                                    // one factor of h (1 - h)
      partial("sigmoid", a, value),                       // that of another function
      partial("tanh", a, value),
  };
  const Expr right = partial(f.name, a, value);
  std::erase_if(all, [&](const Expr& each) { return same(each, right); });
  return all;
}

/// What is often taken for the derivative of a softmax, as if it were taken of each element alone.
std::vector<Expr> wrong_slopes_of_softmax(const Expr& value) {
  return {value * (Expr(1) - value), value, Expr(1) - value, 1};
}

/// … and of a power u^r: nothing, u^(r - 1), or the power itself, with r or without.
std::vector<Expr> wrong_slopes(const Power& power, const Expr& value) {
  return {1, raised(power.base, power.exponent + -1), value, power.exponent * value};
}

/// What it is a function of, element by element, or as a softmax is; null of anything else.
const Expr* argument_of(const Expr& e) {
  if (const auto* s = e.as<Softmax>()) return &s->body;
  if (const auto* power = e.as<Power>()) return &power->base;
  const auto* f = e.as<Function>();
  const bool is_known =
      f != nullptr && !f->prime && f->arguments.size() == 1 && find_function(f->name) != nullptr;
  return is_known ? &f->arguments[0] : nullptr;
}

/// A function in a definition, and what it is one of.
struct Inside {
  Expr function, argument;
  /// Of a whole definition that is written out with exponentials: its name, and the function that it may have
  /// been taken for.
  std::optional<std::pair<Symbol, std::string_view>> taken_for = {};
};

/// The functions in it that have a way to a tensor, each once.
void add_functions(const Expr& e, const std::string& by, const Definitions& definitions,
                   std::vector<Inside>& all) {
  if (const Expr* argument = argument_of(e);
      argument != nullptr && depends_on(e, by, definitions) &&
      std::ranges::none_of(all, [&](const Inside& each) { return same(each.function, e); }))
    all.push_back({e, *argument});
  for (const Expr& part : parts(e)) add_functions(part, by, definitions, all);
}

bool has_exponential(const Expr& e) {
  const auto* f = e.as<Function>();
  return (f != nullptr && f->name == "exp") || std::ranges::any_of(parts(e), has_exponential);
}

/// The one tensor of an expression that is written out element by element with exponentials of it; nothing of
/// anything else.
std::optional<Expr> written_out_of(const Expr& e) {
  if (!has_exponential(e) || e.as<Function>() != nullptr) return {};
  std::optional<Expr> only;
  const auto is_of_one = [&only](const auto& self, const Expr& part) -> bool {
    if (part.as<Reduction>() != nullptr || part.as<Softmax>() != nullptr) return false;
    if (part.as<Symbol>() == nullptr)
      return std::ranges::all_of(parts(part), [&](const Expr& each) { return self(self, each); });
    if (!only) only = part;
    return same(*only, part);
  };
  return is_of_one(is_of_one, e) ? only : std::nullopt;
}

/// With another expression in the place of one.
Expr replaced(const Expr& e, const Expr& one, const Expr& other) {
  if (same(e, one)) return other;
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = replaced(part, one, other);
  return inside.empty() ? e : with_parts(e, inside);
}

/// With a value for a tensor, whose letters stand for any others.
Expr substituted(const Expr& e, const Symbol& tensor, const Expr& value) {
  if (const auto* s = e.as<Symbol>(); s != nullptr && s->name == tensor.name)
    return renamed(value, tensor.indices, s->indices);
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = substituted(part, tensor, value);
  return inside.empty() ? e : with_parts(e, inside);
}

/// What a derivative is if that of one function in a definition is a tensor of its own: f(a) is told to be
/// c + slope a, of which only a is no constant.
class WithSlope {
 public:
  WithSlope(const Inside& inside, const std::string& defined, const Expr& target, const Problem& problem)
      : of_(inside.function), argument_(inside.argument) {
    Definitions definitions = problem.definitions;
    Expr& value = definitions.at(defined).value;
    value = replaced(value, of_, Expr(constant_) + Expr(slope_) * argument_);
    derivative_ = worked_out(target, definitions);
  }

  std::size_t length() const { return node_count(derivative_); }

  Expr is(const Expr& slope) const {
    const Expr with_constant = substituted(derivative_, constant_, of_ - slope * argument_);
    return substituted(with_constant, slope_, slope);
  }

 private:
  Expr of_, argument_, derivative_;
  // No name in a sheet is spelled so.
  Symbol constant_{"the rest", free_indices(of_)}, slope_{"the slope", free_indices(of_)};
};

Expr named(const Expr& e, const Problem& problem) {
  return with_names(worked_out(e, {}), problem.definitions);
}

/// `slopes` are what may have been taken for the derivative of a function, and `told` says what it is
/// instead.
template <class Slopes, class Told>
Found find_wrong_slope(const Expr& claim, const Expr& target, const Comparison& comparison,
                       const Problem& problem, const Teller& tell, Slopes slopes, Told told) {
  const auto* d = target.as<Derivative>();
  if (d == nullptr) return {};
  std::size_t symbols = 10'000;  // of derivatives of the whole, one for each function: longer ones take long
  for (const auto& [name, definition] : problem.definitions) {
    std::vector<Inside> functions;
    if (depends_on(d->of, name, problem.definitions)) {
      const Expr& value = definition.value;
      add_functions(value, d->by.name, problem.definitions, functions);
      const std::optional<Expr> tensor = written_out_of(value);
      for (const char* other : {"sigmoid", "tanh"}) {
        if (tensor && depends_on(*tensor, d->by.name, problem.definitions))
          functions.push_back({value, *tensor, std::pair(Symbol{name, definition.indices}, other)});
      }
    }
    for (const Inside& each : functions) {
      const std::vector<Expr> candidates = slopes(each);
      if (candidates.empty()) continue;
      const WithSlope derivative(each, name, target, problem);
      const std::size_t read = derivative.length() * candidates.size();
      if (read > symbols) return {};
      symbols -= read;
      for (const Expr& slope : candidates) {
        if (!comparison.is_right_for(claim, derivative.is(slope))) continue;
        return Verdict{Mistake::prime, tell(told(each, slope))};
      }
    }
  }
  return {};
}

}  // namespace

Found find_wrong_derivative(const Expr& claim, const Expr& target, const Comparison& comparison,
                            const Problem& problem, const Teller& tell) {
  const auto slopes = [](const Inside& inside) {
    const auto& [e, argument, taken_for] = inside;
    if (taken_for) return std::vector{partial(taken_for->second, argument, e)};
    const auto* f = e.as<Function>();
    return f != nullptr ? wrong_slopes(*f, e) : std::vector<Expr>();
  };
  const auto told = [&](const Inside& inside, const Expr& slope) {
    if (inside.taken_for) {
      const auto& [name, other] = *inside.taken_for;
      const Expr slope_by_name = worked_out(partial(other, inside.argument, name), {});
      return phrase("{} would be the derivative of {} if it were {}", slope_by_name, Expr(name),
                    function(std::string(other), {inside.argument}));
    }
    const auto* f = inside.function.as<Function>();
    const Expr right = worked_out(function(f->name, f->arguments, true), {});
    return phrase("the derivative of {} is {}, not {}", inside.function,
                  with_names(right, problem.definitions), named(slope, problem));
  };
  return find_wrong_slope(claim, target, comparison, problem, tell, slopes, told);
}

Found find_wrong_rule(const Expr& claim, const Expr& target, const Comparison& comparison,
                      const Problem& problem, const Teller& tell) {
  const auto slopes = [](const Inside& inside) {
    const Expr& e = inside.function;
    if (inside.taken_for) return std::vector<Expr>();
    if (const auto* power = e.as<Power>()) return wrong_slopes(*power, e);
    return e.as<Softmax>() != nullptr ? wrong_slopes_of_softmax(e) : std::vector<Expr>();
  };
  const auto told = [&](const Inside& inside, const Expr& slope) {
    const Expr& e = inside.function;
    if (const auto* power = e.as<Power>()) {
      const Expr right = product({power->exponent, raised(power->base, power->exponent + -1)});
      return phrase("the derivative of {} by {} is {}, not {}", e, power->base, right, named(slope, problem));
    }
    const auto& [body, along] = *e.as<Softmax>();
    const Index other = fresh_index(along.axis, problem.declarations.with_names(all_indices(e)));
    const Expr elsewhere = renamed(e, {along}, {other});
    const Expr right = e * (Expr(Delta{along, other}) - elsewhere);
    const Expr named_right = with_names(right, problem.definitions), by = renamed(body, {along}, {other});
    if (slope.is_number(1))
      return phrase("the derivative of {} by {} is missing, which is {}", e, by, named_right);
    return phrase("the derivative of {} by {} is {}, not {}", e, by, named_right, named(slope, problem));
  };
  return find_wrong_slope(claim, target, comparison, problem, tell, slopes, told);
}

}  // namespace eingrad::einstein
