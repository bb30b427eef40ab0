#include <map>

#include <autodiff/einstein/print.hpp>
#include <autodiff/explain/repetitions.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

template <class OtherName>
Expr with_names(const Expr& e, const OtherName& other_name) {
  if (const auto* s = e.as<Symbol>()) return Symbol{other_name(s->name), s->indices};
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = with_names(part, other_name);
  const Expr changed = inside.empty() ? e : with_parts(e, inside);
  const auto* d = changed.as<Derivative>();
  return d != nullptr ? derivative(d->of, {other_name(d->by.name), d->by.indices}, d->through) : changed;
}

/// The formulas of a block with names numbered in the order in which they come, without their own numbers.
std::string likeness(const std::vector<Piece>& pieces, std::size_t first, std::size_t count,
                     const Declarations& declarations) {
  std::map<std::string, std::string> names;
  const auto other_name = [&](const std::string& name) {
    const std::string base = name.substr(0, name.find_last_not_of("0123456789") + 1);
    return names.emplace(name, fmt::format("{}#{}", base, names.size())).first->second;
  };
  std::string all;
  for (std::size_t i = first; i < first + count; ++i) {
    for (const Expr& e : pieces[i].formulas) all += print(with_names(e, other_name), declarations) + "\n";
  }
  return all;
}

}  // namespace

Repetition repetition_at(const std::vector<Piece>& pieces, std::size_t at, const Declarations& declarations) {
  constexpr std::size_t longest = 8, fewest = 3;
  Repetition best;
  for (std::size_t length = 1; length <= longest && at + fewest * length <= pieces.size(); ++length) {
    const std::string first = likeness(pieces, at, length, declarations);
    std::size_t times = 1;
    while (at + (times + 1) * length <= pieces.size() &&
           likeness(pieces, at + times * length, length, declarations) == first)
      ++times;
    if (times >= fewest && times * length > best.times * best.length) best = {length, times};
  }
  return best;
}

}  // namespace eingrad::einstein
