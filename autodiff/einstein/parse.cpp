#include <algorithm>
#include <cctype>
#include <optional>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/letter_axes.hpp>
#include <autodiff/einstein/letters.hpp>
#include <autodiff/einstein/mistake.hpp>
#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/place_sums.hpp>
#include <autodiff/einstein/reader.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// Functions under other names than the operations'.
constexpr std::pair<std::string_view, std::string_view> aliases[] = {
    {"sigma", "sigmoid"}, {"ln", "log"}, {"ReLU", "relu"}, {"arctan", "atan"}, {"sgn", "sign"},
};

class Parser final : Reader {
 public:
  Parser(std::string_view line, const Declarations& declarations)
      : Reader("einstein", line), declarations_(declarations), axes_(declarations) {}

  Statement statement() {
    Statement read;
    read.target = target();
    free_ = free_indices(read.target);
    expect('=', "between the left side and the right");
    read.value = whole();
    read.target = with_axes(read.target);
    read.value = with_axes(read.value);
    read.free = free_indices(read.target);
    return read;
  }

  Expr expression(const Indices& free) {
    for (const Index& index : free) axes_.note({index, 0, "the left side"});
    return with_axes(whole());
  }

 private:
  // ---- Grammar ----

  Expr target() {
    skip_spaces();
    const std::size_t start = at_;
    Expr left = primary();
    const auto* d = left.as<Derivative>();
    if (left.as<Symbol>() == nullptr && (d == nullptr || d->of.as<Symbol>() == nullptr))
      fail_at(start, "expected a name or a derivative in front of '='", "yhat_n = … or dL/dw = …");
    return left;
  }

  Expr whole() {
    Expr e = sum_of_terms();
    skip_spaces();
    if (at_ < text_.size()) {
      fail(fmt::format("expected an operator or the end, not '{}'", text_[at_]),
           text_[at_] == '=' ? "a line for each step: dL/dw = A, then dL/dw = B" : "");
    }
    return e;
  }

