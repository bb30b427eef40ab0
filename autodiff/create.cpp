#include <cmath>

#include <autodiff/create.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

Tensor filled(const char* operation, const Shape& shape, double value, std::optional<Dtype> dtype,
              Location at) {
  Tensor a = detail::make(operation, shape, dtype, at);
  with_element_type(a.dtype(), [&]<class T>() {
    std::fill_n(static_cast<T*>(a.node().data), a.numel(), static_cast<T>(value));
  });
  return a;
}

}  // namespace

Tensor detail::make(const char* operation, const Shape& shape, std::optional<Dtype> dtype, Location at) {
  for (const std::int64_t extent : shape) {
    if (extent >= 0) continue;
    throw Report(operation, fmt::format("no tensor has the shape {}", to_string(shape)), at)
        .hint("extents of 0 or more")
        .as<shape_error>();
  }
  return Tensor(make_node(dtype.value_or(default_dtype()), shape, at));
}

Tensor empty(const Shape& shape, std::optional<Dtype> dtype, Location at) {
  return detail::make("empty", shape, dtype, at);
}

Tensor full(const Shape& shape, double value, std::optional<Dtype> dtype, Location at) {
  return filled("full", shape, value, dtype, at);
}
Tensor zeros(const Shape& shape, std::optional<Dtype> dtype, Location at) {
  return filled("zeros", shape, 0, dtype, at);
}
Tensor ones(const Shape& shape, std::optional<Dtype> dtype, Location at) {
  return filled("ones", shape, 1, dtype, at);
}
Tensor zeros_like(const Tensor& a, Location at) {
  return full(a.node(at).shape, 0, Dtype(a.node(at).dtype), at);
}
Tensor ones_like(const Tensor& a, Location at) {
  return full(a.node(at).shape, 1, Dtype(a.node(at).dtype), at);
}
Tensor full_like(const Tensor& a, double value, Location at) {
  return full(a.node(at).shape, value, Dtype(a.node(at).dtype), at);
}

Tensor eye(std::int64_t n, std::optional<Dtype> dtype, Location at) {
  Tensor a = filled("eye", {n, n}, 0, dtype, at);
  with_element_type(a.dtype(), [&]<class T>() {
    for (std::int64_t i = 0; i < n; ++i) static_cast<T*>(a.node().data)[i * n + i] = T(1);
  });
  return a;
}

Tensor arange(const Operand& stop, std::optional<Dtype> dtype) {
  return arange(Operand(0, stop.at.file, stop.at.line), stop, 1, dtype);
}

namespace {

double number_of(const Operand& operand) {
  return operand.is_number() ? operand.number<double>() : operand.tensor().item();
}

bool is_fractional(const Operand& operand) {
  return is_floating(operand.is_number() ? operand.kind() : operand.tensor().dtype());
}

}  // namespace

Tensor arange(const Operand& start, const Operand& stop, const Operand& step, std::optional<Dtype> dtype) {
  const bool fractional = is_fractional(start) || is_fractional(stop) || is_fractional(step);
  const double first = number_of(start), last = number_of(stop), by = number_of(step);
  const double count = std::ceil((last - first) / by);
  if (!std::isfinite(count) || count > 9e15) {
    throw Report("arange", fmt::format("there is no range from {} to {} by {}", first, last, by), start.at)
        .hint("finite bounds and a step that is not 0")
        .as<value_error>();
  }
  Tensor a = empty({static_cast<std::int64_t>(std::max(0.0, count))},
                   dtype.value_or(fractional ? default_dtype() : int64), start.at);
  with_element_type(a.dtype(), [&]<class T>() {
    auto* values = static_cast<T*>(a.node().data);
    for (std::int64_t i = 0; i < a.numel(); ++i)
      values[i] = static_cast<T>(first + static_cast<double>(i) * by);
  });
  return a;
}

Tensor linspace(double start, double stop, std::int64_t count, std::optional<Dtype> dtype, Location at) {
  Tensor a = detail::make("linspace", {count}, dtype, at);
  const double step = count > 1 ? (stop - start) / static_cast<double>(count - 1) : 0;
  with_element_type(a.dtype(), [&]<class T>() {
    auto* values = static_cast<T*>(a.node().data);
    // From both ends towards the middle, so that the last one is exactly `stop`.
    for (std::int64_t i = 0; i < count; ++i) {
      values[i] =
          static_cast<T>(i < count / 2 || count == 1 ? start + step * static_cast<double>(i)
                                                     : stop - step * static_cast<double>(count - 1 - i));
    }
  });
  return a;
}

namespace {

Shape shape_of(const Nested& numbers) {
  std::vector<std::int64_t> extents;
  for (const Nested* level = &numbers; level->is_list(); level = &level->list().front()) {
    extents.push_back(static_cast<std::int64_t>(level->list().size()));
    if (level->list().empty()) break;
  }
  return extents;
}

void flatten(const Nested& numbers, const Shape& shape, std::size_t depth, std::vector<const Nested*>& leaves,
             Location at) {
  const bool fits = numbers.is_list() ? depth < shape.size() &&
                                            static_cast<std::int64_t>(numbers.list().size()) == shape[depth]
                                      : depth == shape.size();
  if (!fits) {
    throw Report("tensor", "the rows of the braces differ in length or depth", at)
        .line("first", fmt::format("rows give the shape {}", to_string(shape)))
        .hint("as many numbers in each row, and each row as deep")
        .as<shape_error>();
  }
  if (!numbers.is_list()) leaves.push_back(&numbers);
  for (const Nested& inner : numbers.list()) flatten(inner, shape, depth + 1, leaves, at);
}

}  // namespace

Tensor tensor(const Nested& numbers, std::optional<Dtype> dtype, Location at) {
  const Shape shape = shape_of(numbers);
  std::vector<const Nested*> leaves;
  flatten(numbers, shape, 0, leaves, at);
  Dtype kind = leaves.empty() ? float32 : boolean;
  for (const Nested* leaf : leaves) kind = promote(kind, leaf->kind());
  Tensor a = empty(shape, dtype.value_or(kind == float32 ? default_dtype() : kind), at);
  with_element_type(a.dtype(), [&]<class T>() {
    auto* values = static_cast<T*>(a.node().data);
    for (const Nested* leaf : leaves) {
      *values++ = std::is_integral_v<T> && leaf->kind() != float32 ? static_cast<T>(leaf->integer())
                                                                   : static_cast<T>(leaf->number());
    }
  });
  return a;
}

}  // namespace eingrad
