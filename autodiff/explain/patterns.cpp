#include <algorithm>
#include <optional>

#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/explain/patterns.hpp>

namespace eingrad::einstein {

namespace {

using Kind = Vertex::Kind;
using Axes = std::vector<std::size_t>;

double number_of(const Vertex& number) {
  const Tensor value = number.value.detach().to(float64);
  return value.span<double>()[0];
}

/// Σ exp(a - c) over some axes, for a c that is constant and the same along these.
struct SumOfExponentials {
  std::size_t shifted, exponentials, a;
  Axes along;
  bool keeps_axes;  // as axes of one element, so that it is broadcast along them
};

class Patterns {
 public:
  explicit Patterns(const std::vector<Vertex>& list) : list_(list) {}

  std::optional<SumOfExponentials> sum_of_exponentials(std::size_t place) const {
    const Vertex& sum = list_[place];
    if (sum.kind != Kind::contraction || sum.operands.size() != 1) return {};
    const Vertex& e = list_[sum.operands[0]];
    if (!e.is("exp")) return {};
    const Vertex& shifted = list_[e.operands[0]];
    if (!shifted.is("sub")) return {};
    const Vertex& shift = list_[shifted.operands[1]];
    const std::size_t a = shifted.operands[0];
    if (shift.value.requires_grad() || list_[a].value.shape() != e.value.shape()) return {};
    Axes along;
    for (std::size_t axis = 0; axis < sum.letters.a.size(); ++axis) {
      if (sum.letters.out.find(sum.letters.a[axis]) == std::string::npos) along.push_back(axis);
    }
    for (const std::size_t axis : along) {
      const std::size_t behind = e.value.shape().size() - axis;  // aligned at the last axis
      const Shape& of_shift = shift.value.shape();
      if (of_shift.size() >= behind && of_shift[of_shift.size() - behind] != 1) return {};
    }
    Shape kept = e.value.shape();
    for (const std::size_t axis : along) kept[axis] = 1;
    return SumOfExponentials{e.operands[0], sum.operands[0], a, along, sum.value.shape() == kept};
  }

  // exp(a - c) / Σ exp(a - c)
  std::optional<Vertex> softmax(const Vertex& vertex) const {
    if (!vertex.is("div")) return {};
    const auto sum = sum_of_exponentials(vertex.operands[1]);
    if (!sum || sum->exponentials != vertex.operands[0] || sum->along.size() != 1 || !sum->keeps_axes)
      return {};
    return of(Kind::softmax, *sum, vertex.value);
  }

  // (a - c) - log Σ exp(a - c)
  std::optional<Vertex> softmax_of_logarithm(const Vertex& vertex) const {
    if (!vertex.is("sub") || !list_[vertex.operands[1]].is("log")) return {};
    const auto sum = sum_of_exponentials(list_[vertex.operands[1]].operands[0]);
    if (!sum || sum->shifted != vertex.operands[0] || sum->along.size() != 1 || !sum->keeps_axes) return {};
    return of(Kind::softmax, *sum, exp(vertex.value.detach()));
  }

  // log Σ exp(a - c) + c
  std::optional<Vertex> logsumexp(const Vertex& vertex) const {
    if (!vertex.is("add") || !list_[vertex.operands[0]].is("log")) return {};
    const auto sum = sum_of_exponentials(list_[vertex.operands[0]].operands[0]);
    if (!sum || list_[vertex.operands[1]].value.requires_grad()) return {};
    const Tensor &added = list_[vertex.operands[1]].value,
                 &shift = list_[list_[sum->shifted].operands[1]].value;
    const Tensor& of_sum = list_[vertex.operands[0]].value;
    if (vertex.value.shape() != of_sum.shape() || added.shape() != of_sum.shape()) return {};
    const auto numbers = [](const Tensor& a) { return a.detach().to(float64); };
    const Tensor left = numbers(added), right = numbers(shift);
    if (!std::ranges::equal(left.span<double>(), right.span<double>())) return {};
    return of(Kind::logsumexp, *sum, vertex.value);
  }

  // Σ a / n, for a sum of n elements each
  std::optional<Vertex> mean(const Vertex& vertex) const {
    if (!vertex.is("div")) return {};
    const Vertex &sum = list_[vertex.operands[0]], &number = list_[vertex.operands[1]];
    if (sum.kind != Kind::contraction || number.kind != Kind::number || sum.operands.size() != 1) return {};
    double count = 1;
    const Shape& shape = list_[sum.operands[0]].value.shape();
    for (std::size_t axis = 0; axis < sum.letters.a.size(); ++axis) {
      const char letter = sum.letters.a[axis];
      const bool is_summed = sum.letters.out.find(letter) == std::string::npos;
      if (is_summed && sum.letters.a.find(letter) == axis) count *= static_cast<double>(shape[axis]);
    }
    if (count == 1 || number_of(number) != count) return {};
    Vertex result = sum;
    result.value = vertex.value;
    result.is_mean = true;
    return result;
  }

 private:
  static Vertex of(Kind kind, const SumOfExponentials& sum, const Tensor& value) {
    Vertex vertex{kind, value};
    vertex.operands = {sum.a};
    vertex.along = sum.along;
    return vertex;
  }

  const std::vector<Vertex>& list_;
};

}  // namespace

std::vector<Vertex> seen_through(Vertex vertex, const std::vector<Vertex>& before) {
  const Patterns patterns(before);
  if (auto p = patterns.softmax(vertex)) return {*p};
  if (auto sum = patterns.logsumexp(vertex)) return {*sum};
  if (auto mean = patterns.mean(vertex)) return {*mean};
  if (auto p = patterns.softmax_of_logarithm(vertex)) {
    Vertex log{Kind::elementwise, vertex.value, "log"};
    log.operands = {before.size()};
    return {*p, log};
  }
  // where(c, a, b) for a c that is the same everywhere
  if (vertex.is("where") && before[vertex.operands[0]].kind == Kind::number) {
    Vertex chosen{Kind::same, vertex.value};
    chosen.operands = {vertex.operands[number_of(before[vertex.operands[0]]) != 0 ? 1 : 2]};
    if (before[chosen.operands[0]].value.shape() == vertex.value.shape()) return {chosen};
  }
  return {std::move(vertex)};
}

}  // namespace eingrad::einstein
