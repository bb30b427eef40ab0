#include <algorithm>
#include <functional>
#include <utility>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/habits.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/mistake.hpp>
#include <autodiff/einstein/parser.hpp>
#include <autodiff/einstein/place_sums.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

Expr Parser::named() {
  skip_spaces();
  if (take_root()) return raised(primary(), {1, 2});
  if (take_power_of_e()) {
    const Expr exponent = primary();
    refuse_tower();
    return function("exp", {exponent});
  }
  if (auto whole = norm_of_bare_tensor()) return *whole;
  if (auto kept = softmax_by_name()) return *kept;
  if (auto reduced = reduction_by_name()) return *reduced;
  if (rest_starts_with("delta_") && declared_name().size() < 5) return delta();
  if (auto d = derivative_by_name()) return *d;
  if (auto product = inner_product()) return *product;
  if (auto vector = open_vector()) return *vector;
  const std::string declared = declared_name();
  if (is_undeclared_differential(declared)) unknown_name();
  const std::string called = function_name();
  if (called == "tr" || called == "diag")
    fail(fmt::format("{} has no place among indices", called), "a letter twice, A_ii, or delta_ij x_i");
  if (called.size() > declared.size()) return call(called);
  if (declared.empty() && word_at(at_) == "I" && text_.substr(at_ + 1).starts_with('_')) return delta();
  if (!declared.empty() && !is_inside_a_greek_name(declared)) return symbol_or_size(declared);
  if (declared.empty()) {
    const std::size_t start = at_;
    if (const auto axis = letter_as_size()) {
      sizes_.push_back({std::string(1, text_[start]), start, is_below_line(start)});
      return Size{*axis};
    }
  }
  unknown_name();
}

Expr Parser::symbol_or_size(const std::string& name) {
  if (const std::string* axis = declarations_.sized_axis(name)) {
    at_ += name.size();
    return Size{*axis};
  }
  return symbol(name);
}

Symbol Parser::symbol(const std::string& name) {
  const std::size_t start = at_;
  at_ += name.size();
  const std::vector<std::string>& axes = *declarations_.axes_of(name);
  Indices letters;
  if (here() == '_' || (here() == '[' && !axes.empty())) letters = subscript();
  if (letters.size() != axes.size()) {
    if (letters.empty() && is_alphanumeric(here())) unknown_name();  // Xt or X2, where only X is declared
    if (letters.size() + 1 == axes.size()) {
      const Vector read = vector(name, letters, start);
      if (in_target_ && !open_) {
        open_ = Open{unwritten_letter(axis_of(read)), start, name, letters, false};
        return filled(read, open_->letter);
      }
      // dz_n/dw in dL/dw = dL/dz_n dz_n/dw
      if (const auto with_letter = open_ && !in_target_ ? with_open_letter(read) : std::nullopt)
        return *with_letter;
    }
    refuse_count(name, letters, start);
  }
  if (axes.empty()) refuse_doubled(name, start);
  refuse_called_square(name);
  at_ += declarations_.arguments_at(name, text_.substr(at_));
  for (std::size_t i = 0; i < letters.size(); ++i) {
    letters[i].axis = axes[i];
    axes_.note({letters[i], start, name});
  }
  return {name, letters};
}

void Parser::refuse_count(const std::string& name, const Indices& letters, std::size_t start) const {
  const std::vector<std::string>& axes = *declarations_.axes_of(name);
  // wbar_n, of which "bar" has been skipped in front of what was read as the name
  const std::string bar = name + "bar";
  const std::size_t before = start - std::min(start, bar.size() - name.size());
  const bool is_bar = text_.substr(before).starts_with(bar);
  const std::string shown = is_bar ? bar : name;
  std::string word;
  for (const Index& index : letters) word += index.letter;
  std::string hint = fmt::format("{}{}{}", shown, axes.empty() ? "" : "_", fmt::join(axes, ""));
  if (const std::string* loss = declarations_.loss();
      loss != nullptr && *loss == name && declarations_.axes_of(word) != nullptr) {
    hint = fmt::format("d{}/d{}", name, word);
  } else if (letters.empty() && text_.substr(at_).starts_with("^T")) {  // w^T x_n
    hint +=
        " without the transpose: with letters w^T x is w_i x_i; letters at all tensors of a line, or at none";
  } else if (letters.empty()) {
    hint += "; letters at all tensors of a line, or at none";
  } else if (const std::string_view advice = advice_for(word); !advice.empty()) {  // w_grad
    hint = advice;
  } else if (is_greek_word(word)) {
    hint = without_parameter(name);
  } else if (word.size() > 2 && word.size() > axes.size()) {
    hint += fmt::format("; if {0}_{1} is a name, a line above that declares it: {0}_{1}[{2}]", name, word,
                        fmt::join(axes, ","));
  }
  fail_at(is_bar ? before : start,
          fmt::format("{} has {} ax{}, not {}", name, axes.size(), axes.size() == 1 ? "is" : "es",
                      letters.size()),
          hint, Mistake::count);
}

