#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/reader.hpp>
#include <autodiff/einstein/squares.hpp>

namespace eingrad::einstein {

struct KnownFunction;

/// d²of / (dby dby), of declared tensors; by one of them, mostly.
struct Differentials {
  Symbol of;
  std::vector<Symbol> by;
  Through through = Through::definitions;

  Expr derivative() const;
};

/// The tensor w of a left side dw_i or wbar_i, which is the derivative of the loss by it; empty if it is
/// none.
std::string gradient_name(std::string_view left, const Declarations& declarations);

/// Each factor below a line: 1/(a b) is a^-1 b^-1.
Expr inverse(const Expr& below);

/// What a formula has whether its tensors carry letters or not: exponents, names of functions, denominators
/// that cannot be misread.
class FormulaReader : protected Reader {
 protected:
  FormulaReader(std::string_view line, const Declarations& declarations)
      : Reader("einstein", line), declarations_(declarations) {
    formula_ = with_named_squares(std::move(formula_), declarations);
    text_ = formula_.text;
  }
  ~FormulaReader() = default;

  /// A number without a sign, 2 or 0.5; 1e-5 or 1e+5, unless e is a name.
  Number number();
  /// 2, -1, (1/2), (-1/2)
  Number exponent();
  /// Refuses 1/2 or -3/2 as an exponent without brackets.
  void refuse_ambiguous_exponent(const Number& value, bool negative);
  /// Refuses 2/mc, which is 2/(m c) to one and (2/m) c to another, and 1/p(1 - p); but not 2/m(y - t), for m
  /// is a number. The denominator began at `start`.
  void refuse_ambiguous_denominator(std::size_t start, bool is_number) const;
  /// A digit right behind a name, W1 where only W is declared.
  void refuse_touching_number();

  /// The letters and digits that begin at a place.
  std::string_view word_at(std::size_t begin) const;
  /// The longest declared name that stands here; empty if there is none.
  /// The name that is declared and stands here; of x_nd or of a row x_n, where only X[n,d] is,
  /// X, and of Y alone, where only y[n,k] is, y.
  std::string declared_name() const;
  bool mentions_tensor(const std::string& name, bool with_letters) const;
  bool is_matrix_here() const;
  /// How many letters stand behind the letter that stands here, x_nd or x[n,d].
  std::size_t letters_behind_here() const;
  /// The name of a function that is called here, f(x), or that stands in front of its argument, log p; empty
  /// if there is none.
  std::string function_name() const;
  /// What a function is of, whose name began at `start`: in brackets, each read by `sum_of_terms()`; or,
  /// behind log and its like, what stands next, read by `primary()`.
  template <class SumOfTerms, class Primary>
  auto arguments(std::size_t start, SumOfTerms sum_of_terms, Primary primary) {
    skip_spaces();
    const std::size_t begin = at_;
    std::vector<decltype(primary())> all;
    if (!take('(')) {
      all.push_back(primary());
      refuse_ambiguous_argument(start, begin);
      return all;
    }
    const bool outer_bars = std::exchange(in_bars_, false);
    do all.push_back(sum_of_terms());
    while (take(','));
    in_bars_ = outer_bars;
    expect(')', "to close the arguments");
    return all;
  }
  /// Whether there is a comma in the bracket that opens here.
  bool has_two_arguments(std::size_t bracket) const;
  /// The 2 of tanh^2(x), behind the name; 1 if there is none.
  Number power_of_function();
  /// Whether it is the root of what follows without a bracket, sqrt D; takes the sign.
  bool take_root();
  /// Whether it is e^ in front of what exp is of, where e is no name; takes the sign.
  bool take_power_of_e();
  /// Refuses sum(D)^2, behind the bracket of what began at `start`.
  void refuse_ambiguous_power(std::string_view name, std::size_t start);
  /// What was read since `start`.
  std::string written(std::size_t start) const;
  /// Refuses e^x^2, behind the x.
  void refuse_tower();
  /// Refuses a number of arguments that the function does not take.
  void check_arity(const KnownFunction& known, std::size_t count, bool prime, std::size_t start) const;
  /// Whether a declared name is only the beginning of one like sigma, which is not declared.
  bool is_inside_a_greek_name(const std::string& declared) const;
  /// Whether it is ∂ in front of a name that is not declared: a p that is begins the sign's spelling, too.
  bool is_undeclared_differential(const std::string& declared) {
    return rest_starts_with("partial") && declared.size() < std::string_view("partial").size();
  }
  /// Refuses the word here, which is declared nowhere, and says how it would be; of the letter of an axis,
  /// how its size is written. In unknown_name.cpp.
  [[noreturn]] void unknown_name();

  /// Takes the '=' between the sides.
  void take_equals();
  void close_bracket();
  /// Refuses what stands where a ']' or a relation has to.
  [[noreturn]] void refuse_open_bracket();
  /// Refuse what stands where a factor has to, and what is left behind a whole formula.
  [[noreturn]] void refuse_as_factor();
  [[noreturn]] void refuse_rest();

