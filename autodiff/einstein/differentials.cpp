#include <autodiff/einstein/formula_reader.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

Expr Differentials::derivative() const {
  Expr e = of;
  for (auto one = by.rbegin(); one != by.rend(); ++one) e = einstein::derivative(e, *one, through);
  return e;
}

bool FormulaReader::take_word(std::string_view word) {
  if (!rest_starts_with(word)) return false;
  at_ += word.size();
  return true;
}

bool FormulaReader::take_differential_sign(bool& is_direct) {
  if (take_word("partial")) return is_direct = true;
  return take_word("d");
}

bool FormulaReader::take_differential_operator() {
  const std::size_t start = at_;
  bool ignored = false;
  if (declared_name().empty() && take_differential_sign(ignored) && take('/')) {
    skip_spaces();
    if (declared_name().empty() && take_differential_sign(ignored)) {
      skip_spaces();
      if (declarations_.axes_of(declared_name()) != nullptr) return true;
    }
  }
  at_ = start;
  return false;
}

// d or ∂, and a declared tensor
std::optional<Symbol> FormulaReader::differential(const ReadTensor& read_tensor, bool& is_direct) {
  if (!take_differential_sign(is_direct)) return {};
  const std::size_t bracket = at_;
  const bool in_brackets = take('(');  // d(sigma^2)
  skip_spaces();
  const std::string name = declared_name();
  if (in_brackets && !is_square_name(name)) at_ = bracket;
  if (name.empty() || declarations_.axes_of(name) == nullptr || (in_brackets && !is_square_name(name)))
    return {};
  const Symbol read = read_tensor(name);
  if (in_brackets) expect(')', "behind what is differentiated by");
  return read;
}

std::optional<Differentials> FormulaReader::differentials(const ReadTensor& read_tensor) {
  const std::size_t start = at_;
  const bool may_be_a_name = !declared_name().empty() && !rest_starts_with("partial");
  try {
    if (auto read = nabla(read_tensor)) return read;
    if (auto read = fraction_of_differentials(read_tensor)) return read;
    at_ = start;
    if (auto read = gradient_of_loss(read_tensor)) return read;
  } catch (const value_error&) {
    if (!may_be_a_name) throw;
  }
  at_ = start;
  return {};
}

// dZ, where Z is declared and dZ is not, as a left side has it, too
std::optional<Differentials> FormulaReader::gradient_of_loss(const ReadTensor& read_tensor) {
  const std::string* loss = declarations_.loss();
  const std::string_view word = word_at(at_);
  if (loss == nullptr || !word.starts_with('d') || !declared_name().empty()) return {};
  const std::string by(word.substr(1));
  if (by == *loss || declarations_.axes_of(by) == nullptr) return {};
  ++at_;
  return Differentials{{*loss, {}}, {read_tensor(by)}};
}

// d^2L/dw^2 and d^2L/(dv dw) have as many differentials below the line as the number above says.
std::optional<Differentials> FormulaReader::fraction_of_differentials(const ReadTensor& read_tensor) {
  bool is_direct = false;
  if (!take_differential_sign(is_direct)) return {};
  const std::string_view rest = text_.substr(at_ + word_at(at_).size());
  if (is_digit(here()) && (rest.starts_with("/d") || rest.starts_with("/partial")))
    fail("the order of a derivative stands behind '^'", "d^2L/dw^2");
  double order = 1;
  if (take('^')) order = exponent().value();
  skip_spaces();
  const std::string name = declared_name();
  if (name.empty() && order != 1 && is_letter(peek())) unknown_name();
  if (name.empty() || declarations_.axes_of(name) == nullptr) return {};
  Differentials read{read_tensor(name), {}};
  if (!take('/')) return {};
  if (order != 1 && order != 2)
    fail(fmt::format("a derivative of order {} is not read", order), "d^2L/dw^2, or the derivative of one");
  const std::size_t below = at_;
  const bool in_brackets = order > 1 && take('(');
  while (static_cast<double>(read.by.size()) < order) {
    bool ignored = false;
    const std::size_t sign = at_;
    const std::optional<Symbol> by = differential(read_tensor, ignored);
    if (!by && at_ > sign && is_letter(peek()) && declared_name().empty()) unknown_name();
    if (!by) {
      const std::string name_below =
          declarations_.longest_name(text_.substr(std::min(sign + 1, text_.size())));
      if (text_.substr(sign).starts_with('d') && declarations_.sized_axis(name_below) != nullptr) {
        fail_at(sign + 1,
                fmt::format("{} is the size of an axis, which nothing is differentiated by", name_below),
                "a tensor below the line", Mistake::name);
      }
      fail_at(below, "expected d and a declared name below the line", order > 1 ? "d^2L/(dv dw)" : "dL/dw");
    }
    read.by.push_back(*by);
    if (read.by.size() == 2) take_word("^T");  // ∂²L/∂w∂wᵀ
    if (order < 2 || read.by.size() > 1 || !take('^')) continue;
    if (!(exponent() == Number(2))) fail_at(below, "expected as many differentials as above the line");
    read.by.push_back(*by);
  }
  if (in_brackets) expect(')', "behind the differentials");
  // Of a loss, which has no axes, both are total.
  if (is_direct && !declarations_.axes_of(read.of.name)->empty()) read.through = Through::own_definition;
  return read;
}

