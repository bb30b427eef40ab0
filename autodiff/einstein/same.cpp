#include <algorithm>
#include <string>

#include <autodiff/einstein/indices.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// A text that is equal for equal expressions; without letters, for those that differ in letters alone.
std::string key(const Expr& e, bool letters) {
  std::string text = fmt::format("{}", e.node().index());
  const auto add = [&](const Indices& indices) {
    for (const Index& index : indices)
      text += letters ? fmt::format("_{}:{}", index.letter, index.axis) : "_" + index.axis;
  };
  if (const auto* n = e.as<Number>()) text += fmt::format("{}/{}", n->numerator(), n->denominator());
  if (const auto* s = e.as<Size>()) text += s->axis;
  if (const auto* s = e.as<Symbol>()) text += s->name;
  if (const auto* p = e.as<Power>())
    text += fmt::format("{}/{}", p->exponent.numerator(), p->exponent.denominator());
  if (const auto* f = e.as<Function>()) text += f->name + (f->prime ? "'" : "");
  if (const auto* r = e.as<Reduction>()) {
    text += fmt::format("{}", static_cast<int>(r->kind));
    add(r->over);
  }
  if (const auto* d = e.as<Derivative>())
    text += fmt::format("{}{}", d->by.name, static_cast<int>(d->through));
  add(own_indices(e));
  std::vector<std::string> inside;
  for (const Expr& part : parts(e)) inside.push_back(key(part, letters));
  if (e.as<Sum>() != nullptr || e.as<Product>() != nullptr) std::ranges::sort(inside);
  return fmt::format("{}({})", text, fmt::join(inside, ","));
}

bool same_parts(const Expr& a, const Expr& b) {
  const std::vector<Expr> of_a = parts(a);
  std::vector<Expr> of_b = parts(b);
  if (of_a.size() != of_b.size()) return false;
  const bool any_order = a.as<Sum>() != nullptr || a.as<Product>() != nullptr;
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    auto found = of_b.begin();
    if (any_order) {
      found = std::ranges::find_if(of_b, [&](const Expr& each) { return same(of_a[i], each); });
    } else if (!same(of_a[i], *found)) {
      found = of_b.end();
    }
    if (found == of_b.end()) return false;
    of_b.erase(found);
  }
  return true;
}

}  // namespace

bool same(const Expr& a, const Expr& b) {
  if (key(a, false) != key(b, false)) return false;
  if (key(a, true) == key(b, true)) return true;
  const auto* left = a.as<Reduction>();
  const auto* right = b.as<Reduction>();
  if (left == nullptr || right == nullptr) {
    std::vector<Expr> none = parts(a);
    return !none.empty() && own_indices(a) == own_indices(b) && same_parts(a, b);
  }
  Indices order = left->over;
  do {
    const bool fits = std::ranges::equal(order, right->over, {}, &Index::axis, &Index::axis);
    if (fits && same(left->body, renamed(right->body, right->over, order))) return true;
  } while (std::ranges::next_permutation(order).found);
  return false;
}

}  // namespace eingrad::einstein
