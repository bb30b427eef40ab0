// Right sides that may have been meant, and which of them can be read, or are right.
#include <algorithm>
#include <functional>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/matrix_parser.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

/// Whether a text ends with a number, 2 of "2 " but not of W2.
bool ends_with_number(std::string_view text) {
  const std::size_t before = text.find_last_not_of("0123456789.");
  return is_digit(text.back()) && (before == std::string_view::npos || !is_letter(text[before]));
}

}  // namespace

// sum_n for sum_o, in one place or in all.
std::vector<std::string> MatrixParser::with_other_sums(const Matrix& target) const {
  std::vector<std::string> all;
  if (sum_letters_.empty()) return all;
  for (const std::string& letter : declarations_.axes()) {
    if (has_axis(target.letters(), letter)) continue;
    std::vector<Change> changes;
    for (const std::size_t place : sum_letters_) {
      changes.push_back({place, 1, letter});
      all.push_back(with_changes({changes.back()}));
    }
    all.push_back(with_changes(changes));
  }
  return fitting(all);
}

MatrixParser::Proposals MatrixParser::tried(const std::vector<std::string>& right_sides) const {
  Proposals found;
  auto& [all, right] = found;
  std::vector<Expr> values;
  if (is_trial_) return found;
  for (const std::string& right_side : right_sides) {
    try {
      MatrixParser trial(std::string(text_.substr(0, value_at_)) + right_side, declarations_);
      trial.is_trial_ = true;
      const Statement read = trial.statement(Broadcast::in_terms);
      const bool is_new =
          std::ranges::none_of(values, [&](const Expr& each) { return same(each, read.value); });
      values.push_back(read.value);
      if (!is_new) continue;
      all.push_back(right_side);
      if (judge_ && judge_(read)) right.push_back(right_side);
    } catch (const value_error&) {  // it was not meant
    }
  }
  return found;
}

std::vector<std::string> MatrixParser::fitting(const std::vector<std::string>& right_sides) const {
  const Proposals found = tried(right_sides);
  return found.right.empty() ? not_right_yet(found.all) : found.right;
}

// Of a claim, whose other mistakes stay.
std::vector<std::string> MatrixParser::not_right_yet(std::vector<std::string> formulas) const {
  if (judge_ && !formulas.empty())
    formulas.back() += fmt::format(", which fit{}, but {} not right yet", formulas.size() == 1 ? "s" : "",
                                   formulas.size() == 1 ? "is" : "are");
  return formulas;
}

std::vector<std::string> MatrixParser::with_transposes(const Operation& place, const Matrix& a,
                                                       const Matrix& b) const {
  const auto transpose_of = [](const Matrix& operand) {
    return side_by_side(operand.scale, transposed(operand).text);
  };
  const std::size_t right = text_.find_first_not_of(' ', place.behind);
  const std::size_t left_end = text_.find_last_not_of(' ', place.sign - 1) + 1;
  return {std::string(text_.substr(place.start, right - place.start)) + transpose_of(b),
          transpose_of(a) + written(left_end)};
}

std::string MatrixParser::with_changes(std::vector<Change> changes) const {
  // From the end on; at one place what closes stands in front of what opens.
  std::ranges::sort(changes, std::greater(),
                    [](const Change& change) { return std::pair(change.at, change.text == "("); });
  std::string line(text_);
  for (const Change& change : changes) line.replace(change.at, change.count, change.text);
  return line.substr(value_at_);
}

std::vector<std::string> MatrixParser::in_place(const std::vector<std::string>& formulas,
                                                std::size_t start) const {
  const std::size_t length = written(start).size();
  const std::string_view rest = text_.substr(start + length);
  const bool would_touch = !rest.empty() && (is_alphanumeric(rest[0]) || rest[0] == '(' || rest[0] == '[');
  std::vector<std::string> all;
  for (const std::string& formula : formulas)
    all.push_back(with_changes({{start, length, formula + (would_touch ? " " : "")}}));
  return all;
}

std::vector<std::string> MatrixParser::as_outer_products() const {
  std::vector<std::string> all;
  for (std::size_t i = 0; i + 1 < factors_.size(); ++i) {
    const Factor &left = factors_[i], &right = factors_[i + 1];
    if (left.product != right.product || left.begin < value_at_) continue;
    all.push_back(
        with_changes({{left.begin, right.end - left.begin, left.transposed + " " + right.transposed}}));
  }
  return all;
}

std::vector<std::string> MatrixParser::without_totals() const {
  std::vector<std::string> all;
  for (const Total& total : totals_) {
    all.push_back(with_changes({{total.begin, total.bracket - total.begin, ""}}));
    const std::string_view in_front = text_.substr(value_at_, total.begin - value_at_);
    const std::size_t last = in_front.find_last_not_of(' ');
    const bool is_scaled = last != std::string_view::npos && ends_with_number(in_front.substr(0, last + 1));
    const std::size_t begin = is_scaled ? value_at_ + last + 1 : total.begin;
    const bool is_behind_factor = !is_scaled && last != std::string_view::npos;  // where 1 would be a column
    const char* const one = is_scaled ? "" : is_behind_factor ? "(1" : "1";
    const char* const close = is_behind_factor ? ")" : "";
    for (const std::string& axis : declarations_.axes())
      all.push_back(
          with_changes({{begin, total.bracket - begin, fmt::format("{}/|{}|{} ", one, axis, close)}}));
  }
  return all;
}

