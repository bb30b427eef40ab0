// Tensors with one letter less than they have axes, as books write the vector of a sample: x_n of X[n,d].
#include <algorithm>
#include <utility>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/parser.hpp>
#include <autodiff/einstein/print.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

std::optional<Parser::Vector> Parser::vector_here() {
  skip_spaces();
  const std::size_t start = at_;
  const std::string name = declared_name();
  const auto* axes = name.empty() ? nullptr : declarations_.axes_of(name);
  if (axes == nullptr || axes->empty() || function_name().size() > name.size() ||
      is_inside_a_greek_name(name))
    return {};
  at_ += name.size();
  Indices letters;
  if (here() == '_' || here() == '[') letters = subscript();
  if (letters.size() + 1 == axes->size() && !is_alphanumeric(here())) return vector(name, letters, start);
  at_ = start;
  return {};
}

Parser::Vector Parser::vector(const std::string& name, const Indices& letters, std::size_t at) const {
  const auto& axes = *declarations_.axes_of(name);
  Vector read{name, letters, axes.size() - 1, at};
  // W_k of W[d,k], whose letter says that it is a column.
  const std::string* axis = letters.size() == 1 ? declarations_.axis_of(letters[0].letter) : nullptr;
  if (axis != nullptr && *axis == axes.back() && *axis != axes.front()) read.open = 0;
  return read;
}

const std::string& Parser::axis_of(const Vector& vector) const {
  return (*declarations_.axes_of(vector.name))[vector.open];
}

Symbol Parser::filled(const Vector& vector, const Index& letter) {
  Indices letters = vector.letters;
  letters.insert(letters.begin() + static_cast<std::ptrdiff_t>(vector.open), letter);
  const auto& axes = *declarations_.axes_of(vector.name);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    letters[i].axis = axes[i];
    if (i != vector.open) axes_.note({letters[i], vector.at, vector.name});
  }
  return {vector.name, letters};
}

namespace {

Indices letters_below(std::string_view text) {
  Indices all;
  for (std::size_t at = text.find_first_of("_["); at < text.size(); at = text.find_first_of("_[", at)) {
    const bool in_braces = text[at] == '[' || text.substr(at).starts_with("_{");
    for (at += text.substr(at).starts_with("_{") ? 2 : 1; at < text.size(); ++at) {
      const bool is_end = in_braces ? text[at] == '}' || text[at] == ']' : !is_letter(text[at]);
      if (is_end) break;
      const Index letter{std::string(1, text[at]), ""};
      if (is_letter(text[at]) && !contains(all, letter)) all.push_back(letter);
    }
  }
  return all;
}

}  // namespace

// The axis' own if it can be.
Index Parser::unwritten_letter(const std::string& axis) {
  if (!written_) written_ = declarations_.with_names(letters_below(text_));
  Indices in_use = *written_;
  in_use.insert(in_use.end(), free_.begin(), free_.end());
  return contains_letter(in_use, {axis, axis}) ? fresh_index(axis, in_use) : Index{axis, axis};
}

// x_n in dL/dw = … x_n, which has the letter that w is written without, too
std::optional<Expr> Parser::open_vector() {
  skip_spaces();
  const std::size_t start = at_;
  const std::optional<Vector> read = open_ ? vector_here() : std::nullopt;
  if (read && !rest_starts_with("^T")) {
    if (const auto with_letter = with_open_letter(*read)) return *with_letter;
  }
  at_ = start;
  return {};
}

std::optional<Symbol> Parser::with_open_letter(const Vector& vector) {
  const bool is_first = open_->letter.axis.empty();
  if (!is_first && axis_of(vector) != open_->letter.axis) return {};
  if (is_first) open_->letter = unwritten_letter(axis_of(vector));
  open_->is_used = true;
  return filled(vector, open_->letter);
}

bool Parser::is_open_vector(const Expr& e) const {
  return open_ && !open_->letter.axis.empty() && is_free_in(open_->letter, e);
}

// dL/dw = x_j y, whose right side names the letter
void Parser::refuse_open_target(const Expr& value) const {
  Indices written;
  for (const Index& index : free_indices(value)) {
    if (axes_.axis_of(index.letter) == open_->letter.axis) written.push_back(index);
  }
  if (written.size() != 1 || !open_->letters.empty()) refuse_count(open_->name, open_->letters, open_->at);
  fail_at(open_->at, fmt::format("{} has 1 axis, not 0", open_->name),
          fmt::format("{}_{}; letters at all tensors of a line, or at none", open_->name, written[0].letter),
          Mistake::count);
}

// w x_n
void Parser::refuse_side_by_side(std::size_t at) const {
  fail_at(at, "two vectors stand side by side",
          "w^T x_n for their inner product, or w * x_n element by element", Mistake::axis);
}

// x_n - b of a number b
void Parser::refuse_number_beside_vector(const Expr& e, std::size_t at) const {
  const auto* s = e.as<Sum>();
  if (s == nullptr || !is_open_vector(e)) return;
  for (const Expr& term : s->terms) {
    if (is_open_vector(term) || term.as<Number>() != nullptr) continue;
    fail_at(at, fmt::format("{} is a number beside vectors", print(term, declarations_)),
            "a vector, or letters at all tensors of the line", Mistake::axis);
  }
}

bool Parser::is_bracket_transposed() const {
  int depth = 0;
  for (std::size_t at = at_; at < text_.size(); ++at) {
    depth += text_[at] == '(' ? 1 : text_[at] == ')' ? -1 : 0;
    if (depth == 0) return text_.substr(at + 1).starts_with("^T");
  }
  return false;
}

// x_n behind w^T, or (x_n - u), or tanh(x_n)
std::optional<Expr> Parser::vector_behind(const std::string& row) {
  const std::size_t start = at_;
  if (const std::optional<Vector> next = vector_here(); next && axis_of(*next) != open_->letter.axis)
    fail_at(start,
            fmt::format("{} is a vector over {}, and {} over {}", row, open_->letter.axis, written(start),
                        axis_of(*next)),
            "vectors of the same axis", Mistake::axis);
  at_ = start;
  if (!starts_factor()) return {};
  const Expr read = primary();
  if (!is_open_vector(read)) return {};
  if (peek() == '^' && text_[start] != '(')
    fail("is the power of the vector or of the product?",
         fmt::format("({0} {1})^2, or {0} ({1}^2)", row, written(start)));
  return read;
}

// w^T x_n, w^T (x_n - u), (x_n - u)^T (x_n - u)
std::optional<Expr> Parser::inner_product() {
  skip_spaces();
  const std::size_t start = at_, uses_before = axes_.count();
  const bool is_bracket = here() == '(';
  if (is_bracket && !is_bracket_transposed()) return {};
  const std::optional<Open> outer = std::exchange(open_, Open());
  std::optional<Expr> left, right;
  if (is_bracket) {
    left = in_brackets();
  } else if (const std::optional<Vector> vector = vector_here(); vector && rest_starts_with("^T")) {
    left = with_open_letter(*vector);
  }
  if (left && is_open_vector(*left)) {
    at_ += std::string_view("^T").size();
    const std::string row = written(start);
    skip_spaces();
    right = vector_behind(row);
  }
  const Index letter = open_->letter;
  open_ = outer;
  if (right) return reduction(Over::sum, {letter}, *left * *right);
  if (is_bracket)
    fail_at(start, "what is transposed here is no vector of a sample, beside another",
            "(x_n - u)^T (x_n - u), or letters at all tensors of the line");
  at_ = start;
  axes_.forget_after(uses_before);
  return {};
}

}  // namespace eingrad::einstein
