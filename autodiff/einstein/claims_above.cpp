#include <algorithm>
#include <set>

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

/// Puts what was claimed in the place of derivatives: what wrong lines claim, and right ones that rest on
/// them.
class ClaimsAbove::Substitution {
 public:
  /// Of the wrong lines only this one, if it is given.
  Substitution(const ClaimsAbove& claims, const Claimed* only) : claims_(claims), only_(only) {}

  /// `count` are the claims above it.
  Expr of(const Expr& e, std::size_t count) {
    if (--symbols_ < 0) return e;
    if (const Derivative* d = gradient_in(e)) {
      const Claimed* last = claims_.last_of(*d, count);
      if (last == nullptr || (!last->is_right && only_ != nullptr && last != only_)) return e;
      if (!last->is_right) wrong_.insert(last);
      const std::size_t wrong_before = wrong_.size();
      const Expr value = of(last->value, static_cast<std::size_t>(last - claims_.claimed_.data()));
      // A right one that rests on no wrong one says nothing new.
      if (last->is_right && wrong_.size() == wrong_before && same(value, last->value)) return e;
      return renamed(value, last->derivative.by.indices, d->by.indices);
    }
    if (e.as<Derivative>() != nullptr) return e;
    std::vector<Expr> inside = parts(e);
    for (Expr& part : inside) part = of(part, count);
    return inside.empty() ? e : with_parts(e, inside);
  }

  bool is_too_long() const { return symbols_ < 0; }
  /// The wrong lines whose claims are in it.
  const std::set<const Claimed*>& wrong() const { return wrong_; }

 private:
  const ClaimsAbove& claims_;
  const Claimed* only_;
  std::set<const Claimed*> wrong_;
  int symbols_ = 10'000;  // that may be read: each line may double those of the ones above
};

const ClaimsAbove::Claimed* ClaimsAbove::last_of(const Derivative& d, std::size_t count) const {
  for (std::size_t i = count; i-- > 0;) {
    const Derivative& each = claimed_[i].derivative;
    if (same(each.of, d.of) && each.by.name == d.by.name) return &claimed_[i];
  }
  return nullptr;
}

void ClaimsAbove::add(const std::string& claim, std::size_t line, bool is_right) {
  try {
    const Statement read = parse_statement(claim, problem_.declarations, Broadcast::anywhere);
    const Derivative* d = gradient_in(read.target);
    if (d == nullptr) return;
    std::string left = claim.substr(0, claim.find('='));
    left.erase(left.find_last_not_of(" &") + 1);
    claimed_.push_back({*d, read.value, {left, line}, is_right});
  } catch (const value_error&) {  // it claims nothing that can be read
  }
}

std::vector<ClaimsAbove::Line> ClaimsAbove::made_good_by(const std::string& claim) const {
  if (std::ranges::all_of(claimed_, &Claimed::is_right)) return {};
  try {
    const no_grad guard;
    const Statement read = parse_statement(claim, problem_.declarations, Broadcast::anywhere);
    if (gradient_in(read.target) == nullptr) return {};
    Substitution all(*this, nullptr);
    const Expr with_all = all.of(read.value, claimed_.size());
    if (all.is_too_long() || all.wrong().empty()) return {};
    const Comparison comparison(problem_, read.free, worked_out(read.target, problem_.definitions));
    const auto is_right = [&](const Expr& value) {
      return comparison.is_right(without_derivatives(value, problem_.definitions));
    };
    for (const Claimed* one : all.wrong()) {
      Substitution alone(*this, one);
      const Expr value = alone.of(read.value, claimed_.size());
      if (!alone.is_too_long() && is_right(value)) return {one->line};
    }
    std::vector<Line> lines;
    if (!is_right(with_all)) return lines;
    for (const Claimed* one : all.wrong()) lines.push_back(one->line);
    std::ranges::sort(lines, {}, &Line::line);
    return lines;
  } catch (const value_error&) {
    return {};
  }
}

}  // namespace eingrad::einstein