// d/dw of all that follows in the term, as people write it in front of a bracket.
Expr Parser::derivative_of_term(std::size_t start) {
  const Symbol by = symbol(declared_name());
  const Expr of = term();
  const std::function<bool(const Expr&, const Index&)> is_summed_in = [&](const Expr& e,
                                                                          const Index& letter) {
    const std::vector<Expr> factors = factors_of(e);
    const auto has_letter = [&](const Expr& factor) { return contains_letter(free_indices(factor), letter); };
    return std::ranges::count_if(factors, has_letter) > 1 ||
           std::ranges::any_of(parts(e), [&](const Expr& part) { return is_summed_in(part, letter); });
  };
  for (const Index& letter : by.indices) {
    if (is_summed_in(of, letter))
      fail_at(start,
              fmt::format("{} is the letter of what is differentiated by, and stands in two factors",
                          letter.letter),
              "another letter for what is summed: d/dw_i (X_nj w_j)^2");
  }
  return derivative(of, by);
}

std::optional<Expr> Parser::derivative_by_name() {
  const std::size_t start = at_;
  if (take_differential_operator()) return derivative_of_term(start);
  const std::size_t uses_before = axes_.count();
  const auto read = differentials([&](const std::string& name) { return symbol(name); });
  if (read) return read->derivative();
  axes_.forget_after(uses_before);
  return {};
}

// softmax_k(…) keeps its letter.
std::optional<Expr> Parser::softmax_by_name() {
  if (!rest_starts_with("softmax") || declared_name().size() >= 7) return {};
  const std::size_t start = at_;
  at_ += 7;
  if (here() != '_') fail_at(start, "a softmax along which letter?", "softmax_k(z_nk)");
  const Indices along = subscript();
  if (along.size() != 1) fail_at(start, "a softmax is along one letter", "softmax_k(z_nk)");
  expect('(', "behind softmax");
  const Expr body = sum_of_terms();
  expect(')', "to close softmax");
  return softmax(body, along[0]);
}

// sum_n, mean_n, max_k, logsumexp_k bind their letters to the end of the term.
std::optional<Expr> Parser::reduction_by_name() {
  static constexpr std::pair<std::string_view, Over> reductions[] = {
      {"sum", Over::sum}, {"mean", Over::mean}, {"max", Over::max}, {"logsumexp", Over::logsumexp}};
  const std::string declared = declared_name();
  for (const auto& [name, kind] : reductions) {
    const std::size_t end = at_ + name.size();
    if (!rest_starts_with(name) || declared.size() >= name.size()) continue;
    if (!text_.substr(end).starts_with('_')) {
      const std::size_t next = text_.find_first_not_of(' ', end);
      const bool is_call = next != std::string_view::npos && text_[next] == '(';
      if (is_call && (kind == Over::sum || kind == Over::mean)) return of_whole(name, kind);
      if (kind == Over::max && is_call && has_two_arguments(next)) {  // max(0, z_n)
        const std::size_t start = std::exchange(at_, next);
        const std::vector<Expr> both = arguments(
            start, [&] { return sum_of_terms(); }, [&] { return primary(); });
        check_arity(*find_function("maximum"), both.size(), false, start);
        return larger_of_two(both);
      }
      if (!is_call && (name == "max" || name == "mean")) continue;
      fail(fmt::format("{} of which letters?", name),
           kind == Over::sum ? "sum_n, or no sign: a letter that stands twice, and not on the left, is summed"
           : kind == Over::max ? "max_n, or max(a, b) of two"
                               : fmt::format("{}_n", name));
    }
    const std::size_t start = at_;
    at_ = end;
    const Range read = range();
    Indices over = read.letters;
    refuse_free_letters(over, start);
    meant_.insert(meant_.end(), over.begin(), over.end());
    const std::size_t sizes_before = sizes_.size();
    const Expr body = term();
    refuse_sizes_over(over, sizes_before, Sizes::all);
    meant_.resize(meant_.size() - over.size(), Index{});
    for (Index& index : over) index.axis = axes_.axis_of(index.letter);
    check_range(read, over[0].axis);
    return reduction(kind, over, body);
  }
  return {};
}

