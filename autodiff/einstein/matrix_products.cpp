// Products of matrices: side by side, with * or @, and what may have been meant where their axes do not fit.
#include <algorithm>
#include <utility>

#include <autodiff/einstein/matrix_parser.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

// Products side by side, with * or @ between them.
Matrix MatrixParser::term() {
  skip_spaces();
  const std::size_t start = at_, totals_before = totals_.size();
  const std::size_t outer_term = std::exchange(term_at_, start);
  Matrix all = product();
  while (peek() == '*' || peek() == '@') {
    const std::size_t sign = at_;
    const bool is_matrix_product = text_[at_++] == '@';
    const Matrix next = product();
    const bool is_scaled = all.is_scalar() || next.is_scalar();
    const auto combine = [&] {
      return is_scaled || is_matrix_product ? multiplied(all, next)
                                            : multiplied_by_elements({start, sign, sign + 1}, all, next);
    };
    if (!is_scaled && !is_matrix_product) by_elements_.push_back({start, sign + 1, all});
    all = at(sign, combine, start);
    if (is_scaled) continue;
    all.text = all.is_scalar() ? bracketed(written(start)) : written(start);
    all.scale.clear();
  }
  for (std::size_t i = totals_before; i < totals_.size(); ++i) {
    if (totals_[i].term_end == 0) totals_[i].term_end = start + written(start).size();
  }
  term_at_ = outer_term;
  return all;
}

// It may be that only the last factors in front of the sign were meant, or the first ones behind it:
// X^T D * R X is read as (X^T D) * (R X).
Matrix MatrixParser::multiplied_by_elements(const Operation& place, const Matrix& a, const Matrix& b) const {
  try {
    return einstein::multiplied_by_elements(a, b);
  } catch (AxisMismatch& mismatch) {
    mismatch.is_of_product = true;
    for (const std::string& formula : with_transposes(place, a, b)) mismatch.meant.push_back(formula);
    for (const Factor& factor : factors_) {
      const std::size_t right = text_.find_first_not_of(' ', place.behind);
      if (factor.begin > right)  // D * R X is (D * R) X
        mismatch.meant.push_back(fmt::format(
            "({}) {}",
            text_.substr(place.start, text_.find_last_not_of(' ', factor.begin - 1) + 1 - place.start),
            written(factor.begin)));
      if (factor.begin <= place.start || factor.begin >= place.sign) continue;
      const std::string_view before = text_.substr(place.start, factor.begin - place.start);
      const bool is_in_bracket = std::ranges::count(before, '(') != std::ranges::count(before, ')');
      if (!is_in_bracket) mismatch.meant.push_back(fmt::format("{}({})", before, written(factor.begin)));
    }
    throw;
  }
}

// It may be that * was meant, of the last factors in front: X^T D (1 - H) is X^T (D * (1 - H)).
Matrix MatrixParser::multiplied_side_by_side(const Operation& place, const Matrix& a, const Matrix& b) const {
  try {
    return multiplied(a, b);
  } catch (AxisMismatch& mismatch) {
    mismatch.is_of_product = true;
    for (const Factor& factor : factors_) {
      if (factor.product != place.start || factor.begin == place.start || factor.begin >= place.sign)
        continue;
      mismatch.meant.push_back(fmt::format(
          "{}({} * {})", text_.substr(place.start, factor.begin - place.start),
          text_.substr(factor.begin, text_.find_last_not_of(' ', place.sign - 1) + 1 - factor.begin),
          text_.substr(place.behind, at_ - place.behind)));
    }
    throw;
  }
}

std::vector<Matrix> MatrixParser::aligned_at(const Operation& place, const Matrix& a, const Matrix& b,
                                             const std::string& doing) const {
  const auto align = [&] {
    try {
      return aligned({a, b}, doing);
    } catch (AxisMismatch& mismatch) {
      mismatch.meant = with_transposes(place, a, b);
      mismatch.less = with_a_factor_in(place, a, b);
      throw;
    }
  };
  return at(place.sign, align, place.start);
}

// Factors side by side: scalars stay in front of the matrix product.
Matrix MatrixParser::product() {
  skip_spaces();
  const std::size_t start = at_;
  Matrix scale = scalar(1), all = factor();
  note_factor(start, start, all);
  if (all.is_scalar()) std::swap(scale, all);
  const auto over = [](const std::string& above, const std::string& sign, const std::string& below) {
    return (above.empty() ? "1" : above) + sign + below;
  };
  while (true) {
    refuse_touching_number();
    skip_spaces();
    const std::size_t place = at_;
    if (take('/')) {
      skip_spaces();
      const std::size_t below_at = at_;
      const Matrix below = factor();
      const bool is_size = std::ranges::all_of(factors_of(below.value), [](const Expr& one) {
        return one.as<Size>() != nullptr || one.as<Number>() != nullptr;
      });
      refuse_ambiguous_denominator(below_at, is_size);
      if (below.is_scalar()) {
        const std::string quotient = over(scale.text, "/", below.text);  // a bracket may follow
        scale = scalar(scale.value * inverse(below.value), is_size ? quotient : "(" + quotient + ")");
      } else {
        if (scale.text == "1") scale.text.clear();  // it is written above the line
        all.scale = scale.text;
        const std::vector<Matrix> both = aligned_at({start, place, place + 1}, all, below, "over");
        all = {both[0].value * inverse(both[1].value), both[0].down, both[0].across,
               over(all.text, " / ", below.text)};
      }
    } else if (starts_factor()) {
      // Behind a matrix a lone 1 is a column of ones; a number 1 there would say nothing.
      const bool may_be_ones = text_[at_] == '1' && all.across;
      Matrix next = factor();
      if (may_be_ones && next.text == "1") next = column_of_ones();
      note_factor(start, place, next);
      if (!next.is_scalar() && !all.is_scalar()) {
        all.scale = scale.text;
        all = at(
            place,
            [&] {
              return multiplied_side_by_side({start, place, place}, all, next);
            },
            start);
      } else {
        const Matrix& more = next.is_scalar() ? next : all;
        scale = scalar(scale.value * more.value, side_by_side(scale.text, more.text));
        if (!next.is_scalar()) all = next;
      }
    } else {
      all.value = scale.value * all.value;
      all.scale = scale.text;
      return all;
    }
  }
}

void MatrixParser::note_factor(std::size_t product, std::size_t begin, const Matrix& factor) {
  if (!factor.is_scalar()) factors_.push_back({product, begin, at_, transposed(factor).text});
}

}  // namespace eingrad::einstein
