#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/latex.hpp>
#include <autodiff/einstein/letters.hpp>
#include <autodiff/einstein/mistake.hpp>
#include <autodiff/einstein/small_characters.hpp>
#include <autodiff/einstein/spelling.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

class Speller {
 public:
  explicit Speller(std::string_view formula) : formula_(formula) {}

  Canonical spelled() {
    spell(0, formula_.size());
    if (norm_) fail(*norm_, "this norm is never closed");
    result_.columns.push_back(column(formula_.size()));
    return std::move(result_);
  }

 private:
  // The place in characters, not bytes.
  std::size_t column(std::size_t position) const {
    const auto is_first = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return static_cast<std::size_t>(std::count_if(
               formula_.begin(), formula_.begin() + static_cast<std::ptrdiff_t>(position), is_first)) +
           1;
  }

  void put(std::string_view text, std::size_t from) {
    result_.text += text;
    result_.columns.insert(result_.columns.end(), text.size(), column(from));
  }

  [[noreturn]] void fail(
      std::size_t at, const std::string& problem,
      const std::string& hint = "ASCII, such as dL/dw = 2/m * (yhat_n - y_n) * x_n") const {
    Report report("einstein", fmt::format("column {}: {}", column(at), problem));
    report.line("text", std::string(formula_)).line("", fmt::format("{:>{}}", "^", column(at)));
    report.hint(hint);
    refuse(report, Mistake::syntax);
  }

  void spell(std::size_t at, std::size_t end) {
    if (++depth_ > 50) fail(at, "the formula is nested too deep");
    while (at < end) at = spell_next(at, end);
    --depth_;
  }

  std::size_t spell_next(std::size_t at, std::size_t end) {
    const std::string_view rest = formula_.substr(at, end - at);
    if (const std::size_t length = sign_of_norm(rest)) {
      if (norm_ && is_incomplete()) fail(at, "‖ in ‖: write norm(…)", "norm(x - norm(y))");
      put(norm_ ? ")" : "norm(", at);
      norm_ = norm_ ? std::nullopt : std::optional(at);
      return at + length;
    }
    if (rest.starts_with("₂") && is_behind_norm(at)) {
      put("_2", at);
      return at + std::string_view("₂").size();
    }
    if (rest[0] == '\\') return command(at, end);
    if (rest[0] == '^') return is_behind_norm(at) ? power_of_norm(at, end) : superscript(at, end);
    if (static_cast<unsigned char>(rest[0]) < 0x80) {
      const bool is_tie = rest[0] == '~' || rest[0] == '\t' || rest[0] == '&' || rest[0] == '$';
      put(is_tie ? " " : rest.substr(0, 1), at);
      return at + 1;
    }
    if (const std::size_t length = put_small_characters(at, end)) return at + length;
    for (const std::span<const Spelled> letters :
         {std::span<const Spelled>(signs), std::span<const Spelled>(greek),
          std::span<const Spelled>(accented), std::span<const Spelled>(accents)}) {
      const Spelled* letter = first_of(letters, rest);
      if (letter == nullptr) continue;
      const std::size_t next = at + letter->first.size();
      if (letter->second == "partial") return put_partial(at, next, end);
      put(letter->second, at);
      return next;
    }
    std::size_t length = 1;
    while (at + length < end && (static_cast<unsigned char>(formula_[at + length]) & 0xC0) == 0x80) ++length;
    fail(at, fmt::format("'{}' has no meaning here", formula_.substr(at, length)));
  }

  /// How long the sign of a norm is that a text begins with, as in ‖x‖ and \|x\|; 0 if there is none. What
  /// || is, only the parser can say.
  static std::size_t sign_of_norm(std::string_view rest) {
    for (const std::string_view sign : {"‖", "∥", "\\|", "\\lVert", "\\rVert", "\\Vert"}) {
      if (rest.starts_with(sign)) return sign.size();
    }
    return 0;
  }