  /// dL/dw, ∂L/∂w, d^2L/dw^2, d^2L/(dv dw) or nabla_w L, if that stands here. `read_tensor` reads a tensor by
  /// its name, which stands next.
  using ReadTensor = std::function<Symbol(const std::string& name)>;
  std::optional<Differentials> differentials(const ReadTensor& read_tensor);
  /// d/dw or ∂/∂w in front of what is differentiated, if that stands here; takes all but the name w.
  bool take_differential_operator();
  /// f'(x), f''(x), or dw_i or Wbar_io, the derivative of the loss, if that stands here; as a left side only.
  std::optional<Differentials> gradient(const ReadTensor& read_tensor);

  /// The letters of a Σ: _n, _{no}, or _{n=1}^m, whose upper end must be the size of the axis.
  struct Range {
    Indices letters;
    std::optional<Size> end;
    std::size_t at;
  };
  Range range();
  /// Refuses a range that does not end where the axis does.
  void check_range(const Range& range, const std::string& axis) const;

  /// The axis whose size |n| is asked for here; nothing if it is none.
  std::optional<std::string> size_of_axis();
  /// The same of a letter alone, n for |n|, as in 1/n or sqrt(d).
  std::optional<std::string> letter_as_size();
  /// Whether a place is in a denominator: behind a slash, but for digits, or in a bracket that is.
  bool is_below_line(std::size_t at) const;
  /// Refuses bb, where b is a number.
  void refuse_doubled(const std::string& name, std::size_t start) const;
  /// What to declare if two axes that do not fit are one; empty if nothing says so.
  std::string advice_for_one_axis(const std::pair<std::string, std::string>& mismatched) const;
  /// Refuses sigma^2(…), which is the square of a function to one and a product to another.
  void refuse_called_square(const std::string& name);
  /// Whether letters behind a name are those of a Greek one, theta in h_\theta.
  static bool is_greek_word(std::string_view word);
  /// What to write for h_\theta(x^{(i)}).
  static std::string without_parameter(std::string_view name);
  /// Takes the bar that closes the one at `open`, and says whether they are the outer bars of a norm: in
  /// ||x|| two bars are closed by two, in ||x| - |y|| they are not.
  bool close_bars(std::size_t open);
  /// The norm of a tensor over these letters: the root of the sum of squares, or with ||x||_1, which it
  /// takes, the sum of absolute values.
  Expr norm_of(const Expr& e, const Indices& over);

  /// Whether what follows can begin a factor.
  bool starts_factor();
  /// > as gt, and so on, if one of them stands here.
  std::optional<std::string> relation();

  /// Formulas nest as deep as people write, not as deep as the stack is.
  struct Depth {
    explicit Depth(FormulaReader& reader) : depth(reader.depth_) {
      if (++depth > 200) reader.fail("the formula is nested too deep");
    }
    ~Depth() { --depth; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    int& depth;
  };

  const Declarations& declarations_;
  bool in_bars_ = false;  // within |…|, where another bar closes it

 private:
  /// Refuses more factors behind log p. The function's name began at `start`.
  void refuse_ambiguous_argument(std::size_t start, std::size_t argument);
  bool take_word(std::string_view word);
  bool take_differential_sign(bool& is_direct);
  std::optional<Symbol> differential(const ReadTensor& read_tensor, bool& is_direct);
  std::optional<Differentials> fraction_of_differentials(const ReadTensor& read_tensor);
  std::optional<Differentials> primed(const ReadTensor& read_tensor);
  std::optional<Differentials> gradient_of_loss(const ReadTensor& read_tensor);
  std::optional<Differentials> nabla(const ReadTensor& read_tensor);
  bool take_second_order();
  Differentials gradient_by_argument(const ReadTensor& read_tensor);
  /// What to try instead of the method that is called here, x.sum(); empty if none is.
  std::string advice_for_method();
  /// The whole name that the reader stands in, without the d of a differential.
  std::string_view word() const;
  /// The size of an axis that a capital letter below a line is mostly meant to be; empty if there is none.
  std::string size_meant_by(std::string_view name) const;
  void refuse_size_as_letter(const Range& range) const;
  std::string identities() const;
  /// Refuses what is behind the name of a definition f(x) = …, if it is not declared.
  void refuse_undeclared_argument(std::size_t at);
  /// The letters that follow a name; none if what follows are none.
  std::vector<std::string> letters_behind(std::string_view name);
  /// How a name would be declared, by the letters that follow it.
  std::string declaration_of(std::string_view name);

  int depth_ = 0;
  std::pair<std::size_t, std::size_t> last_bars_;  // where the absolute value stands that was closed last
};

}  // namespace eingrad::einstein