std::vector<std::string> MatrixParser::with_a_tensor(const std::string& factor, const Matrix& target) const {
  std::vector<std::string> all;
  for (const std::string& name : declarations_.names()) {
    const auto* axes = declarations_.axes_of(name);
    if (axes == nullptr || axes->size() != target.letters().size()) continue;
    all.push_back(factor + " " + name);
    all.push_back(factor + " " + name + "^T");
  }
  return all;
}

std::vector<std::string> MatrixParser::with_a_factor_in(const Operation& place, const Matrix& a,
                                                        const Matrix& b) const {
  const std::size_t right = text_.find_first_not_of(' ', place.behind);
  const std::size_t left_end = text_.find_last_not_of(' ', place.sign - 1) + 1;
  const std::string before(text_.substr(place.start, right - place.start));
  std::vector<std::string> all;
  for (const std::string& name : declarations_.names()) {
    if (declarations_.axes_of(name) == nullptr) continue;
    for (const std::string& factor : {name, name + "^T"}) {
      all.push_back(side_by_side(a.scale, factor + " " + bracketed(a.text)) + written(left_end));
      all.push_back(before + side_by_side(b.scale, factor + " " + bracketed(b.text)));
    }
  }
  return all;
}

std::vector<std::string> MatrixParser::with_a_factor(const Matrix& right) const {
  std::vector<std::string> all;
  const std::string factor = bracketed(right.text);
  for (const std::string& name : declarations_.names()) {
    if (declarations_.axes_of(name) == nullptr) continue;
    for (const std::string& other : {name, name + "^T"}) {
      all.push_back(side_by_side(right.scale, other + " " + factor));
      all.push_back(side_by_side(right.scale, factor + " " + other));
    }
  }
  return all;
}

std::string MatrixParser::reversed(const Matrix& product) const {
  const auto is_first = [&](const Factor& each) { return each.begin >= value_at_; };
  const auto left = std::ranges::find_if(factors_, is_first);
  if (factors_.end() - left == 2) {
    const auto right = left + 1;
    const std::string both(text_.substr(left->begin, right->end - left->begin));
    const std::size_t end = both.find_last_not_of(' ') + 1;
    if (left->product == right->product && both.substr(0, end) == product.text)
      return right->transposed + " " + left->transposed;
  }
  return transposed(product).text;
}

std::vector<std::string_view> MatrixParser::factors_of_term() const {
  MatrixParser reader(text_, declarations_);
  reader.is_trial_ = true;
  reader.in_bars_ = in_bars_;
  reader.at_ = term_at_;
  std::vector<std::string_view> all;
  try {
    while (true) {
      if (reader.take('*') || reader.take('@')) continue;
      const bool is_below = !all.empty() && reader.take('/');  // 1/N is one of them
      reader.skip_spaces();
      if (!is_below && !reader.starts_factor()) break;
      const std::size_t begin =
          is_below ? static_cast<std::size_t>(all.back().data() - text_.data()) : reader.at_;
      if (!is_below) all.emplace_back();
      reader.factor();
      all.back() = text_.substr(begin, reader.written(begin).size());
    }
  } catch (const value_error&) {  // the rest of the line is wrong, too
    all.clear();
  }
  return all;
}

std::vector<std::string> MatrixParser::by_elements_from_a_factor(const std::vector<Change>& before) const {
  const std::vector<std::string_view> factors = factors_of_term();
  std::vector<std::string> all;
  if (factors.empty() || factors.size() > 12) return all;  // of more it takes long
  const auto begin_of = [&](std::string_view factor) {
    return static_cast<std::size_t>(factor.data() - text_.data());
  };
  const auto end_of = [&](std::string_view factor) { return begin_of(factor) + factor.size(); };
  const std::size_t end = end_of(factors.back());
  // What stands in front of a factor, and the factors from one to another side by side.
  const auto gap = [&](std::size_t k) {
    const std::size_t left = end_of(factors[k - 1]);
    const std::string_view between = text_.substr(left, begin_of(factors[k]) - left);
    return between.find_first_of("*@") == std::string_view::npos ? between : " ";
  };
  const auto beside = [&](std::size_t from, std::size_t to) {
    std::string text(factors[from]);
    for (std::size_t k = from + 1; k < to; ++k) text += fmt::format("{}{}", gap(k), factors[k]);
    return text;
  };
  for (std::size_t first = 1; first < factors.size(); ++first) {
    const auto multiplied = std::vector(factors.begin() + static_cast<std::ptrdiff_t>(first), factors.end());
    for (std::size_t open = 0; open < first; ++open) {
      std::string chain = fmt::format("{} * {}", beside(open, first), fmt::join(multiplied, " * "));
      if (open > 0) chain = fmt::format("{}{}({})", beside(0, open), gap(open), chain);
      std::vector<Change> changes = before;
      changes.push_back({term_at_, end - term_at_, chain});
      all.push_back(with_changes(changes));
    }
  }
  return all;
}

std::vector<std::string> MatrixParser::by_elements_in_a_sum() const {
  std::vector<std::string> all;
  if (open_totals_.empty()) return all;
  Change name = open_totals_.back();
  for (const std::string& axis : declarations_.axes()) {
    name.text = "_" + axis + " ";
    std::ranges::copy(by_elements_from_a_factor({name}), std::back_inserter(all));
  }
  return all;
}

// A B and A^T B for A * B.
std::vector<std::string> MatrixParser::as_matrix_products() const {
  std::vector<std::string> all;
  for (const auto& [start, behind, left] : by_elements_) {
    const std::size_t right = text_.find_first_not_of(' ', behind);
    for (const std::string& factor : {bracketed(left.text), transposed(left).text})
      all.push_back(with_changes({{start, right - start, side_by_side(left.scale, factor) + " "}}));
  }
  return fitting(all);
}

}  // namespace eingrad::einstein
