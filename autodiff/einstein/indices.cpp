#include <algorithm>
#include <iterator>
#include <set>

#include <autodiff/einstein/indices.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

Indices own_indices(const Expr& e) {
  if (const auto* s = e.as<Symbol>()) return s->indices;
  if (const auto* d = e.as<Delta>()) return {d->a, d->b};
  if (const auto* s = e.as<Softmax>()) return {s->along};
  if (const auto* d = e.as<Derivative>()) return d->by.indices;
  return {};
}

namespace {

void collect(const Expr& e, bool bound_too, std::set<Index>& found) {
  for (const Index& index : own_indices(e)) found.insert(index);
  std::set<Index> inside;
  for (const Expr& part : parts(e)) collect(part, bound_too, inside);
  if (const auto* r = e.as<Reduction>()) {
    for (const Index& index : r->over) {
      if (bound_too) inside.insert(index);
      if (!bound_too) inside.erase(index);
    }
  }
  found.insert(inside.begin(), inside.end());
}

}  // namespace

Indices free_indices(const Expr& e) {
  std::set<Index> found;
  collect(e, false, found);
  return {found.begin(), found.end()};
}

Indices all_indices(const Expr& e) {
  std::set<Index> found;
  collect(e, true, found);
  return {found.begin(), found.end()};
}

std::size_t node_count(const Expr& e) {
  std::size_t count = 1;
  for (const Expr& part : parts(e)) count += node_count(part);
  return count;
}

Index fresh_index(const std::string& axis, const Indices& in_use) {
  const auto is_taken = [&](const std::string& letter) {
    return std::ranges::any_of(in_use, [&](const Index& index) {
      return index.letter == letter || (index.axis == letter && index.axis != axis);
    });
  };
  for (const std::string prime : {"", "'", "''"}) {
    // First those that have a small form in Unicode, xₚ: with one letter that has none all would be x_{q}.
    for (const char letter : std::string_view("prstuvklhijmnoaexqgbcdfwyz")) {
      if (!is_taken(letter + prime)) return {letter + prime, axis};
    }
  }
  return {fmt::format("p{}", in_use.size()), axis};
}

namespace {

/// The letter that a softmax is along is bound in its denominator. Where another letter of the body would
/// come to be the same, the denominator is written out.
Expr renamed_softmax(const Softmax& s, const Indices& from, const Indices& to) {
  const Expr body = renamed(s.body, from, to);
  const Expr along = renamed(Delta{s.along, s.along}, from, to);
  const Index letter = along.as<Delta>()->a;
  const auto comes_to_be_the_same = [&](const Index& index) {
    return !(index == s.along) && renamed(Delta{index, index}, from, to).as<Delta>()->a == letter;
  };
  if (std::ranges::none_of(free_indices(s.body), comes_to_be_the_same)) return softmax(body, letter);
  Indices in_use = all_indices(s.body);
  for (const Indices* more : {&from, &to}) in_use.insert(in_use.end(), more->begin(), more->end());
  const Index other = fresh_index(s.along.axis, in_use);
  const Expr beside = renamed(renamed(s.body, {s.along}, {other}), from, to);
  return function("exp", {body - reduction(Over::logsumexp, {other}, beside)});
}

}  // namespace

Expr renamed(const Expr& e, const Indices& from, const Indices& to) {
  const auto of = [&](const Index& index) {
    const auto found = std::ranges::find(from, index);
    return found == from.end() ? index : to[static_cast<std::size_t>(found - from.begin())];
  };
  const auto of_all = [&](Indices indices) {
    std::ranges::transform(indices, indices.begin(), of);
    return indices;
  };
  if (const auto* s = e.as<Symbol>()) return Symbol{s->name, of_all(s->indices)};
  if (const auto* d = e.as<Delta>()) return Delta{of(d->a), of(d->b)};
  if (const auto* s = e.as<Softmax>()) return renamed_softmax(*s, from, to);
  if (const auto* d = e.as<Derivative>())
    return derivative(renamed(d->of, from, to), {d->by.name, of_all(d->by.indices)}, d->through);
  if (const auto* r = e.as<Reduction>()) {
    Indices still_from, still_to, in_use = all_indices(e);
    std::ranges::copy(from, std::back_inserter(in_use));
    std::ranges::copy(to, std::back_inserter(in_use));
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (contains(r->over, from[i])) continue;
      still_from.push_back(from[i]);
      still_to.push_back(to[i]);
    }
    Indices over = r->over;
    Expr body = r->body;
    for (Index& index : over) {
      if (!contains_letter(still_to, index)) continue;
      const Index fresh = fresh_index(index.axis, in_use);
      in_use.push_back(fresh);
      body = renamed(body, {index}, {fresh});
      index = fresh;
    }
    return reduction(r->kind, over, renamed(body, still_from, still_to));
  }
  std::vector<Expr> changed;
  for (const Expr& part : parts(e)) changed.push_back(renamed(part, from, to));
  return changed.empty() ? e : with_parts(e, changed);
}

}  // namespace eingrad::einstein
