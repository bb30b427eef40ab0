#include <algorithm>
#include <iterator>
#include <string_view>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/matrix.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

using Letter = std::optional<Index>;

/// Whether both run over the same axis; ones do over any.
bool agree(const Letter& a, const Letter& b) {
  return a && b && (a->axis == b->axis || a->axis.empty() || b->axis.empty());
}

/// The first with the axis of the second, if it has none itself.
Index settled(const Index& index, const Index& other, const Indices& in_use) {
  return index.axis.empty() && !other.axis.empty() ? letter_of(other.axis, in_use) : index;
}

bool can_be_multiplied(const Matrix& a, const Matrix& b) {
  if (a.is_scalar() || b.is_scalar()) return true;
  return a.across || b.down ? agree(a.across, b.down) : true;
}

bool are_alike(const Matrix& a, const Matrix& b) {
  const auto fit = [](const Letter& x, const Letter& y) { return x || y ? agree(x, y) : true; };
  return fit(a.down, b.down) && fit(a.across, b.across);
}

std::string axis_name(const Letter& letter) {
  return !letter ? "1" : letter->axis.empty() ? "?" : letter->axis;
}

/// The matrix products of both, transposed or in the other order, that there are.
std::vector<std::string> products_of(const Matrix& a, const Matrix& b, const std::string& sign) {
  std::vector<std::string> all;
  const std::string scale = side_by_side(a.scale, b.scale);
  const auto add = [&](const Matrix& left, const Matrix& right) {
    if (can_be_multiplied(left, right))
      all.push_back(side_by_side(scale, bracketed(left.text) + sign + bracketed(right.text)));
  };
  const auto add_with_transposes = [&](const Matrix& left, const Matrix& right) {
    add(left, right);
    add(transposed(left), right);
    add(left, transposed(right));
    add(transposed(left), transposed(right));
  };
  add_with_transposes(a, b);
  if (a.across || b.across) add_with_transposes(b, a);  // of two columns these are the same, transposed
  return all;
}

[[noreturn]] void refuse_product(const Matrix& a, const Matrix& b) {
  if (a.across && b.down && a.across->axis.empty())
    throw AxisMismatch{"nothing says how many ones these are", {}, "1_n for ones along the axis n"};
  std::vector<std::string> meant;
  std::string diagonal;
  if (are_alike(a, b)) {
    const std::string by_elements =
        side_by_side(side_by_side(a.scale, b.scale), bracketed(a.text) + " * " + bracketed(b.text));
    meant = {by_elements, by_elements + " *"};  // the second where another factor follows
    if (!a.across) diagonal = "diag(" + by_elements + ")";
  }
  std::ranges::copy(products_of(a, b, " "), std::back_inserter(meant));
  const std::string scale = side_by_side(a.scale, b.scale);
  const std::pair axes{axis_name(a.across), axis_name(b.down)};
  throw AxisMismatch{fmt::format("{} {} times {} {}: {} against {}", a.text, shape_of(a), b.text, shape_of(b),
                                 axes.first, axes.second),
                     meant,
                     "factors of which each one's last axis is the next one's first",
                     diagonal,
                     {side_by_side(scale, a.text), side_by_side(scale, b.text)},
                     axes};
}

/// A matrix times I, of which only the numbers in front are left.
Matrix beside_identity(const Matrix& identity, const Matrix& of, const std::string& text) {
  std::vector<Expr> numbers = factors_of(identity.value);
  std::erase_if(numbers, [](const Expr& factor) { return factor.as<Delta>() != nullptr; });
  return {product(numbers) * of.value, of.down, of.across, text, side_by_side(identity.scale, of.scale)};
}

/// A scalar times a scalar or a matrix.
Matrix scaled(const Matrix& a, const Matrix& b) {
  const auto scalars = [](const Matrix& each) {
    return each.is_scalar() ? side_by_side(each.scale, each.text) : each.scale;
  };
  const Matrix& of = a.is_scalar() ? b : a;
  return {a.value * b.value, of.down, of.across, of.is_scalar() ? "" : of.text,
          side_by_side(scalars(a), scalars(b))};
}

}  // namespace

std::string side_by_side(const std::string& a, const std::string& b) {
  return a + (a.empty() || b.empty() ? "" : " ") + b;
}

std::string bracketed(const std::string& text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    if (depth == 0 && std::string_view(" +-*@").find(c) != std::string_view::npos) return "(" + text + ")";
  }
  return text;
}

Index letter_of(const std::string& axis, const Indices& in_use) {
  const Index own{axis, axis};
  return axis.size() == 1 && !contains_letter(in_use, own) ? own : fresh_index(axis, in_use);
}

Indices Matrix::letters() const {
  Indices all;
  for (const Letter& letter : {down, across}) {
    if (letter) all.push_back(*letter);
  }
  return all;
}

std::string shape_of(const Matrix& a) {
  if (a.is_scalar()) return "[]";
  return fmt::format("[{},{}]", axis_name(a.down), axis_name(a.across));
}

