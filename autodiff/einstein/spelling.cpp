#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <vector>

#include <autodiff/einstein/letters.hpp>
#include <autodiff/einstein/mistake.hpp>
#include <autodiff/einstein/small_characters.hpp>
#include <autodiff/einstein/speller.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

Canonical Speller::spelled() {
  spell(0, formula_.size());
  if (norm_) fail(*norm_, "this norm is never closed");
  result_.columns.push_back(column(formula_.size()));
  return std::move(result_);
}

Speller::Speller(std::string_view formula) : formula_(formula) {
  std::size_t characters = 0;
  for (const char c : formula) {
    columns_.push_back(characters + 1);
    characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // the first byte of one
  }
  columns_.push_back(characters + 1);
}

void Speller::put(std::string_view text, std::size_t from) {
  result_.text += text;
  result_.columns.insert(result_.columns.end(), text.size(), column(from));
}

void Speller::fail(std::size_t at, const std::string& problem, const std::string& hint) const {
  Report report("einstein", fmt::format("column {}: {}", column(at), problem));
  report.line("text", std::string(formula_)).line("", fmt::format("{:>{}}", "^", column(at)));
  report.hint(hint);
  refuse(report, Mistake::syntax);
}

void Speller::spell(std::size_t at, std::size_t end) {
  if (++depth_ > 50) fail(at, "the formula is nested too deep");
  while (at < end) at = spell_next(at, end);
  --depth_;
}