  /// Whether what is spelled so far asks for an operand, so that no norm can end here.
  bool is_incomplete() const {
    const std::size_t last = result_.text.find_last_not_of(' ');
    return last != std::string::npos &&
           std::string_view("+-*/(=,<>[").find(result_.text[last]) != std::string_view::npos;
  }

  /// Whether the sign that closes a norm stands right in front of a place.
  bool is_behind_norm(std::size_t at) const {
    const std::string_view before = formula_.substr(0, at);
    for (const std::string_view sign : {"‖", "∥", "\\|", "\\rVert", "\\Vert"}) {
      if (!norm_ && before.ends_with(sign)) return true;
    }
    return before.ends_with("||");
  }

  /// ‖x‖^2_2 is ‖x‖_2^2.
  std::size_t power_of_norm(std::size_t at, std::size_t end) {
    std::size_t next = at + 1;
    argument(next, end);
    if (next >= end || formula_[next] != '_') return superscript(at, end);
    const std::size_t kind = next++;
    const auto inside = argument(next, end);
    put("_", kind);
    spell(inside.first, inside.second);
    if (formula_[skip_spaces(at + 1, end)] == '{')
      superscript(at, end);
    else
      put(formula_.substr(at, kind - at), at);
    return next;
  }

  /// How many bytes of small characters stand here, which are put; 0 if there are none.
  std::size_t put_small_characters(std::size_t at, std::size_t end) {
    const std::string_view rest = formula_.substr(at, end - at);
    SmallCharacters small = fraction_of(rest, is_behind_operand());
    const bool is_fraction = small.length > 0;
    const char before = result_.text.empty() ? ' ' : result_.text.back();
    if (is_fraction && std::isdigit(static_cast<unsigned char>(before)) != 0)
      fail(at, "is the fraction added to the number or multiplied by it?", "2.5, or 2 * (1/2)");
    if (!is_fraction) small = subscript_of(rest);
    if (small.length == 0) small = superscript_of(rest);
    put(small.text, at);
    return small.length;
  }

  /// Whether what is spelled so far ends with what a power may be of.
  bool is_behind_operand() const {
    const std::size_t last = result_.text.find_last_not_of(' ');
    return last != std::string::npos &&
           (std::isalnum(static_cast<unsigned char>(result_.text[last])) != 0 ||
            std::string_view(")]}'|").find(result_.text[last]) != std::string::npos);
  }

  /// Puts a layer's number behind the name: in front of its letters, if these are there already.
  void put_layer(std::string_view number, std::size_t from) {
    std::size_t place = result_.text.size();
    const std::size_t letters = result_.text.rfind('_');
    const bool has_letters =
        letters != std::string::npos &&
        (result_.text.ends_with('}')
             ? result_.text.find_first_of("{}", letters + 2) == result_.text.size() - 1
             : std::ranges::all_of(result_.text.substr(letters + 1),
                                   [](unsigned char c) { return std::isalpha(c) != 0; }));
    if (has_letters) place = letters;
    result_.text.insert(place, number);
    result_.columns.insert(result_.columns.begin() + static_cast<std::ptrdiff_t>(place), number.size(),
                           column(from));
  }

  /// W^{(1)} is the name W1, x^{2} is x^2, x^{-1} is x^(-1), A^\top is A^T.
  std::size_t superscript(std::size_t at, std::size_t end) {
    const std::size_t next = skip_spaces(at + 1, end);
    if (next >= end || formula_[next] != '{') {
      put("^", at);
      return at + 1;
    }
    const std::size_t close = closing_brace(next, end);
    const std::size_t begin = skip_sign_of_elements(next + 1, close);
    const std::string_view inside = formula_.substr(begin, close - begin);
    const bool is_layer = inside.size() > 2 && inside.front() == '(' && inside.back() == ')' &&
                          std::ranges::all_of(inside.substr(1, inside.size() - 2), [](char c) {
                            return std::isdigit(static_cast<unsigned char>(c)) != 0;
                          });
    if (is_layer) {
      put_layer(inside.substr(1, inside.size() - 2), begin + 1);
    } else if (inside == "\\prime" || inside == "'") {
      put("'", at);
    } else {
      const std::size_t before = result_.text.size();
      put("^(", at);
      spell(begin, close);
      drop_brackets_of_fraction(before + 2);
      if (std::string_view(result_.text).substr(before) == "^(T") {  // a transpose, in whatever font
        result_.text.erase(before + 1, 1);
        result_.columns.erase(result_.columns.begin() + static_cast<std::ptrdiff_t>(before + 1));
      } else {
        put(")", close);
      }
    }
    return close + 1;
  }