// mean(…) of what has letters, of all that do not stand on the left.
Expr Parser::of_whole(std::string_view name, Over kind) {
  const std::size_t start = at_;
  at_ += name.size();
  expect('(', "behind it");
  const Expr body = sum_of_terms();
  close_bracket();
  refuse_ambiguous_power(name, start);
  const Indices over = letters_of_whole(body, free_);
  if (over.empty())
    fail_at(start, fmt::format("{} of what, if all letters stand on the left?", name),
            fmt::format("{0}_n over one letter, or no {0}", name));
  return reduction(kind, over, body);
}

void Parser::refuse_free_letters(const Indices& over, std::size_t at) const {
  for (const Index& index : over) {
    if (!contains_letter(free_, index)) continue;
    if (over.size() == 1 && tried(at, at_, "").is_right)
      fail_at(at, fmt::format("{} stands on the left, so it cannot be summed", index.letter),
              fmt::format("no sum over {}", index.letter));
    const std::string axis = axes_.axis_of(index.letter);
    const std::string other = fresh_index(axis, declarations_.with_names(free_)).letter;
    fail_at(at, fmt::format("{} stands on the left, so it cannot be summed", index.letter),
            fmt::format("no sum over {1}, or {0} for {1} in the sum, sum_{0} …", other, index.letter));
  }
}

Expr Parser::call(const std::string& name) {
  const std::size_t start = at_;
  at_ += name.size();
  const bool prime = take('\'');
  const Number power = power_of_function();
  const auto argument = [&] {  // where(z > 0, a, b)
    const Expr left = sum_of_terms();
    const std::optional<std::string> sign = relation();
    return sign ? function(*sign, {left, sum_of_terms()}) : left;
  };
  if (name == "norm" && prime) fail_at(start, "a norm has no prime");
  const std::optional<Open> outer = open_;
  if (name == "norm") open_ = Open();  // norm(x_n - u)
  const std::vector<Expr> arguments = this->arguments(start, argument, [&] { return primary(); });
  if (name == "norm") {
    refuse_number_beside_vector(arguments[0], start);
    const std::optional<Open> open = std::exchange(open_, outer);
    return raised(open->is_used ? norm_of(arguments[0], {open->letter}) : norm(arguments, start), power);
  }
  const KnownFunction& known = *known_function(name);
  check_arity(known, arguments.size(), prime, start);
  const Expr value = prime ? function(std::string(known.name), arguments, true) : known.of(arguments);
  return raised(value, power);
}

// norm(x) is over all letters of x that do not stand on the left; of none, it would not say what it
// means.
Expr Parser::norm(const std::vector<Expr>& arguments, std::size_t start) {
  if (arguments.size() != 1) fail_at(start, "a norm is of one tensor");
  const Indices over = letters_of_whole(arguments[0], free_);
  if (over.empty() && !free_indices(arguments[0]).empty())
    fail_at(start, "all letters stand on the left, so that this norm is an absolute value",
            "another letter for the sum, or |…|");
  return norm_of(arguments[0], over);
}

// norm(W) or ||W||, which mean the same with letters or without.
std::optional<Expr> Parser::norm_of_bare_tensor() {
  const bool in_bars = rest_starts_with("||");
  if (!in_bars && !(rest_starts_with("norm(") && declared_name().empty())) return {};
  const std::string_view open = in_bars ? "||" : "norm(", close = in_bars ? "||" : ")";
  const std::size_t begin = std::min(text_.find_first_not_of(' ', at_ + open.size()), text_.size());
  const std::string name = declarations_.longest_name(text_.substr(begin));
  const auto* axes = name.empty() ? nullptr : declarations_.axes_of(name);
  const std::size_t end = std::min(text_.find_first_not_of(' ', begin + name.size()), text_.size());
  if (axes == nullptr || axes->empty() || !text_.substr(end).starts_with(close)) return {};
  at_ = end + close.size();
  Indices over, in_use = free_;
  for (const std::string& axis : *axes) {
    over.push_back(fresh_index(axis, declarations_.with_names(in_use)));
    in_use.push_back(over.back());
  }
  return norm_of(Symbol{name, over}, over);
}

Expr Parser::delta() {
  const std::size_t start = at_;
  at_ = text_.find('_', at_);
  const Indices letters = subscript();
  if (letters.size() != 2) fail_at(start, "δ has two letters", "delta_ij");
  return Delta{letters[0], letters[1]};
}

}  // namespace eingrad::einstein