// nabla L(w), by its one argument
Differentials FormulaReader::gradient_by_argument(const ReadTensor& read_tensor) {
  const std::string name = declared_name();
  const std::size_t open = at_ + name.size();
  const auto* axes = name.empty() ? nullptr : declarations_.axes_of(name);
  if (axes == nullptr || !axes->empty() || !text_.substr(open).starts_with('('))
    fail("expected '_' with what the gradient is by", "nabla_w L");
  at_ = open + 1;
  skip_spaces();
  const std::string by = declared_name();
  if (!is_letter(here())) fail("expected the tensor that the gradient is by", "nabla_w L");
  if (by.empty() || declarations_.axes_of(by) == nullptr) unknown_name();
  Differentials read{{name, {}}, {read_tensor(by)}};
  if (peek() == ',') fail("the gradient by which of them?", fmt::format("nabla_{} {}", by, name));
  expect(')', "behind what the gradient is by");
  return read;
}

// nabla_w L, and nabla^2_w L
std::optional<Differentials> FormulaReader::nabla(const ReadTensor& read_tensor) {
  const auto tensor = [&]() -> Symbol {
    skip_spaces();
    const std::string name = declared_name();
    if (name.empty() && is_letter(here())) unknown_name();
    if (name.empty() || declarations_.axes_of(name) == nullptr)
      fail("expected a declared tensor", "nabla_w L", Mistake::name);
    return read_tensor(name);
  };
  const std::size_t start = at_;
  if (!take_word("nabla")) return {};
  bool is_twice = take_second_order();
  std::optional<Differentials> read;
  if (take('_')) {
    const bool in_braces = take('{');
    const Symbol by = tensor();
    if (in_braces) expect('}', "behind what the gradient is by");
    is_twice |= take_second_order();
    if (rest_starts_with("nabla")) fail("one sign differentiates once", fmt::format("nabla_{}^2 L", by.name));
    read = Differentials{tensor(), {by}};
  } else {
    read = gradient_by_argument(read_tensor);
  }
  if (!is_twice) return read;
  const Symbol by = read->by[0];
  if (!by.indices.empty())
    fail_at(start, "a second derivative by elements names both of them",
            fmt::format("d^2L/(d{0}_i d{0}_j)", by.name));
  read->by.push_back(by);
  return read;
}

bool FormulaReader::take_second_order() {
  if (peek() != '^') return false;
  const std::size_t start = at_++;
  if (!(exponent() == Number(2)))
    fail_at(start, "derivatives go up to the second", "nabla_w^2 L, or the derivative of one");
  return true;
}

std::string gradient_name(std::string_view left, const Declarations& declarations) {
  if (left.find('/') != std::string_view::npos) return "";
  const auto ends_at = [&](std::size_t at) {
    return at >= left.size() || std::string_view("_[ =").find(left[at]) != std::string_view::npos;
  };
  std::string name = declarations.longest_name(left);
  if (!name.empty()) {
    const bool is_bar = left.substr(name.size()).starts_with("bar") && ends_at(name.size() + 3);
    if (!is_bar || declarations.loss() == nullptr) return "";  // without a loss it is a mean
  } else if (left.starts_with('d')) {
    name = declarations.longest_name(left.substr(1));
    if (name.empty())
      name = declarations.other_case_of(left.substr(1, 1));  // dW, where only w[d,k] is declared
    if (!ends_at(1 + name.size())) return "";
  }
  return declarations.axes_of(name) != nullptr ? name : "";
}

// f'(x) or f''(x)
std::optional<Differentials> FormulaReader::primed(const ReadTensor& read_tensor) {
  const std::string name = declared_name();
  const std::size_t begin = at_ + name.size(), end = text_.find_first_not_of('\'', begin);
  const bool is_one = !name.empty() && declarations_.axes_of(name) != nullptr &&
                      end != std::string_view::npos && end - begin >= 1 && end - begin <= 2 &&
                      text_[end] == '(';
  if (!is_one) return {};
  const Symbol of = read_tensor(name);
  at_ = end + 1;
  skip_spaces();
  const std::string by = declared_name();
  if (by.empty() || declarations_.axes_of(by) == nullptr) unknown_name();
  Differentials read{of, {end - begin, read_tensor(by)}};
  expect(')', "behind what the derivative is by");
  return read;
}

std::optional<Differentials> FormulaReader::gradient(const ReadTensor& read_tensor) {
  skip_spaces();
  if (auto read = primed(read_tensor)) return read;
  const std::string_view left = text_.substr(at_, text_.find('=', at_) - at_);
  const std::string name = gradient_name(left, declarations_);
  if (name.empty()) return {};
  const std::string* loss = declarations_.loss();
  if (loss == nullptr)
    fail("there is no loss that this could be the derivative of", "L[] and its definition", Mistake::name);
  at_ += left.starts_with(name) ? 3 : 1;
  return Differentials{{*loss, {}}, {read_tensor(name)}};
}

}  // namespace eingrad::einstein
