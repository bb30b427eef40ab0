#include <algorithm>
#include <utility>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/matrix_form.hpp>
#include <autodiff/einstein/mistake.hpp>
#include <autodiff/einstein/parser.hpp>
#include <autodiff/einstein/place_sums.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

/// The letters of sums that stand in a term.
Indices summed_in(const Expr& term) {
  Indices all;
  for (const Expr& factor : factors_of(term)) {
    if (const auto* r = factor.as<Reduction>();
        r != nullptr && (r->kind == Over::sum || r->kind == Over::mean))
      all.insert(all.end(), r->over.begin(), r->over.end());
  }
  return all;
}

}  // namespace

Statement Parser::statement() {
  Statement read;
  in_target_ = true;
  read.target = target();
  in_target_ = false;
  free_ = free_indices(read.target);
  const auto* d = read.target.as<Derivative>();
  if (open_ && d != nullptr && d->of.as<Derivative>() != nullptr)
    fail_at(open_->at, "a second derivative by vectors has two letters",
            fmt::format("d^2L/(d{0}_p d{0}_q), or all of the line in matrix form", open_->name),
            Mistake::count);
  take_equals();
  read.value = whole();
  const bool is_constant = all_indices(read.value).empty();  // dL/dw = 0
  if (open_ && !open_->is_used && !is_constant) refuse_open_target(read.value);
  refuse_sizes_over(free_, 0, Sizes::above);
  read.target = with_axes(read.target);
  read.value = with_axes(read.value);
  read.free = free_indices(read.target);
  return read;
}

Expr Parser::expression(const Indices& free) {
  for (const Index& index : free) axes_.note({index, 0, "the left side"});
  meant_ = free;
  return with_axes(whole());
}

Expr Parser::target() {
  skip_spaces();
  const std::size_t start = at_;
  const auto gradient = this->gradient([&](const std::string& name) { return symbol(name); });
  Expr left = gradient ? gradient->derivative() : primary();
  const auto* d = left.as<Derivative>();
  if (d != nullptr && d->of.as<Symbol>() == nullptr && d->of.as<Derivative>() == nullptr)
    fail_at(start, "what is differentiated has no name", "a line above that defines it, u = …, and du/dw");
  if (left.as<Symbol>() == nullptr && d == nullptr)
    fail_at(start, "expected a name or a derivative in front of '='", "yhat_n = … or dL/dw = …");
  return left;
}

Expr Parser::whole() {
  Expr e = sum_of_terms();
  if (!is_at_end()) refuse_rest();
  return e;
}

Expr Parser::sum_of_terms() {
  const Depth guard(*this);
  std::vector<Expr> terms;
  bool negative = take('-');
  if (!negative) take('+');
  Indices summed;  // by a sum_n in front of a term before
  while (true) {
    skip_spaces();
    const std::size_t start = at_;
    const Expr read = term();
    refuse_ambiguous_sum(summed, read, start);
    for (const Index& index : summed_in(read)) {
      if (!contains(summed, index)) summed.push_back(index);
    }
    terms.push_back(negative ? -read : read);
    if (take('+')) {
      negative = false;
    } else if (take('-')) {
      negative = true;
    } else {
      return sum(terms);
    }
  }
}

// In sum_n a_n + b_n the sum ends at the + to one, and goes on to another.
void Parser::refuse_ambiguous_sum(const Indices& summed, const Expr& term, std::size_t start) const {
  for (const Index& index : summed) {
    const bool is_meant = contains_letter(free_, index) || contains_letter(meant_, index);
    const Indices free = free_indices(term);
    const auto used = std::ranges::find(free, index.letter, &Index::letter);
    if (is_meant || used == free.end() || is_contracted_inside(*used, term)) continue;
    fail_at(start, fmt::format("does the sum over {} end in front of this term?", index.letter),
            fmt::format("sum_{0} (… + …), or sum_{0} in front of this term, too", index.letter),
            Mistake::used_once);
  }
}

Expr Parser::term() {
  const std::size_t sizes_before = sizes_.size();
  std::vector<Expr> factors{factor()};
  bool has_vector = is_open_vector(factors[0]);
  while (true) {
    refuse_touching_number();
    if (take('*')) {
      factors.push_back(factor());
      has_vector |= is_open_vector(factors.back());
    } else if (take('/')) {
      skip_spaces();
      const std::size_t start = at_;
      const Expr below = factor();
      factors.push_back(inverse(below));
      const bool is_size = std::ranges::all_of(factors_of(below), [](const Expr& one) {
        return one.as<Size>() != nullptr || one.as<Number>() != nullptr;
      });
      refuse_ambiguous_denominator(start, is_size);
    } else if (starts_factor()) {
      const std::size_t start = at_;
      factors.push_back(factor());
      const bool is_vector = is_open_vector(factors.back());
      if (is_vector && has_vector) refuse_side_by_side(start);
      has_vector |= is_vector;
    } else {
      const Expr all = product(factors);
      refuse_sizes_in(all, sizes_before);
      return all;
    }
  }
}

Expr Parser::factor() {
  Expr base = primary();
  while (peek() == '^') {
    ++at_;
    base = raised(base, exponent());
  }
  return base;
}

Expr Parser::primary() {
  const Depth guard(*this);
  const char c = peek();
  if (is_digit(c)) return ones_or_number();
  if (c == '(') {
    if (auto product = inner_product()) return *product;
    return in_brackets();
  }
  if (c == '[') return condition();
  if (c == '|') return size_or_absolute();
  if (is_letter(c)) return named();
  refuse_as_factor();
}

