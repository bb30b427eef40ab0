#include <algorithm>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/sum_edits.hpp>

namespace eingrad::einstein {

std::vector<Edit> other_sums(const Expr& e, const Indices& scope) {
  std::vector<Edit> all;
  const auto& r = *e.as<Reduction>();
  if (r.kind != Over::sum) return all;
  for (const Index& index : r.over) {
    for (const Index& letter : scope) {
      if (letter.axis != index.axis || r.over.size() < 2) continue;
      Indices rest = r.over;
      std::erase(rest, index);
      if (contains_letter(rest, letter)) continue;
      const Expr other = reduction(r.kind, rest, renamed(r.body, {index}, {letter}));
      all.push_back(
          {other, phrase("{} is summed over {}, too: it should be {}", Shown{e}, index.axis, Shown{other})});
    }
  }
  const Indices free = free_indices(e);
  for (const Index& between : r.over) {
    Indices others = r.over, ends = free;
    std::erase(others, between);
    std::erase_if(ends, [&](const Index& end) { return end.axis != between.axis; });
    if (ends.size() != 2) continue;
    std::vector<Expr> factors = factors_of(r.body);
    for (Expr& factor : factors)
      factor = renamed(factor, {between}, {ends[is_free_in(ends[0], factor) ? 1 : 0]});
    const Expr other = reduction(r.kind, others, product(factors));
    all.push_back(
        {other, phrase("{} is a matrix product, where {} should be, which is element by element", e, other)});
  }
  return all;
}

}  // namespace eingrad::einstein
