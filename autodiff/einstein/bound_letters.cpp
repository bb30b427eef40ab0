#include <autodiff/einstein/bound_letters.hpp>

namespace eingrad::einstein {

namespace {

/// The same reduction with letters that none of `taken` is, and none of `in_use`, to which they are added.
Reduction with_other_letters(const Reduction& r, const Indices& taken, Indices& in_use) {
  const Indices own = all_indices(r.body);
  in_use.insert(in_use.end(), own.begin(), own.end());
  Indices over = r.over;
  Expr body = r.body;
  for (Index& index : over) {
    if (!contains_letter(taken, index)) continue;
    const Index fresh = fresh_index(index.axis, in_use);
    in_use.push_back(fresh);
    body = renamed(body, {index}, {fresh});
    index = fresh;
  }
  return {r.kind, over, body};
}

Expr without_letters(const Expr& e, const Indices& taken, Indices& in_use) {
  if (const auto* r = e.as<Reduction>()) {
    const Reduction other = with_other_letters(*r, taken, in_use);
    return reduction(other.kind, other.over, without_letters(other.body, taken, in_use));
  }
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = without_letters(part, taken, in_use);
  return inside.empty() ? e : with_parts(e, inside);
}

}  // namespace

Reduction with_other_letters(const Reduction& r, const Indices& taken) {
  Indices in_use = taken;
  return with_other_letters(r, taken, in_use);
}

Expr without_letters(const Expr& e, const Indices& taken) {
  Indices in_use = all_indices(e);
  in_use.insert(in_use.end(), taken.begin(), taken.end());
  return without_letters(e, taken, in_use);
}

}  // namespace eingrad::einstein