std::size_t Speller::spell_next(std::size_t at, std::size_t end) {
  const std::string_view rest = formula_.substr(at, end - at);
  if (const std::size_t length = sign_of_norm(rest)) {
    if (norm_ && is_incomplete()) fail(at, "‖ in ‖: write norm(…)", "norm(x - norm(y))");
    put(norm_ ? ")" : "norm(", at);
    norm_ = norm_ ? std::nullopt : std::optional(at);
    return at + length;
  }
  for (const auto& [kind, spelled] : {std::pair("₂", "_2"), std::pair("₁", "_1")}) {
    if (!rest.starts_with(kind) || !is_behind_norm(at)) continue;
    put(spelled, at);
    return at + std::string_view(kind).size();
  }
  if (rest[0] == '\\') return command(at, end);
  if (rest[0] == '{' && !result_.text.ends_with('_')) {  // {W^{(1)}}^\\top
    const std::size_t close = closing_brace(at, end);
    spell(at + 1, close);
    return close + 1;
  }
  if (rest[0] == '^') return is_behind_norm(at) ? power_of_norm(at, end) : superscript(at, end);
  if (static_cast<unsigned char>(rest[0]) < 0x80) {
    const bool is_tie = rest[0] == '~' || rest[0] == '\t' || rest[0] == '&' || rest[0] == '$';
    put(is_tie ? " " : rest.substr(0, 1), at);
    return at + 1;
  }
  if (const std::size_t length = put_small_characters(at, end)) return at + length;
  for (const std::span<const Spelled> letters :
       {std::span<const Spelled>(signs), std::span<const Spelled>(greek), std::span<const Spelled>(accented),
        std::span<const Spelled>(accents)}) {
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

std::size_t Speller::sign_of_norm(std::string_view rest) {
  for (const std::string_view sign : {"‖", "∥", "\\|", "\\lVert", "\\rVert", "\\Vert"}) {
    if (rest.starts_with(sign)) return sign.size();
  }
  return 0;
}

bool Speller::is_incomplete() const {
  const std::size_t last = result_.text.find_last_not_of(' ');
  return last != std::string::npos &&
         std::string_view("+-*/(=,<>[").find(result_.text[last]) != std::string_view::npos;
}

bool Speller::is_behind_norm(std::size_t at) const {
  const std::string_view before = formula_.substr(0, at);
  for (const std::string_view sign : {"‖", "∥", "\\|", "\\rVert", "\\Vert"}) {
    if (!norm_ && before.ends_with(sign)) return true;
  }
  return before.ends_with("||");
}

std::size_t Speller::power_of_norm(std::size_t at, std::size_t end) {
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

std::size_t Speller::put_small_characters(std::size_t at, std::size_t end) {
  const std::string_view rest = formula_.substr(at, end - at);
  SmallCharacters small = fraction_of(rest, is_behind_operand());
  const bool is_fraction = small.length > 0;
  const char before = result_.text.empty() ? ' ' : result_.text.back();
  if (is_fraction && std::isdigit(static_cast<unsigned char>(before)) != 0)
    fail(at, "is the fraction added to the number or multiplied by it?", "2.5, or 2 * (1/2)");
  if (!is_fraction && std::isalpha(static_cast<unsigned char>(before)) != 0) small = digits_of(rest);  // W₁
  if (small.length == 0 && !is_fraction) small = subscript_of(rest);
  if (small.length == 0) small = superscript_of(rest);
  put(small.text, at);
  return small.length;
}

bool Speller::is_behind_operand() const {
  const std::size_t last = result_.text.find_last_not_of(' ');
  return last != std::string::npos &&
         (std::isalnum(static_cast<unsigned char>(result_.text[last])) != 0 ||
          std::string_view(")]}'|").find(result_.text[last]) != std::string::npos);
}

std::size_t Speller::skip_spaces(std::size_t at, std::size_t end) const {
  while (at < end && formula_[at] == ' ') ++at;
  return at;
}

namespace {

bool is_latin(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// How many characters of _theta(x_i) stand between the name and the letter. Of another argument or other
/// parameters it may be another value.
std::size_t in_front_of_sample(std::string_view text) {
  constexpr std::string_view parameters = "_theta(x_";
  const std::size_t letter = parameters.size();
  const bool is_sample = text.starts_with(parameters) && text.size() > letter + 1 && is_latin(text[letter]) &&
                         text[letter + 1] == ')';
  return is_sample ? letter - 1 : 0;
}

bool ends_with_sign(std::string_view text) {
  return std::ranges::any_of(std::array<std::string_view, 5>{"nabla", "partial", "sum", "mean", "max"},
                             [&](std::string_view sign) { return text.ends_with(sign); });
}

/// Characters that are to be left out, all at once: a formula may be long.
class Dropped {
 public:
  explicit Dropped(Canonical& formula) : formula_(formula), is_dropped_(formula.text.size(), false) {}

  void drop(std::size_t from, std::size_t count) {
    for (std::size_t i = from; i < from + count; ++i) is_dropped_[i] = true;
  }
  void leave_out() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < is_dropped_.size(); ++i) {
      if (is_dropped_[i]) continue;
      formula_.text[kept] = formula_.text[i];
      formula_.columns[kept++] = formula_.columns[i];
    }
    formula_.columns[kept] = formula_.columns.back();  // of the end
    formula_.text.resize(kept);
    formula_.columns.resize(kept + 1);
  }

 private:
  Canonical& formula_;
  std::vector<bool> is_dropped_;
};

/// x^(2) is x^2.
void drop_brackets_of_squares(Canonical& formula) {
  constexpr std::string_view squared = "^(2)";
  const std::string_view text = formula.text;
  Dropped dropped(formula);
  for (std::size_t at = text.find(squared); at != std::string_view::npos; at = text.find(squared, at + 1)) {
    const std::size_t behind = at + squared.size();
    const char next = behind < text.size() ? text[behind] : ' ';
    if (std::isdigit(static_cast<unsigned char>(next)) != 0 || next == '.') continue;  // x^{2}.5
    dropped.drop(at + 1, 1);
    dropped.drop(behind - 1, 1);
  }
  dropped.leave_out();
}

/// h_theta(x_i), the value of a model for the sample i, is h_i.
void drop_parameters(Canonical& formula) {
  const std::string_view text = formula.text;
  Dropped dropped(formula);
  for (std::size_t at = text.find('_'); at != std::string_view::npos; at = text.find('_', at + 1)) {
    const std::size_t count = in_front_of_sample(text.substr(at));
    if (count == 0 || ends_with_sign(text.substr(0, at))) continue;
    dropped.drop(at, count);
    dropped.drop(at + count + 2, 1);
  }
  dropped.leave_out();
}

}  // namespace

Canonical canonical(std::string_view formula) {
  Canonical spelled = Speller(formula).spelled();
  drop_parameters(spelled);
  drop_brackets_of_squares(spelled);
  return spelled;
}

}  // namespace eingrad::einstein