bool is_identity(const Matrix& a) {
  return a.down && a.across && a.down->axis.empty() && a.across->axis.empty();
}

Matrix as_matrix(const std::string& name, const Declarations& declarations) {
  Indices letters;
  for (const std::string& axis : *declarations.axes_of(name)) letters.push_back(letter_of(axis, letters));
  Matrix result{Symbol{name, letters}, {}, {}, name};
  if (declarations.is_row(name)) {
    result.across = letters[0];
    return result;
  }
  if (!letters.empty()) result.down = letters[0];
  if (letters.size() > 1) result.across = letters[1];
  return result;
}

Matrix transposed(const Matrix& a) {
  std::string text = bracketed(a.text);
  if (text.ends_with("^T") || text.ends_with(".T"))
    text.erase(text.size() - 2);
  else
    text += "^T";
  return {a.value, a.across, a.down, text, a.scale};
}

Matrix with_letters(const Matrix& a, const Letter& down, const Letter& across) {
  Indices from, to;
  for (const auto& [old, now] : {std::pair{a.down, down}, std::pair{a.across, across}}) {
    if (!old) continue;
    from.push_back(*old);
    to.push_back(now.value());
  }
  return {renamed(a.value, from, to), a.down ? down : Letter(), a.across ? across : Letter(), a.text,
          a.scale};
}

Matrix multiplied(const Matrix& a, const Matrix& b) {
  if (a.is_scalar() || b.is_scalar()) return scaled(a, b);
  if (!can_be_multiplied(a, b)) refuse_product(a, b);
  const std::string text = side_by_side(a.text, b.text), scale = side_by_side(a.scale, b.scale);
  if (is_identity(b) && a.across) return beside_identity(b, a, text);
  if (is_identity(a) && b.down) return beside_identity(a, b, text);
  Indices in_use = a.letters();
  Letter across = b.across;
  if (across && contains_letter(in_use, *across)) across = letter_of(across->axis, in_use);
  if (!a.across)  // a column times a row
    return {a.value * with_letters(b, {}, across).value, a.down, across, text, scale};
  if (across) in_use.push_back(*across);
  const Index between = settled(*a.across, *b.down, in_use);
  if (between.axis.empty()) refuse_product(a, b);
  const Expr left = with_letters(a, a.down, between).value, right = with_letters(b, between, across).value;
  return {reduction(Over::sum, {between}, left * right), a.down, across, text, scale};
}

std::vector<Matrix> aligned(std::vector<Matrix> all, const std::string& doing) {
  const auto count = [](const Matrix& a) { return a.letters().size(); };
  const Matrix& largest = *std::ranges::max_element(all, {}, count);
  Letter down = largest.down, across = largest.across;
  // A matrix whose axis is not named learns it from the others.
  for (const Matrix& each : all) {
    if (down && agree(each.down, down))
      down = settled(*down, *each.down, across ? Indices{*across} : Indices());
    if (across && agree(each.across, across))
      across = settled(*across, *each.across, down ? Indices{*down} : Indices());
  }
  const bool is_square_sum = down && across && down->axis == across->axis;
  const auto beside = std::ranges::find_if_not(all, is_identity);
  if (!is_square_sum && beside != all.end() && std::ranges::any_of(all, is_identity))
    throw AxisMismatch{fmt::format("I is a square matrix, and {} is not", shape_of(*beside)),
                       {},
                       "1_n for ones along an axis"};
  const auto refuse = [&](const Matrix& a) {
    const Matrix other = &a == &largest ? all[0] : largest;
    AxisMismatch mismatch{fmt::format("{} {} {} {} {}: they have different axes", other.text, shape_of(other),
                                      doing, a.text, shape_of(a)),
                          {},
                          "tensors of the same axes"};
    const Matrix &row = a.down ? other : a, &column = a.down ? a : other;
    const bool are_row_and_column = !row.down && !column.across && agree(row.across, column.down);
    if (are_row_and_column && column.value.as<Symbol>() != nullptr) {
      mismatch.column = column.text;
      mismatch.axes.first = column.down->axis;
    }
    throw mismatch;
  };
  std::vector<Matrix> results;
  for (const Matrix& each : all) {
    const bool is_vector = count(each) == 1, onto_matrix = down && across;
    if ((!each.down || agree(each.down, down)) && (!each.across || agree(each.across, across))) {
      results.push_back(with_letters(each, down, across));
    } else if (is_vector && onto_matrix &&
               agree(each.down ? each.down : each.across, each.down ? across : down)) {
      results.push_back(with_letters(transposed(each), down, across));
    } else {
      refuse(each);
    }
    results.back().down = down;
    results.back().across = across;
  }
  return results;
}

Matrix multiplied_by_elements(const Matrix& a, const Matrix& b) {
  try {
    const std::vector<Matrix> both = aligned({a, b}, "times, by elements,");
    return {both[0].value * both[1].value, both[0].down, both[0].across, ""};
  } catch (AxisMismatch& mismatch) {  // it may be that * was meant for @
    mismatch.meant = products_of(a, b, " @ ");
    throw;
  }
}

}  // namespace eingrad::einstein