  Expr sum_of_terms() {
    const Depth guard(*this);
    std::vector<Expr> terms;
    bool negative = take('-');
    if (!negative) take('+');
    while (true) {
      const Expr read = term();
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

  /// Whether what follows can begin a factor.
  bool starts_factor() {
    const char c = peek();
    return is_letter(c) || is_digit(c) || c == '(' || c == '[' || (c == '|' && !in_bars_);
  }

  Expr term() {
    std::vector<Expr> factors{factor()};
    while (true) {
      if (take('*')) {
        factors.push_back(factor());
      } else if (take('/')) {
        skip_spaces();
        const std::size_t start = at_;
        const Expr below = factor();
        const std::vector<Expr> each = below.as<Product>() != nullptr ? parts(below) : std::vector{below};
        for (const Expr& one : each) factors.push_back(raised(one, -1));
        const bool is_size = std::ranges::all_of(
            each, [](const Expr& one) { return one.as<Size>() != nullptr || one.as<Number>() != nullptr; });
        refuse_ambiguous_denominator(start, is_size);
      } else if (is_digit(here()) && at_ > 0 &&
                 (is_letter(text_[at_ - 1]) || text_[at_ - 1] == '}' || text_[at_ - 1] == ']')) {
        fail("a number touches the name in front of it",
             "a space or '*' between factors; a name with a digit has to be declared", Mistake::name);
      } else if (starts_factor()) {
        factors.push_back(factor());
      } else {
        return product(factors);
      }
    }
  }

  // 2/mc is 2/(m c) to one and (2/m) c to another; 1/p(1 - p), too, but not 2/m(y - t), for m is a number.
  void refuse_ambiguous_denominator(std::size_t start, bool is_number) const {
    const std::string_view first = text_.substr(start, at_ - start);
    const bool name_follows =
        (is_letter(here()) || is_digit(here())) && std::isalnum(static_cast<unsigned char>(text_[at_ - 1]));
    const bool bracket_follows = here() == '(' && !is_number && text_[at_ - 1] != ')';
    const bool touches = is_letter(here()) && text_[at_ - 1] == '}';
    if (!name_follows && !bracket_follows && !touches) return;
    fail_at(at_, "what belongs to the denominator?",
            fmt::format("/({} {}…) or /{} * {}…", first, here(), first, here()));
  }

  Expr factor() {
    Expr base = primary();
    while (peek() == '^') {
      ++at_;
      base = raised(base, exponent());
    }
    return base;
  }

  Number exponent() {
    const bool in_brackets = take('(');
    const bool negative = take('-');
    if (!in_brackets) take('+');
    if (!is_digit(peek())) {
      const bool is_transpose = peek() == 'T';
      fail(is_transpose ? "a transpose has no place among indices" : "expected a number as the exponent",
           is_transpose ? "the letters in the other order, W_ji for W_ij" : "x^2, x^(-1) or x^(1/2)");
    }
    Number value = number();
    if (in_brackets && take('/')) {
      if (!is_digit(peek())) fail("expected a number below the line");
      const Number under = number();
      if (under == Number(0)) fail("the exponent divides by 0");
      value = value * Number(under.denominator(), under.numerator());
    }
    if (in_brackets) expect(')', "behind the exponent");
    return negative ? -value : value;
  }

  Expr primary() {
    const Depth guard(*this);
    const char c = peek();
    if (is_digit(c)) return ones_or_number();
    if (c == '(') {
      ++at_;
      const bool outer_bars = std::exchange(in_bars_, false);
      Expr inside = sum_of_terms();
      in_bars_ = outer_bars;
      expect(')', "to close the bracket");
      return inside;
    }
    if (c == '[') return condition();
    if (c == '|') return size_or_absolute();
    if (is_letter(c)) return named();
    if (c == '\0') fail("expected a factor, not the end");
    fail(fmt::format("expected a factor, not '{}'", c));
  }

  /// 1_n is a vector of ones: it changes nothing but the axes.
  Expr ones_or_number() {
    const Number value = number();
    if (peek() != '_') return value;
    const Indices letters = subscript();
    std::vector<Expr> factors{Expr(value)};
    for (const Index& index : letters) factors.push_back(Delta{index, index});
    return product(factors);
  }

  Expr condition() {
    expect('[', "");
    const Expr left = sum_of_terms();
    static constexpr std::pair<std::string_view, const char*> relations[] = {
        {">=", "ge"}, {"<=", "le"}, {"!=", "ne"}, {"==", "eq"}, {">", "gt"}, {"<", "lt"}, {"=", "eq"}};
    for (const auto& [sign, name] : relations) {
      if (!rest_starts_with(sign)) continue;
      at_ += sign.size();
      const Expr right = sum_of_terms();
      expect(']', "behind the condition");
      return function(name, {left, right});
    }
    fail("expected '>', '<', '>=', '<=', '=' or '!=' in a condition",
         "[a > b], which is 1 where it holds, else 0");
  }

  Expr size_or_absolute() {
    expect('|', "");
    skip_spaces();
    const std::size_t start = at_;
    std::string letter;
    while (at_ < text_.size() && is_letter(text_[at_])) letter += text_[at_++];
    const std::string* axis = declarations_.axis_of(letter);
    if (axis != nullptr && take('|')) return Size{*axis};
    at_ = start;
    const bool outer_bars = std::exchange(in_bars_, true);
    const Expr inside = sum_of_terms();
    in_bars_ = outer_bars;
    expect('|', "to close the absolute value");
    return function("abs", {inside});
  }

  // ---- Names ----

  Expr named() {
    skip_spaces();
    if (auto reduced = reduction_by_name()) return *reduced;
    if (rest_starts_with("delta_") && declarations_.longest_name(text_.substr(at_)).size() < 5)
      return delta();
    if (auto d = derivative_by_name()) return *d;
    const std::string declared = declarations_.longest_name(text_.substr(at_));
    const std::string called = function_name();
    if (called.size() > declared.size()) return call(called);
    if (!declared.empty() && !is_inside_a_greek_name(declared)) return symbol_or_size(declared);
    unknown_name();
  }

  /// Whether a declared name is only the beginning of one like sigma, which is not declared.
  bool is_inside_a_greek_name(const std::string& declared) const {
    const auto begins = [&](const Spelled& letter) {
      return letter.second.size() > declared.size() && text_.substr(at_).starts_with(letter.second);
    };
    return std::ranges::any_of(greek, begins);
  }

  Expr symbol_or_size(const std::string& name) {
    if (const std::string* axis = declarations_.sized_axis(name)) {
      at_ += name.size();
      return Size{*axis};
    }
    return symbol(name);
  }

  Symbol symbol(const std::string& name) {
    const std::size_t start = at_;
    at_ += name.size();
    const std::vector<std::string>& axes = *declarations_.axes_of(name);
    Indices letters;
    if (at_ < text_.size() && (text_[at_] == '_' || (text_[at_] == '[' && !axes.empty())))
      letters = subscript();
    if (letters.size() != axes.size()) {
      fail_at(start,
              fmt::format("{} has {} ax{}, not {}", name, axes.size(), axes.size() == 1 ? "is" : "es",
                          letters.size()),
              axes.empty() ? name : fmt::format("{}_{}", name, fmt::join(axes, "")), Mistake::count);
    }
    for (std::size_t i = 0; i < letters.size(); ++i) {
      letters[i].axis = axes[i];
      axes_.note({letters[i], start, name});
    }
    return {name, letters};
  }

  /// d a_n / d b_m, of declared names.
  std::optional<Expr> derivative_by_name() {
    const std::size_t start = at_;
    const auto differential = [&]() -> std::optional<Symbol> {
      skip_spaces();
      if (at_ >= text_.size() || text_[at_] != 'd') return {};
      ++at_;
      while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      const std::string name = declarations_.longest_name(text_.substr(at_));
      if (name.empty() || declarations_.axes_of(name) == nullptr) return {};
      return symbol(name);
    };
    if (text_[at_] != 'd') return {};
    const std::string declared = declarations_.longest_name(text_.substr(at_));
    const std::size_t uses_before = axes_.count();
    std::optional<Symbol> of;
    try {
      of = differential();
    } catch (const value_error&) {
      if (declared.empty()) throw;
    }
    if (of && peek() == '/') {
      ++at_;
      const std::size_t below = at_;
      if (const std::optional<Symbol> by = differential()) return derivative(*of, *by);
      if (declared.empty()) fail_at(below, "expected d and a declared name below the line", "dL/dw");
    }
    at_ = start;
    axes_.forget_after(uses_before);
    return {};
  }

  /// sum_n, mean_n, max_k, logsumexp_k bind their letters to the end of the term; softmax_k(…) keeps its own.
  std::optional<Expr> reduction_by_name() {
    static constexpr std::pair<std::string_view, Over> reductions[] = {
        {"sum", Over::sum}, {"mean", Over::mean}, {"max", Over::max}, {"logsumexp", Over::logsumexp}};
    const std::string declared = declarations_.longest_name(text_.substr(at_));
    if (rest_starts_with("softmax_") && declared.size() < 7) {
      const std::size_t start = at_;
      at_ += 7;
      const Indices along = subscript();
      if (along.size() != 1) fail_at(start, "a softmax is along one letter", "softmax_k(z_nk)");
      expect('(', "behind softmax");
      const Expr body = sum_of_terms();
      expect(')', "to close softmax");
      return softmax(body, along[0]);
    }
    for (const auto& [name, kind] : reductions) {
      const std::size_t end = at_ + name.size();
      if (!rest_starts_with(name) || declared.size() >= name.size()) continue;
      if (end >= text_.size() || text_[end] != '_') {
        if (name == "max" || name == "mean") continue;
        fail(fmt::format("{} of which letters?", name), fmt::format("{}_n", name));
      }
      const std::size_t start = at_;
      at_ = end;
      const Indices over = subscript();
      for (const Index& index : over) {
        const auto is_same = [&](const Index& other) { return other.letter == index.letter; };
        if (std::ranges::any_of(free_, is_same))
          fail_at(start, fmt::format("{} stands on the left, so it cannot be summed", index.letter),
                  "another letter for the sum");
      }
      const Expr body = term();
      Indices letters = over;
      for (Index& index : letters) index.axis = axes_.axis_of(index.letter);
      return reduction(kind, letters, body);
    }
    return {};
  }

  std::string function_name() {
    std::size_t end = at_;
    while (end < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_'))
      ++end;
    const std::string name(text_.substr(at_, end - at_));
    std::size_t next = end;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\'')) ++next;
    const bool is_call = next < text_.size() && text_[next] == '(';
    const bool is_known = find_function(known_as(name)) != nullptr || name == "sqrt" || name == "norm";
    return is_call && is_known ? name : "";
  }

  static std::string known_as(const std::string& name) {
    const auto* alias = std::ranges::find(aliases, name, [](const auto& entry) { return entry.first; });
    return std::string(alias == std::end(aliases) ? std::string_view(name) : alias->second);
  }

  Expr call(const std::string& name) {
    const std::size_t start = at_;
    at_ += name.size();
    const bool prime = take('\'');
    expect('(', "behind a function");
    std::vector<Expr> arguments;
    const bool outer_bars = std::exchange(in_bars_, false);
    do arguments.push_back(sum_of_terms());
    while (take(','));
    in_bars_ = outer_bars;
    expect(')', "to close the arguments");
    if (name == "norm" && prime) fail_at(start, "a norm has no prime");
    if (name == "norm") return norm(arguments, start);
    const KnownFunction& known = *find_function(known_as(name));
    if (arguments.size() != known.arity)
      fail_at(start, fmt::format("{} takes {} argument{}, not {}", name, known.arity,
                                 known.arity == 1 ? "" : "s", arguments.size()));
    if (prime && known.arity != 1)
      fail_at(start, fmt::format("{} has several arguments: which derivative?", name));
    return prime ? function(std::string(known.name), arguments, true) : known.of(arguments);
  }

  // norm(x) is √(Σ x²) over all letters of x that do not stand on the left.
  Expr norm(const std::vector<Expr>& arguments, std::size_t start) const {
    if (arguments.size() != 1) fail_at(start, "a norm is of one tensor");
    Indices over = free_indices(arguments[0]);
    std::erase_if(over, [&](const Index& index) {
      return std::ranges::find(free_, index.letter, &Index::letter) != free_.end();
    });
    return raised(reduction(Over::sum, over, raised(arguments[0], 2)), {1, 2});
  }

  Expr delta() {
    const std::size_t start = at_;
    at_ += 5;
    if (at_ >= text_.size() || text_[at_] != '_') fail_at(start, "δ needs two letters", "delta_ij");
    const Indices letters = subscript();
    if (letters.size() != 2) fail_at(start, "δ has two letters", "delta_ij");
    return Delta{letters[0], letters[1]};
  }

  [[noreturn]] void unknown_name() {
    std::size_t end = at_;
    while (end < text_.size() && std::isalnum(static_cast<unsigned char>(text_[end])) != 0) ++end;
    fail(fmt::format("{} is not declared", text_.substr(at_, end - at_)),
         fmt::format("one of {}", fmt::join(declarations_.names(), ", ")), Mistake::name);
  }

  Expr with_axes(const Expr& e) const {
    if (const LetterAxes::Use* use = axes_.contradiction()) {
      fail_at(use->at,
              fmt::format("the letter {} runs over {}, but this axis of {} is {}", use->index.letter,
                          axes_.axis_of(use->index.letter), use->name, use->index.axis),
              fmt::format("another letter there, or the letters of {} in another order", use->name),
              Mistake::axis);
    }
    if (const std::string letter = axes_.unknown_letter(e); !letter.empty())
      fail_at(0, fmt::format("nothing says which axis the letter {} runs over", letter),
              "a tensor with this letter");
    Expr given = axes_.given_to(e);
    check_deltas(given);
    return given;
  }

  void check_deltas(const Expr& e) const {
    const auto* d = e.as<Delta>();
    if (d != nullptr && d->a.axis != d->b.axis) {
      fail_at(0,
              fmt::format("δ of {} over {} and {} over {}: they run over different axes", d->a.letter,
                          d->a.axis, d->b.letter, d->b.axis),
              "two letters of one axis", Mistake::axis);
    }
    for (const Expr& part : parts(e)) check_deltas(part);
  }

  /// Formulas nest as deep as people write, not as deep as the stack is.
  struct Depth {
    explicit Depth(Parser& parser) : depth(parser.depth_) {
      if (++depth > 200) parser.fail("the formula is nested too deep");
    }
    ~Depth() { --depth; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    int& depth;
  };

  const Declarations& declarations_;
  LetterAxes axes_;
  Indices free_;  // the letters of the left side
  int depth_ = 0;
  bool in_bars_ = false;
};

}  // namespace

Statement parse_statement(std::string_view line, const Declarations& declarations, Broadcast broadcast) {
  Statement read = Parser(line, declarations).statement();
  for (const Index& index : read.free) {
    if (contains(free_indices(read.value), index) || read.value.is_number(0) ||
        broadcast == Broadcast::anywhere)
      continue;
    Report report("einstein",
                  fmt::format("{} stands on the left, but no term on the right has it", index.letter));
    report.line("text", std::string(line));
    report.hint(fmt::format("{} for one of the other letters, or a factor 1_{} if all elements are alike",
                            index.letter, index.letter));
    refuse(report, Mistake::free_letter);
  }
  read.value = place_sums(read.value, read.free);
  return read;
}

Expr parse(std::string_view text, const Declarations& declarations, const Indices& free) {
  return place_sums(Parser(text, declarations).expression(free), free);
}

}  // namespace eingrad::einstein
