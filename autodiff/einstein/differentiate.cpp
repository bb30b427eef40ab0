#include <algorithm>
#include <set>

#include <autodiff/einstein/bound_letters.hpp>
#include <autodiff/einstein/differentiate.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/error.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

bool depends_on(const Expr& e, const std::string& name, const Definitions& definitions,
                std::set<std::string>& seen) {
  if (const auto* symbol = e.as<Symbol>()) {
    if (symbol->name == name) return true;
    const auto found = definitions.find(symbol->name);
    return found != definitions.end() && seen.insert(symbol->name).second &&
           depends_on(found->second.value, name, definitions, seen);
  }
  return std::ranges::any_of(parts(e),
                             [&](const Expr& part) { return depends_on(part, name, definitions, seen); });
}

}  // namespace

bool depends_on(const Expr& e, const std::string& name, const Definitions& definitions) {
  std::set<std::string> seen;
  return depends_on(e, name, definitions, seen);
}

namespace {

bool mentions_a_condition(const Expr& e) {
  const auto* f = e.as<Function>();
  static constexpr std::string_view conditions[] = {"where", "eq", "ne", "lt", "le", "gt", "ge"};
  if (f != nullptr && std::ranges::find(conditions, f->name) != std::end(conditions)) return true;
  return std::ranges::any_of(parts(e), mentions_a_condition);
}

class Rules {
 public:
  /// `in_use` are the letters of the whole line, which no sum in a definition may have.
  Rules(const Derivative& d, const Definitions& definitions, const Indices& in_use)
      : by_(d.by),
        through_(d.through),
        definitions_(through_ == Through::nothing ? none() : definitions),
        in_use_(in_use) {}

  Step of(const Expr& e) const {
    if (!depends_on(e, by_.name, definitions_)) return {"what does not depend on it is constant", 0};
    return std::visit([&](const auto& node) { return of_kind(e, node); },
                      static_cast<const Expr::Node::variant&>(e.node()));
  }

 private:
  static const Definitions& none() {
    static const Definitions empty;
    return empty;
  }

  // A direct derivative goes through the definition of what it is of, and then through no other.
  Expr d(const Expr& e) const {
    return derivative(e, by_, through_ == Through::own_definition ? Through::nothing : through_);
  }