Expr Parser::in_brackets() {
  const std::size_t start = at_++;
  const bool outer_bars = std::exchange(in_bars_, false);
  Expr inside = sum_of_terms();
  in_bars_ = outer_bars;
  if (const std::optional<std::string> name = relation()) inside = function(*name, {inside, sum_of_terms()});
  close_bracket();
  refuse_number_beside_vector(inside, start);
  return inside;
}

// 1_n is a vector of ones: it changes nothing but the axes.
Expr Parser::ones_or_number() {
  const Number value = number();
  if (peek() != '_') return value;
  if (value == Number(1) && begins_condition()) {  // 1_{z_n > 0}
    at_ += std::string_view("_{").size();
    const Expr left = sum_of_terms();
    const std::optional<std::string> name = relation();
    if (!name) refuse_open_bracket();
    const Expr right = sum_of_terms();
    expect('}', "behind the condition");
    return function(*name, {left, right});
  }
  const Indices letters = subscript();
  std::vector<Expr> factors{Expr(value)};
  for (const Index& index : letters) factors.push_back(Delta{index, index});
  return product(factors);
}

// Whether braces below the line hold a comparison, not letters.
bool Parser::begins_condition() const {
  if (!text_.substr(at_).starts_with("_{")) return false;
  int depth = 0;
  for (const char c : text_.substr(at_)) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (c == '}' && depth == 0) return false;
    if (c == '<' || c == '>' || c == '=' || c == '!') return true;
  }
  return false;
}

Expr Parser::condition() {
  expect('[', "");
  const bool outer_bars = std::exchange(in_bars_, false);
  const Expr left = sum_of_terms();
  in_bars_ = outer_bars;
  if (take(']')) return left;
  if (const std::optional<std::string> name = relation()) {
    const Expr right = sum_of_terms();
    expect(']', "behind the condition");
    return function(*name, {left, right});
  }
  refuse_open_bracket();
}

Expr Parser::size_or_absolute() {
  if (const std::optional<std::string> axis = size_of_axis()) return Size{*axis};
  if (const std::optional<Expr> whole = norm_of_bare_tensor()) return *whole;
  skip_spaces();
  const std::size_t start = at_++;
  const bool outer_bars = std::exchange(in_bars_, true), may_be_norm = here() == '|';
  const std::optional<Open> outer = open_;
  if (may_be_norm) open_ = Open();  // ||x_n - u||
  const Expr inside = sum_of_terms();
  in_bars_ = outer_bars;
  if (may_be_norm) refuse_number_beside_vector(parts(inside).empty() ? inside : parts(inside)[0], start);
  const bool is_norm = close_bars(start), is_of_vectors = may_be_norm && open_->is_used;
  const Index along = is_of_vectors ? open_->letter : Index();
  if (may_be_norm) open_ = outer;
  if (!is_norm && is_of_vectors)
    fail_at(start, "an absolute value is of a number", "||…|| for the norm of a vector");
  if (!is_norm) return function("abs", {inside});
  return is_of_vectors ? norm_of(parts(inside)[0], {along}) : norm(parts(inside), start);
}

Expr Parser::with_axes(const Expr& e) {
  if (const LetterAxes::Use* use = axes_.contradiction()) refuse_axis(*use);
  if (const std::string letter = axes_.unknown_letter(e); !letter.empty())
    fail_at(0, fmt::format("nothing says which axis the letter {} runs over", letter),
            "a tensor with this letter");
  Expr given = axes_.given_to(e);
  check_deltas(given);
  return given;
}

void Parser::check_deltas(const Expr& e) const {
  const auto* d = e.as<Delta>();
  if (d != nullptr && d->a.axis != d->b.axis) {
    fail_at(0,
            fmt::format("δ of {} over {} and {} over {}: they run over different axes", d->a.letter,
                        d->a.axis, d->b.letter, d->b.axis),
            "two letters of one axis", Mistake::axis);
  }
  for (const Expr& part : parts(e)) check_deltas(part);
}

Statement parse_statement(std::string_view line, const Declarations& declarations, Broadcast broadcast,
                          const Judge& judge) {
  if (is_in_matrix_form(line, declarations)) return parse_matrix_form(line, declarations, broadcast, judge);
  Statement read = Parser(line, declarations, judge).statement();
  for (const Index& index : read.free) {
    if (contains(free_indices(read.value), index) || read.value.is_number(0) ||
        broadcast == Broadcast::anywhere)
      continue;
    Report report("einstein",
                  fmt::format("{} stands on the left, but no term on the right has it", index.letter));
    report.line("text", std::string(line));
    const auto is_beside = [&](const Index& other) { return other.axis == index.axis && !(other == index); };
    const auto beside = std::ranges::find_if(read.free, is_beside);
    report.hint(
        beside == read.free.end()
            ? fmt::format("{} for one of the other letters, or a factor 1_{} if all elements are alike",
                          index.letter, index.letter)
            : fmt::format("a factor delta_{}{}, or {} for one of the other letters", beside->letter,
                          index.letter, index.letter));
    refuse(report, Mistake::free_letter);
  }
  read.value = place_sums(read.value, read.free);
  return read;
}

Statement parse_letters(std::string_view line, const Declarations& declarations) {
  return Parser(line, declarations).statement();
}

Expr parse(std::string_view text, const Declarations& declarations, const Indices& free) {
  return place_sums(Parser(text, declarations).expression(free), free);
}

}  // namespace eingrad::einstein
