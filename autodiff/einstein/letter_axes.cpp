#include <algorithm>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/letter_axes.hpp>

namespace eingrad::einstein {

std::string LetterAxes::axis_of(const std::string& letter) const {
  if (const std::string* axis = declarations_.axis_of(letter)) return *axis;
  const auto use = std::ranges::find(uses_, letter, [](const Use& each) { return each.index.letter; });
  return use == uses_.end() ? "" : use->index.axis;
}

const LetterAxes::Use* LetterAxes::contradiction() const {
  const auto differs = [&](const Use& use) { return axis_of(use.index.letter) != use.index.axis; };
  const auto found = std::ranges::find_if(uses_, differs);
  return found == uses_.end() ? nullptr : &*found;
}

Indices LetterAxes::letters() const {
  Indices all;
  for (const Use& use : uses_) {
    const Index index{use.index.letter, axis_of(use.index.letter)};
    if (!contains(all, index)) all.push_back(index);
  }
  return all;
}

Indices LetterAxes::letters_of(const Use& use) const {
  Indices all;
  for (const Use& each : uses_) {
    if (each.at == use.at) all.push_back(each.index);
  }
  return all;
}

std::string LetterAxes::unknown_letter(const Expr& e) const {
  for (const Index& index : all_indices(e)) {
    if (index.axis.empty() && axis_of(index.letter).empty()) return index.letter;
  }
  return "";
}

Index LetterAxes::given(const Index& index) const {
  return index.axis.empty() ? Index{index.letter, axis_of(index.letter)} : index;
}

Expr LetterAxes::given_to(const Expr& e) const {
  if (const auto* d = e.as<Delta>()) return Delta{given(d->a), given(d->b)};
  if (const auto* s = e.as<Softmax>()) return softmax(given_to(s->body), given(s->along));
  if (const auto* r = e.as<Reduction>()) {
    Indices over = r->over;
    std::ranges::transform(over, over.begin(), [&](const Index& index) { return given(index); });
    return reduction(r->kind, over, given_to(r->body));
  }
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = given_to(part);
  return inside.empty() ? e : with_parts(e, inside);
}

}  // namespace eingrad::einstein