  /// Behind the \odot of x^{\odot 2}: powers are element by element.
  std::size_t skip_sign_of_elements(std::size_t at, std::size_t end) const {
    for (const std::string_view sign : {"\\odot", "\\circ", "⊙", "∘"}) {
      if (formula_.substr(at, end - at).starts_with(sign)) return skip_spaces(at + sign.size(), end);
    }
    return at;
  }

  /// -((3)/(2)), as \frac is spelled, becomes -3/2 where an exponent is nothing else.
  void drop_brackets_of_fraction(std::size_t begin) {
    const std::string_view text = std::string_view(result_.text).substr(begin);
    const std::string_view fraction = text.substr(text.starts_with('-'));
    const bool is_number = fraction.starts_with("((") && fraction.ends_with("))") &&
                           std::ranges::count(fraction, '(') == 3 &&
                           fraction.find_first_not_of("0123456789()/") == std::string_view::npos;
    if (!is_number) return;
    for (std::size_t at = result_.text.size(); at-- > begin;) {
      if (result_.text[at] != '(' && result_.text[at] != ')') continue;
      result_.text.erase(at, 1);
      result_.columns.erase(result_.columns.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  std::size_t skip_spaces(std::size_t at, std::size_t end) const {
    while (at < end && formula_[at] == ' ') ++at;
    return at;
  }

  std::size_t closing_brace(std::size_t open, std::size_t end) const {
    int depth = 0;
    for (std::size_t i = open; i < end; ++i) {
      if (formula_[i] == '{') ++depth;
      if (formula_[i] == '}' && --depth == 0) return i;
    }
    fail(open, "this brace is never closed");
  }

  /// The argument of a command: in braces, or the next character.
  std::pair<std::size_t, std::size_t> argument(std::size_t& at, std::size_t end) const {
    at = skip_spaces(at, end);
    if (at >= end) fail(end, "expected the argument of a command");
    if (formula_[at] == '\\') {  // \hat\mathbf{y}
      const std::size_t start = at++;
      while (at < end && std::isalpha(static_cast<unsigned char>(formula_[at])) != 0) ++at;
      if (at < end && formula_[at] == '{') at = closing_brace(at, end) + 1;
      return {start, at};
    }
    if (formula_[at] != '{') {
      ++at;
      return {at - 1, at};
    }
    const std::size_t close = closing_brace(at, end);
    const std::pair inside{at + 1, close};
    at = close + 1;
    return inside;
  }

  std::size_t command(std::size_t at, std::size_t end) {
    std::size_t next = at + 1;
    while (next < end && std::isalpha(static_cast<unsigned char>(formula_[next])) != 0) ++next;
    const std::string_view name = formula_.substr(at + 1, next - at - 1);
    if (name.empty()) {  // \, \; \! are spaces, \{ and \_ are themselves
      if (next < end && std::string_view("{}_").find(formula_[next]) != std::string_view::npos)
        put(formula_.substr(next, 1), at);
      else
        put(" ", at);
      return std::min(next + 1, end);
    }
    if (name == "frac" || name == "tfrac" || name == "dfrac") {
      const auto over = argument(next, end), under = argument(next, end);
      const auto is_differential = [&](const std::pair<std::size_t, std::size_t>& part) {
        const std::string_view text = formula_.substr(skip_spaces(part.first, part.second),
                                                      part.second - skip_spaces(part.first, part.second));
        const bool begins = text.starts_with("\\partial") || text.starts_with("\\mathrm{d}") ||
                            text.starts_with("d") || text.starts_with("∂");
        return begins && text.find_first_of("+-*/") == std::string_view::npos;
      };
      const bool is_derivative = is_differential(over) && is_differential(under);
      put(is_derivative ? " " : "((", at);
      spell(over.first, over.second);
      put(is_derivative ? "/" : ")/(", over.second);
      spell(under.first, under.second);
      put(is_derivative ? " " : "))", under.second);
      return next;
    }
    if (std::ranges::find(latex_accents, name) != std::end(latex_accents)) {
      const auto inside = argument(next, end);
      spell(inside.first, inside.second);
      put(name.ends_with("hat") ? "hat" : name.ends_with("tilde") ? "tilde" : "bar", at);
      return next;
    }
    if (std::ranges::find(fonts, name) != std::end(fonts)) {
      const auto inside = argument(next, end);
      const bool is_last = formula_.find_first_not_of(" ,.;&$", next) == std::string_view::npos;
      const std::string_view text = formula_.substr(inside.first, inside.second - inside.first);
      if (name != "text" || !is_last || !is_prose(text)) spell(inside.first, inside.second);
      return next;
    }
    if (name == "underbrace" || name == "overbrace") {
      const auto inside = argument(next, end);
      spell(inside.first, inside.second);
      const std::size_t sign = skip_spaces(next, end);
      if (sign >= end || formula_[sign] != (name == "underbrace" ? '_' : '^')) return next;
      argument(next = sign + 1, end);  // what is written at the brace
      return next;
    }
    const auto* known = std::ranges::find(commands, name, &Spelled::first);
    if (name == "sqrt") {
      const auto inside = argument(next, end);
      put("sqrt(", at);
      spell(inside.first, inside.second);
      put(")", inside.second);
      return next;
    }
    // Greek letters and functions are called by their names.
    static constexpr std::string_view words[] = {"softmax", "max",  "mean",   "logsumexp", "norm",
                                                 "ln",      "ReLU", "arctan", "sgn"};
    if (known == std::end(commands) && spelled_as(greek, name) == nullptr && find_function(name) == nullptr &&
        std::ranges::find(words, name) == std::end(words))
      fail(at, fmt::format("the command \\{} is not known", name));
    if (name == "partial") return put_partial(at, next, end);
    put(known != std::end(commands) ? known->second : name, at);
    return is_bar_behind(name, next, end) ? skip_evaluation(next, end) : next;
  }

  /// ∂_w L is nabla_w L.
  std::size_t put_partial(std::size_t at, std::size_t next, std::size_t end) {
    put(next < end && formula_[next] == '_' ? "nabla" : "partial", at);
    return skip_spaces(next, end);
  }

  /// Whether it is the bar of \Big|_{w}, which says where a derivative is taken.
  bool is_bar_behind(std::string_view size, std::size_t at, std::size_t end) const {
    static constexpr std::string_view sizes[] = {"big",  "Big",  "bigg",  "Bigg",
                                                 "bigr", "Bigr", "biggr", "right"};
    return std::ranges::find(sizes, size) != std::end(sizes) &&
           formula_.substr(at, end - at).starts_with("|_");
  }

  std::size_t skip_evaluation(std::size_t bar, std::size_t end) const {
    std::size_t at = bar + 2;
    argument(at, end);
    return at;
  }

  std::string_view formula_;
  Canonical result_;
  int depth_ = 0;
  std::optional<std::size_t> norm_;  // where one was opened, which the next sign closes
};

}  // namespace

Canonical canonical(std::string_view formula) { return Speller(formula).spelled(); }

}  // namespace eingrad::einstein
