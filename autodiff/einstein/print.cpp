#include <algorithm>
#include <iterator>
#include <span>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/joined_terms.hpp>
#include <autodiff/einstein/letters.hpp>
#include <autodiff/einstein/place_sums.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/squares.hpp>
#include <autodiff/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// The same expression without the sums that the notation leaves out.
Expr without_sums(const Expr& e) {
  const auto* r = e.as<Reduction>();
  if (r != nullptr && r->kind == Over::sum) return without_sums(r->body);
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = without_sums(part);
  return inside.empty() ? e : with_parts(e, inside);
}

bool sums_are_implied(const Expr& e) {
  try {
    return same(place_sums(without_sums(e), free_indices(e)), e);
  } catch (const value_error&) {
    return false;
  }
}

class Printer {
 public:
  Printer(const Declarations& declarations, Spelling spelling, bool shows_sums, bool small_letters,
          int digits)
      : declarations_(declarations),
        spelling_(spelling),
        shows_sums_(shows_sums),
        small_letters_(small_letters),
        digits_(digits) {}

  // How tightly what is printed holds together.
  enum Binding { loose, terms, factors, powers, atoms };

  std::string at_least(Binding wanted, const Expr& e) const {
    const std::string text = of(e);
    return binding(e) >= wanted ? text : bracketed(text);
  }

  std::string of(const Expr& e) const {
    return std::visit([this](const auto& node) { return text(node); },
                      static_cast<const Expr::Node::variant&>(e.node()));
  }

 private:
  bool is(Spelling spelling) const { return spelling_ == spelling; }

  std::string bracketed(const std::string& text) const {
    return is(Spelling::latex) ? "\\left(" + text + "\\right)" : "(" + text + ")";
  }

  Binding binding(const Expr& e) const {
    if (const auto* number = e.as<Number>())
      return number->denominator() != 1 || number->numerator() < 0 ? factors : atoms;
    if (e.as<Sum>() != nullptr) return terms;
    if (e.as<Product>() != nullptr) return factors;
    if (const auto* p = e.as<Power>())
      return is_root(*p) ? atoms : p->exponent.value() < 0 ? factors : powers;
    if (const auto* r = e.as<Reduction>()) return is_hidden(*r) ? binding(r->body) : factors;
    const auto* s = e.as<Symbol>();
    return s != nullptr && is_square_name(s->name) ? powers : atoms;
  }

