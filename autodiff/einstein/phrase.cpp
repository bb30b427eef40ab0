#include <algorithm>
#include <optional>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/phrase.hpp>
#include <autodiff/einstein/print_matrices.hpp>

namespace eingrad::einstein {

namespace {

const Expr* expression_in(const Phrase::Quoted& quoted) {
  if (const auto* shown = std::get_if<Shown>(&quoted)) return &shown->e;
  return std::get_if<Expr>(&quoted);
}

/// The letters of the first tensor that has as many as the whole.
Indices first_order(const Expr& e, std::size_t count) {
  Indices own = own_indices(e);
  if (own.size() == count) return own;
  for (const Expr& part : parts(e)) {
    own = first_order(part, count);
    if (own.size() == count) return own;
  }
  return {};
}

}  // namespace

// In the order of the left side, else as the tensors have them.
Indices Teller::letters_of(const Expr& e) const {
  const Indices free = free_indices(e);
  Indices order;
  std::ranges::copy_if(letters_, std::back_inserter(order),
                       [&](const Index& index) { return contains(free, index); });
  if (order.size() != free.size()) order = first_order(e, free.size());
  return order.size() == free.size() ? order : free;
}

std::vector<std::string> Teller::in_letters(const Phrase& phrase, Sums sums) const {
  std::vector<std::string> all;
  for (const Phrase::Quoted& quoted : phrase.quoted) {
    const Expr* e = expression_in(quoted);
    const bool is_shown = sums == Sums::shown || std::holds_alternative<Shown>(quoted);
    all.push_back(e != nullptr ? print(*e, declarations_, {.sums = is_shown ? Sums::shown : Sums::implied})
                               : std::get<std::string>(quoted));
  }
  // What should stand in the place of something with sums has them, too.
  const bool first_shows_sum = !all.empty() && all[0].find("sum_") != std::string::npos;
  return sums == Sums::implied && first_shows_sum ? in_letters(phrase, Sums::shown) : all;
}

std::vector<std::string> Teller::in_matrices(const Phrase& phrase) const {
  std::vector<std::string> all;
  std::vector<std::pair<std::string, Expr>> told;
  for (const Phrase::Quoted& quoted : phrase.quoted) {
    const Expr* e = expression_in(quoted);
    if (e == nullptr) {
      all.push_back(std::get<std::string>(quoted));
      continue;
    }
    const std::optional<std::string> text =
        print_matrices(*e, letters_of(*e), declarations_, Spelling::ascii, MatrixNames::declared);
    if (!text) return {};
    const auto is_another = [&](const auto& other) {
      return other.first == *text && !same(other.second, *e);
    };
    if (std::ranges::any_of(told, is_another)) return {};
    told.emplace_back(*text, *e);
    all.push_back(*text);
  }
  return all;
}

std::string Teller::operator()(const Phrase& phrase) const {
  std::vector<std::string> quoted;
  if (form_ == Form::matrices) quoted = in_matrices(phrase);
  if (quoted.size() != phrase.quoted.size()) quoted = in_letters(phrase, Sums::implied);
  std::string all;
  std::size_t at = 0;
  for (const std::string& one : quoted) {
    const std::size_t place = phrase.text.find("{}", at);
    all += phrase.text.substr(at, place - at) + one;
    at = place + 2;
  }
  return all + phrase.text.substr(at);
}

}  // namespace eingrad::einstein