  Step of_kind(const Expr& e, const auto&) const { return {"constant", 0 * e}; }
  Step of_kind(const Expr&, const Symbol& symbol) const {
    if (symbol.name != by_.name) {
      const Expr value = without_letters(defined_as(definitions_.at(symbol.name), symbol), in_use_);
      // ∂ of what has no direct derivative is the total one, as it is on paper.
      const bool is_total = through_ == Through::own_definition && !depends_on(value, by_.name);
      return {fmt::format("the definition of `{}`", symbol.name),
              is_total ? derivative(value, by_, Through::definitions) : d(value)};
    }
    std::vector<Expr> deltas;
    for (std::size_t i = 0; i < symbol.indices.size(); ++i)
      deltas.push_back(Delta{symbol.indices[i], by_.indices.at(i)});
    return {"an element by another one is δ", product(deltas)};
  }
  Step of_kind(const Expr&, const Sum& s) const {
    std::vector<Expr> terms;
    for (const Expr& term : s.terms) {
      if (depends_on(term, by_.name, definitions_)) terms.push_back(d(term));
    }
    return {"linearity", sum(terms)};
  }
  Step of_kind(const Expr&, const Product& p) const {
    std::vector<Expr> terms;
    for (std::size_t k = 0; k < p.factors.size(); ++k) {
      if (!depends_on(p.factors[k], by_.name, definitions_)) continue;
      std::vector<Expr> factors = p.factors;
      factors[k] = d(factors[k]);
      terms.push_back(product(factors));
    }
    return {terms.size() == 1 ? "constant factors" : "the product rule", sum(terms)};
  }
  Step of_kind(const Expr&, const Power& p) const {
    return {"the power rule", product({p.exponent, raised(p.base, p.exponent + -1), d(p.base)})};
  }
  Step of_kind(const Expr& e, const Function& f) const {
    if (f.prime) return {"a second derivative of a function", d(expanded_prime(f))};
    if (f.arguments.size() == 1)
      return {"the chain rule", function(f.name, f.arguments, true) * d(f.arguments[0])};
    const std::vector<Expr> partials = known(f).partials(f.arguments, e);
    std::vector<Expr> terms;
    for (std::size_t k = 0; k < partials.size(); ++k) {
      if (depends_on(f.arguments[k], by_.name, definitions_))
        terms.push_back(partials[k] * d(f.arguments[k]));
    }
    return {"the chain rule", sum(terms)};
  }
  Step of_kind(const Expr&, const Reduction& given) const {
    const Reduction r = with_other_letters(given, by_.indices);
    const Reduction inner =
        with_other_letters(r, r.over);  // for where it stands under a Σ of the same letters
    const Expr whole = reduction(inner.kind, inner.over, inner.body);
    switch (r.kind) {
      case Over::max: {  // of several that are equal each counts alike
        const Expr is_largest = function("eq", {r.body, whole});
        return {"a maximum passes on to what it is", reduction(Over::sum, r.over, is_largest * d(r.body)) /
                                                         reduction(Over::sum, r.over, is_largest)};
      }
      case Over::logsumexp:
        return {"the derivative of a logsumexp is the softmax",
                reduction(Over::sum, r.over, function("exp", {r.body - whole}) * d(r.body))};
      default:
        return {"the derivative of a sum is the sum of derivatives", reduction(r.kind, r.over, d(r.body))};
    }
  }
  // ∂p_k = p_k (∂z_k - Σ_l p_l ∂z_l)
  Step of_kind(const Expr& e, const Softmax& s) const {
    Indices in_use = all_indices(e);
    in_use.insert(in_use.end(), by_.indices.begin(), by_.indices.end());
    const Index other = fresh_index(s.along.axis, in_use);
    const Expr mean = reduction(Over::sum, {other},
                                renamed(e, {s.along}, {other}) * d(renamed(s.body, {s.along}, {other})));
    return {"the derivative of a softmax", e * (d(s.body) - mean)};
  }
  Step of_kind(const Expr&, const Derivative& inner) const {
    const Step step = Rules(inner, definitions_, in_use_).of(inner.of);
    return {step.rule, d(step.result)};
  }

  static const KnownFunction& known(const Function& f) {
    const KnownFunction* found = find_function(f.name);
    if (found == nullptr)
      throw Report("einstein", fmt::format("there is no function {}", f.name)).as<value_error>();
    return *found;
  }

 public:
  static Expr expanded_prime(const Function& f) {
    const KnownFunction& function = known(f);
    return function.partials(f.arguments, function.of(f.arguments))[0];
  }

 private:
  const Symbol& by_;
  Through through_;
  const Definitions& definitions_;
  const Indices& in_use_;
};

}  // namespace

Expr defined_as(const Definition& definition, const Symbol& symbol) {
  return renamed(definition.value, definition.indices, symbol.indices);
}

namespace {

std::optional<Step> differentiation_step(const Expr& e, const Definitions& definitions,
                                         const Indices& in_use) {
  if (const auto* d = e.as<Derivative>()) return Rules(*d, definitions, in_use).of(d->of);
  const auto* f = e.as<Function>();
  if (f != nullptr && f->prime) {
    const Expr expanded = Rules::expanded_prime(*f);
    if (!mentions_a_condition(expanded)) return Step{fmt::format("the derivative of {}", f->name), expanded};
  }
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) {
    const std::optional<Step> step = differentiation_step(part, definitions, in_use);
    if (!step) continue;
    part = step->result;
    return Step{step->rule, with_parts(e, inside)};
  }
  return {};
}

}  // namespace

std::optional<Step> differentiation_step(const Expr& e, const Definitions& definitions) {
  return differentiation_step(e, definitions, all_indices(e));
}

Expr differentiate(const Expr& a, const Symbol& by, const Definitions& definitions) {
  Expr e = derivative(a, by);
  while (const std::optional<Step> step = differentiation_step(e, definitions)) e = step->result;
  return e;
}

}  // namespace eingrad::einstein