  bool is_hidden(const Reduction& r) const { return r.kind == Over::sum && !shows_sums_; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_root(const Power& p) { return p.exponent == Number(1, 2); }

  std::string name(const std::string& name) const {
    if (is(Spelling::ascii)) return name;
    if (is_square_name(name)) return this->name(without_square(name)) + (is(Spelling::latex) ? "^{2}" : "²");
    const Spelled* whole = spelled_as(accented, name);
    if (whole != nullptr && is(Spelling::unicode)) return std::string(whole->first);
    for (const auto& [accent, ascii] : accents) {
      if (!name.ends_with(ascii) || name.size() == ascii.size()) continue;
      const std::string base = this->name(name.substr(0, name.size() - ascii.size()));
      return is(Spelling::latex) ? fmt::format("\\{}{{{}}}", ascii, base) : base + std::string(accent);
    }
    if (const Spelled* letter = spelled_as(greek, name))
      return is(Spelling::latex) ? "\\" + name : std::string(letter->first);
    const std::size_t number = name.find_last_not_of("0123456789") + 1;
    const bool has_number = number > 0 && number < name.size() && name[number - 1] != '_';
    if (has_number) {
      const std::string base = this->name(name.substr(0, number));
      return is(Spelling::latex) ? fmt::format("{}^{{({})}}", base, name.substr(number))
                                 : base + name.substr(number);
    }
    const bool is_long = name.size() > 1 && is(Spelling::latex);
    return is_long ? fmt::format("\\mathit{{{}}}", escaped(name)) : name;
  }

  std::string letters(const Indices& indices) const {
    std::string all, small;
    for (const Index& index : indices) {
      all += index.letter;
      const Spelled* letter = spelled_as(subscripts, index.letter);
      small += letter != nullptr ? letter->first : "";
    }
    if (all.empty()) return "";
    if (is(Spelling::unicode) && small_letters_) return small;
    return is(Spelling::ascii) ? "_" + all : fmt::format("_{{{}}}", all);
  }

  /// Without an exponent, which would be read as a name.
  std::string decimal(double value) const {
    const std::string text = digits_ < 17 ? fmt::format("{:.{}g}", value, digits_) : fmt::format("{}", value);
    const std::size_t e = text.find('e');
    if (e == std::string::npos) return text;
    if (text[e + 1] != '-') return fmt::format("{:.0f}", value);
    std::string digits = text.substr(0, e);
    std::erase_if(digits, [](char c) { return !is_digit(c); });
    const std::string zeros(static_cast<std::size_t>(std::stoi(text.substr(e + 2))) - 1, '0');
    return fmt::format("{}0.{}{}", value < 0 ? "-" : "", zeros, digits);
  }

  std::string text(const Number& number) const {
    if (number.denominator() == 1) return decimal(number.numerator());
    return is(Spelling::latex) ? fmt::format("{}\\frac{{{}}}{{{}}}", number.numerator() < 0 ? "-" : "",
                                             std::abs(number.numerator()), number.denominator())
                               : fmt::format("{}/{}", number.numerator(), number.denominator());
  }
  std::string text(const Size& size) const {
    const std::string* known = declarations_.size_name(size.axis);
    return known != nullptr      ? name(*known)
           : is(Spelling::latex) ? fmt::format("\\lvert {} \\rvert", size.axis)
                                 : fmt::format("|{}|", size.axis);
  }
  std::string text(const Symbol& symbol) const { return name(symbol.name) + letters(symbol.indices); }
  std::string text(const Delta& delta) const {
    if (delta.a == delta.b) return "1" + letters({delta.a});
    return (is(Spelling::ascii)   ? "delta"
            : is(Spelling::latex) ? "\\delta"
                                  : "δ") +
           letters({delta.a, delta.b});
  }
  std::string text(const Sum& s) const {
    std::vector<std::string> written;
    for (const Expr& term : s.terms) written.push_back(at_least(factors, term));
    return joined_terms(std::move(written));
  }

  /// A product as a fraction: numbers and sizes in front, then what stands above a line, then below it.
  std::string text(const Product& p) const {
    Number number = 1;
    std::vector<Expr> sizes_above, sizes_below, above, below, sums;
    for (const Expr& factor : p.factors) {
      const auto* power = factor.as<Power>();
      const bool is_below = power != nullptr && power->exponent.value() < 0;
      const Expr base = is_below ? raised(power->base, -power->exponent) : factor;
      const bool is_size = base.as<Size>() != nullptr;
      if (const auto* n = factor.as<Number>()) {
        number = *n;
      } else if (const auto* r = factor.as<Reduction>(); r != nullptr && !is_hidden(*r)) {
        sums.push_back(factor);
      } else {
        (is_below ? (is_size ? sizes_below : below) : (is_size ? sizes_above : above)).push_back(base);
      }
    }
    std::vector<Expr> over = sizes_above, under = sizes_below;
    const double numerator = std::abs(number.numerator());
    if (numerator != 1) over.insert(over.begin(), numerator);
    if (number.denominator() != 1) under.insert(under.begin(), number.denominator());
    std::vector<std::string> pieces;
    if (above.empty()) under.insert(under.end(), below.begin(), below.end());
    if (!over.empty() || !under.empty()) pieces.push_back(fraction(over, under));
    if (!below.empty() && !above.empty()) {
      pieces.push_back(fraction(above, below));
    } else {
      for (const Expr& factor : above) pieces.push_back(at_least(powers, factor));
    }
    for (std::size_t i = 0; i < sums.size(); ++i)
      pieces.push_back(i + 1 < sums.size() ? bracketed(of(sums[i])) : of(sums[i]));
    const std::string_view between = is(Spelling::ascii) ? " * " : is(Spelling::latex) ? " \\, " : " ";
    return (number.numerator() < 0 ? "-" : "") + fmt::format("{}", fmt::join(pieces, between));
  }

  std::string fraction(const std::vector<Expr>& over, const std::vector<Expr>& under) const {
    const std::string_view between = is(Spelling::ascii) ? " * " : is(Spelling::latex) ? " \\, " : " ";
    const auto joined = [&](const std::vector<Expr>& list) {
      std::vector<std::string> pieces;
      for (const Expr& each : list)
        pieces.push_back(list.size() == 1 && is(Spelling::latex) ? of(each) : at_least(powers, each));
      return pieces.empty() ? std::string("1") : fmt::format("{}", fmt::join(pieces, between));
    };
    if (under.empty()) return joined(over);
    if (is(Spelling::latex)) return fmt::format("\\frac{{{}}}{{{}}}", joined(over), joined(under));
    return fmt::format("{}/{}", joined(over), under.size() == 1 ? joined(under) : bracketed(joined(under)));
  }

  std::string text(const Power& p) const {
    if (is_root(p))
      return is(Spelling::latex) ? fmt::format("\\sqrt{{{}}}", of(p.base))
                                 : fmt::format("{}({})", is(Spelling::unicode) ? "√" : "sqrt", of(p.base));
    if (p.exponent.value() < 0) return fraction({}, {raised(p.base, -p.exponent)});
    const auto* symbol = p.base.as<Symbol>();  // z^{(1)}, which cannot have another exponent
    const bool has_number = is(Spelling::latex) && symbol != nullptr && is_digit(symbol->name.back());
    const std::string base = has_number ? bracketed(of(p.base)) : at_least(atoms, p.base);
    if (is(Spelling::unicode) && p.exponent == Number(2)) return base + "²";
    if (is(Spelling::latex)) return fmt::format("{}^{{{}}}", base, text(p.exponent));
    return p.exponent.is_whole() ? fmt::format("{}^{}", base, text(p.exponent))
                                 : fmt::format("{}^({})", base, text(p.exponent));
  }

  std::string text(const Function& f) const {
    static constexpr Spelled relations[] = {{">", "gt"},  {"<", "lt"}, {">=", "ge"},
                                            {"<=", "le"}, {"=", "eq"}, {"!=", "ne"}};
    std::vector<std::string> arguments;
    for (const Expr& argument : f.arguments) arguments.push_back(of(argument));
    if (const Spelled* relation = spelled_as(relations, f.name))
      return fmt::format("[{} {} {}]", arguments[0], relation->first, arguments[1]);
    std::string called = f.name;
    if (f.name == "sigmoid" && !is(Spelling::ascii))
      called = is(Spelling::latex) ? "\\sigma" : "σ";
    else if (is(Spelling::latex))
      called = fmt::format("\\operatorname{{{}}}", escaped(f.name));
    return fmt::format("{}{}{}", called, f.prime ? "'" : "",
                       bracketed(fmt::format("{}", fmt::join(arguments, ", "))));
  }

  static std::string escaped(std::string name) {
    for (std::size_t i = name.find('_'); i != std::string::npos; i = name.find('_', i + 2))
      name.insert(i, "\\");
    return name;
  }

  std::string text(const Reduction& r) const {
    if (is_hidden(r)) return of(r.body);
    static constexpr std::string_view names[] = {"sum", "mean", "max", "logsumexp"};
    const std::string called(names[static_cast<std::size_t>(r.kind)]);
    const bool is_sum = r.kind == Over::sum;
    const std::string sign = is(Spelling::ascii) ? called
                             : is(Spelling::latex)
                                 ? (is_sum ? "\\sum" : fmt::format("\\operatorname{{{}}}", called))
                             : is_sum ? "Σ"
                                      : called;
    const std::string body = at_least(factors, r.body);
    return fmt::format("{}{} {}", sign, letters(r.over), body.starts_with('-') ? bracketed(body) : body);
  }
  std::string text(const Softmax& s) const {
    const std::string called = is(Spelling::latex) ? "\\operatorname{softmax}" : "softmax";
    return called + letters({s.along}) + bracketed(of(s.body));
  }
  std::string text(const Derivative& d) const {
    const std::string_view ascii = d.through == Through::definitions ? "d" : "partial ";
    const std::string_view sign = is(Spelling::ascii) ? ascii : is(Spelling::latex) ? "\\partial " : "∂";
    const std::string of_what = d.of.as<Symbol>() != nullptr ? of(d.of) : bracketed(of(d.of));
    const std::string over = std::string(sign) + of_what, under = std::string(sign) + text(d.by);
    return is(Spelling::latex) ? fmt::format("\\frac{{{}}}{{{}}}", over, under) : over + "/" + under;
  }

  const Declarations& declarations_;
  Spelling spelling_;
  bool shows_sums_, small_letters_;
  int digits_;
};

}  // namespace

bool has_small_letters(const Expr& e) {
  return std::ranges::all_of(
      all_indices(e), [](const Index& index) { return spelled_as(subscripts, index.letter) != nullptr; });
}

std::string print(const Expr& e, const Declarations& declarations, PrintOptions options) {
  const bool shows_sums = options.sums == Sums::shown || !sums_are_implied(e);
  // One letter without a small form, and all are written _{…}.
  const bool small_letters = !options.braces && has_small_letters(e);
  return Printer(declarations, options.spelling, shows_sums, small_letters, options.digits).of(e);
}

}  // namespace eingrad::einstein
