#include <cmath>
#include <optional>

#include <autodiff/anomaly.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

/// An element that is looked for, and where it stands.
struct Found {
  std::int64_t position;
  const char* what;
};

std::optional<Found> find_anomaly(const Node& values) {
  if (!is_floating(values.dtype)) return {};
  return with_floating_type(values.dtype, [&]<class T>() -> std::optional<Found> {
    const auto* element = static_cast<const T*>(values.data);
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      if (std::isnan(element[i])) return Found{i, "a NaN"};
      if (std::isinf(element[i]) && detail::anomaly == Anomaly::nan_or_infinity)
        return Found{i, element[i] > 0 ? "an inf" : "a -inf"};
    }
    return {};
  });
}

std::string at(const Found& found, const Shape& shape) {
  if (shape.empty()) return found.what;
  std::vector<std::int64_t> index(shape.size());
  std::int64_t position = found.position;
  for (std::size_t axis = shape.size(); axis-- > 0; position /= shape[axis])
    index[axis] = position % shape[axis];
  return fmt::format("{} at [{}]", found.what, fmt::join(index, ", "));
}

/// The operands, each with the value that it has where the anomaly is.
void add_operands(Report& report, const Node& y, const Found& found) {
  for (std::size_t i = 0; i < y.operand_count; ++i) {
    const Tensor operand = operand_of(y, i);
    std::string text = to_string(operand.shape());
    const bool one = operand.numel() == 1, same = operand.shape() == y.shape;
    if (is_floating(operand.dtype()) && (one || same)) {
      const auto value = with_floating_type(operand.dtype(), [&]<class T>() {
        return static_cast<double>(operand.span<T>()[one ? 0 : static_cast<std::size_t>(found.position)]);
      });
      text += fmt::format(", {} {}", one ? "which is" : "there", without_nan_sign(value));
    }
    report.line(letter_of_operand(i), text, y.is_number(i) ? Location{} : operand.node().location());
  }
}

}  // namespace

void check_result(const Node& y) {
  const std::optional<Found> found = find_anomaly(y);
  if (!found) return;
  for (std::size_t i = 0; i < y.operand_count; ++i) {
    if (y.is_number(i)) continue;
    const Node& operand = *y.operands()[i].node;
    const std::optional<Found> before = find_anomaly(operand);
    if (!before) continue;
    throw Report(y.rule->name,
                 fmt::format("operand {} comes with {}", letter_of_operand(i), at(*before, operand.shape)),
                 y.location())
        .line(letter_of_operand(i), to_string(operand.shape), operand.location())
        .hint("look at the data, or at the step before: a learning rate that is too large ends in NaN")
        .as<value_error>();
  }
  Report report(y.rule->name, fmt::format("its result has {}", at(*found, y.shape)), y.location());
  add_operands(report, y, *found);
  throw report
      .hint(
          "keep the operands where it is defined and its result is not too large: clamp, or add a small "
          "number")
      .as<value_error>();
}

void check_incoming(const Node& y, const Tensor& cotangent) {
  const std::optional<Found> found = find_anomaly(cotangent.node());
  if (!found) return;
  throw Report("backward",
               fmt::format("the cotangent of {} comes with {}", y.rule->name, at(*found, cotangent.shape())),
               y.location())
      .hint("look at what backward was given, and at what the hooks return")
      .as<value_error>();
}

void check_cotangent(const Node& y, std::size_t i, const Tensor& cotangent) {
  const std::optional<Found> found = find_anomaly(cotangent.node());
  if (!found) return;
  Report report("backward",
                fmt::format("the derivative of {} by operand {} has {}", y.rule->name, letter_of_operand(i),
                            at(*found, cotangent.shape())),
                y.location());
  if (cotangent.shape() == y.shape) add_operands(report, y, *found);
  throw report.hint("the result may be a number where its slope is none: keep the operands away from there")
      .as<value_error>();
}

}  // namespace eingrad
