#include <algorithm>

#include <autodiff/einstein/claims_above.hpp>
#include <autodiff/einstein/comparison.hpp>
#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>

namespace eingrad::einstein {

namespace {

/// The derivative of a number by a tensor whose letters differ; null of anything else.
const Derivative* gradient_in(const Expr& e) {
  const auto* d = e.as<Derivative>();
  const auto* of = d != nullptr ? d->of.as<Symbol>() : nullptr;
  if (of == nullptr || !of->indices.empty()) return nullptr;
  const auto is_twice = [&](const Index& index) { return std::ranges::count(d->by.indices, index) > 1; };
  return std::ranges::any_of(d->by.indices, is_twice) ? nullptr : d;
}

}  // namespace

Expr ClaimsAbove::with_claimed(const Expr& e, std::optional<Line>& wrong) const {
  if (const Derivative* d = gradient_in(e)) {
    const auto last = std::find_if(claimed_.rbegin(), claimed_.rend(), [&](const Claimed& each) {
      return same(each.derivative.of, d->of) && each.derivative.by.name == d->by.name;
    });
    if (last == claimed_.rend()) return e;
    if (!wrong) wrong = last->wrong;
    return renamed(last->value, last->derivative.by.indices, d->by.indices);
  }
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = with_claimed(part, wrong);
  return inside.empty() || e.as<Derivative>() != nullptr ? e : with_parts(e, inside);
}

void ClaimsAbove::add(const std::string& claim, std::size_t line, bool is_right) {
  try {
    const Statement read = parse_statement(claim, problem_.declarations, Broadcast::anywhere);
    const Derivative* d = gradient_in(read.target);
    if (d == nullptr) return;
    std::optional<Line> wrong;
    const Expr value = with_claimed(read.value, wrong);
    std::string left = claim.substr(0, claim.find('='));
    left.erase(left.find_last_not_of(" &") + 1);
    if (!is_right) wrong = Line{left, line};
    claimed_.push_back({*d, value, wrong});
  } catch (const value_error&) {  // it claims nothing that can be read
  }
}

std::optional<ClaimsAbove::Line> ClaimsAbove::made_good_by(const std::string& claim) const {
  try {
    const no_grad guard;
    const Statement read = parse_statement(claim, problem_.declarations, Broadcast::anywhere);
    std::optional<Line> wrong;
    const Expr value = with_claimed(read.value, wrong);
    if (!wrong || gradient_in(read.target) == nullptr) return {};
    const Comparison comparison(problem_, read.free, worked_out(read.target, problem_.definitions));
    if (!comparison.is_right(without_derivatives(value, problem_.definitions))) return {};
    return wrong;
  } catch (const value_error&) {
    return {};
  }
}

}  // namespace eingrad::einstein
