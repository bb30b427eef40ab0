// Tensors with one letter less than they have axes, as books write the vector of a sample: x_n of X[n,d].
#include <algorithm>
#include <cctype>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/parser.hpp>

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
  Vector read{name, {}, axes->size() - 1, start};
  if (here() == '_' || here() == '[') read.letters = subscript();
  if (read.letters.size() + 1 != axes->size() || is_alphanumeric(here())) {
    at_ = start;
    return {};
  }
  // W_k of W[d,k], whose letter says that it is a column.
  const std::string* axis =
      read.letters.size() == 1 ? declarations_.axis_of(read.letters[0].letter) : nullptr;
  if (axis != nullptr && *axis == axes->back() && *axis != axes->front()) read.open = 0;
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
  const bool is_first = read && open_->letter.axis.empty();
  if (read && (is_first || axis_of(*read) == open_->letter.axis) && !rest_starts_with("^T")) {
    if (is_first) open_->letter = unwritten_letter(axis_of(*read));
    open_->is_used = true;
    return filled(*read, open_->letter);
  }
  at_ = start;
  return {};
}

// A vector or a bracket of them, with the letter that is open.
std::optional<Expr> Parser::vector_factor() {
  if (peek() != '(') return open_vector();
  ++at_;
  const Expr inside = sum_of_terms();
  close_bracket();
  return inside;
}

bool Parser::is_bracket_transposed() const {
  int depth = 0;
  for (std::size_t at = at_; at < text_.size(); ++at) {
    depth += text_[at] == '(' ? 1 : text_[at] == ')' ? -1 : 0;
    if (depth == 0) return text_.substr(at + 1).starts_with("^T");
  }
  return false;
}

// w^T x_n, w^T (x_n - u), (x_n - u)^T (x_n - u)
std::optional<Expr> Parser::inner_product() {
  skip_spaces();
  const std::size_t start = at_, uses_before = axes_.count();
  const std::optional<Open> outer = std::exchange(open_, Open());
  const auto read = [&]() -> std::optional<Expr> {
    std::optional<Expr> left;
    if (here() == '(') {
      left = vector_factor();
    } else if (const std::optional<Vector> vector = vector_here()) {
      open_->letter = unwritten_letter(axis_of(*vector));
      left = filled(*vector, open_->letter);
    }
    if (!left || !rest_starts_with("^T")) return {};
    at_ += std::string_view("^T").size();
    open_->is_used = false;
    const std::optional<Expr> right = vector_factor();
    if (!right || !open_->is_used || rest_starts_with("^T")) return {};
    return reduction(Over::sum, {open_->letter}, *left * *right);
  };
  const bool may_be_one = here() != '(' || is_bracket_transposed();
  const std::optional<Expr> product = may_be_one ? read() : std::nullopt;
  open_ = outer;
  if (product) return product;
  at_ = start;
  axes_.forget_after(uses_before);
  return {};
}

}  // namespace eingrad::einstein
