#include <algorithm>
#include <string_view>
#include <utility>

#include <autodiff/einstein/term_edits.hpp>

namespace eingrad::einstein {

namespace {

/// By which a term may be off.
std::vector<Expr> constants(const Declarations& declarations) {
  std::vector<Expr> all{2, Number(1, 2), -2, Number(-1, 2), 3, Number(1, 3)};
  for (const std::string& axis : declarations.axes()) {
    for (const Number exponent : {Number(1), Number(-1)}) {
      all.push_back(raised(Size{axis}, exponent));
      all.push_back(Expr(2) * raised(Size{axis}, exponent));
    }
  }
  return all;
}

}  // namespace

std::vector<Edit> flipped_signs(const Expr& e) {
  std::vector<Edit> all;
  const auto* s = e.as<Sum>();
  for (std::size_t k = 0; s != nullptr && k < s->terms.size(); ++k) {
    std::vector<Expr> terms = s->terms;
    terms[k] = -terms[k];
    all.push_back({sum(terms), phrase("the sign of {} is wrong", s->terms[k])});
  }
  return all;
}

std::vector<Edit> flipped_comparison(const Expr& e) {
  static constexpr std::pair<std::string_view, std::string_view> opposites[] = {
      {"gt", "lt"}, {"lt", "gt"}, {"ge", "le"}, {"le", "ge"}};
  const auto& f = *e.as<Function>();
  const auto* found = std::ranges::find(opposites, f.name, [](const auto& entry) { return entry.first; });
  if (found == std::end(opposites)) return {};
  const Expr other = function(std::string(found->second), f.arguments);
  return {{other, phrase("{} is the wrong way round: it should be {}", e, other)}};
}

std::vector<Edit> flipped_arguments(const Expr& e) {
  const auto& f = *e.as<Function>();
  if (f.arguments.size() != 1) return {};
  const auto* r = f.arguments[0].as<Reduction>();  // whose sign stands inside, where its sum is left out
  const bool is_sum = r != nullptr && r->kind == Over::sum;
  const Expr argument = is_sum ? reduction(r->kind, r->over, -r->body) : -f.arguments[0];
  const Expr other = function(f.name, {argument}, f.prime);
  return {{other, phrase("{} stands where {} should", e, other)}};
}

std::vector<Edit> scaled_terms(const Expr& e, const Declarations& declarations) {
  std::vector<Edit> all;
  const auto* s = e.as<Sum>();
  for (std::size_t k = 0; s != nullptr && k < s->terms.size(); ++k) {
    for (const Expr& by : constants(declarations)) {
      std::vector<Expr> terms = s->terms;
      terms[k] = by * terms[k];
      all.push_back({sum(terms), phrase("the term {} should be {}", s->terms[k], terms[k])});
    }
  }
  return all;
}

}  // namespace eingrad::einstein
