// The operations that programs are made of. Each is written once, for this library's tensors and for
// libtorch's: where both have a name, the tensor's type says whose is meant; where they differ, an overload
// below does. Operands of what grows without bounds go through a sine first, so that long programs stay where
// numbers are.
#include <algorithm>
#include <optional>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/linalg/linalg.hpp>
#include <autodiff/linalg/matrices.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <nn/nn.hpp>
#include <tests/programs/program.hpp>
#ifdef EINGRAD_WITH_TORCH
#include <tests/parity/elementwise_functions.hpp>
#endif

#include <fmt/format.h>

namespace eingrad::testing {

namespace {

constexpr std::int64_t most_elements = 64;

// ---- What the two libraries call by different names ----

Tensor integers(const Tensor&, std::vector<std::int64_t> numbers) { return tensor(numbers); }
Tensor identity(const Tensor& like) { return eye(like.size(-1), float64); }
Tensor repeated(const Tensor& a, std::vector<std::int64_t> times) { return repeat(a, times); }
Tensor sorted(const Tensor& a, std::int64_t axis) { return sort(a, axis).values; }
Tensor padded(const Tensor& a, std::vector<std::int64_t> padding) { return pad(a, padding, 0.5); }
Tensor variance(const Tensor& a, std::int64_t axis, bool keepdim) { return var(a, {axis}, keepdim); }
Tensor product(const Tensor& a, std::int64_t axis, bool keepdim) { return prod(a, {axis}, keepdim); }
Tensor power_norm(const Tensor& a, double p, std::int64_t axis) { return norm(a, p, {axis}); }
Tensor expanded(const Tensor& a, const Shape& shape) { return expand(a, shape); }
Tensor mean_square(const Tensor& a, const Tensor& b) { return nn::mse_loss(a, b); }
Tensor normalized(const Tensor& a) { return nn::layer_norm(a, {a.size(-1)}, {}, {}, 1e-2); }
Tensor perceptron(const Tensor& x, const Tensor& weight) { return nn::linear(x, weight); }
Tensor scattered(const Tensor& a, std::int64_t axis, const Tensor& index, const Tensor& source) {
  return scatter_add(a, axis, index, source);
}
Tensor diagonal_of(const Tensor& a) { return diagonal(a); }
Tensor kronecker(const Tensor& a, const Tensor& b) { return kron(a, b); }
Tensor log_of_det(const Tensor& a) { return logdet(a); }
Tensor triangular_root(const Tensor& a) { return cholesky(a); }

#ifdef EINGRAD_WITH_TORCH
using Theirs = torch::Tensor;
Theirs integers(const Theirs&, std::vector<std::int64_t> numbers) { return torch::tensor(numbers); }
Theirs identity(const Theirs& like) { return torch::eye(like.size(-1), torch::kFloat64); }
Theirs repeated(const Theirs& a, std::vector<std::int64_t> times) { return a.repeat(times); }
Theirs sorted(const Theirs& a, std::int64_t axis) { return std::get<0>(a.sort(true, axis, false)); }
Theirs padded(const Theirs& a, std::vector<std::int64_t> padding) {
  return torch::constant_pad_nd(a, padding, 0.5);
}
Theirs variance(const Theirs& a, std::int64_t axis, bool keepdim) { return a.var({axis}, true, keepdim); }
Theirs product(const Theirs& a, std::int64_t axis, bool keepdim) { return a.prod(axis, keepdim); }
Theirs power_norm(const Theirs& a, double p, std::int64_t axis) { return torch::norm(a, p, {axis}, false); }
Theirs expanded(const Theirs& a, const Shape& shape) {
  return a.expand(std::vector<std::int64_t>(shape.begin(), shape.end()));
}
Theirs mean_square(const Theirs& a, const Theirs& b) { return torch::mse_loss(a, b); }
Theirs normalized(const Theirs& a) { return torch::layer_norm(a, {a.size(-1)}, {}, {}, 1e-2); }
Theirs perceptron(const Theirs& x, const Theirs& weight) { return torch::linear(x, weight); }
Theirs scattered(const Theirs& a, std::int64_t axis, const Theirs& index, const Theirs& source) {
  return a.scatter_add(axis, index, source);
}
Theirs diagonal_of(const Theirs& a) { return torch::diagonal(a); }
Theirs kronecker(const Theirs& a, const Theirs& b) { return torch::kron(a.contiguous(), b.contiguous()); }
Theirs log_of_det(const Theirs& a) { return torch::logdet(a); }
Theirs triangular_root(const Theirs& a) { return torch::linalg_cholesky(a); }
#endif

/// Numbers between low and high. A zero, which operations often leave behind, does not become the middle,
/// where sign and others jump.
auto bounded(const auto& a, double low, double high) {
  return sin(a) * (0.45 * (high - low)) + (0.52 * high + 0.48 * low);
}
auto small(const auto& a) { return bounded(a, -1, 1); }

// ---- How a step is chosen ----

/// The values that there are, and what is chosen among them.
class Maker {
 public:
  Maker(const Tensors& values, Choices& choices) : choose(choices), values_(values), first(any()) {}

  const Shape& shape(std::size_t value) const { return values_[value].shape(); }
  std::size_t rank() const { return shape(first).size(); }
  std::int64_t numel() const { return values_[first].numel(); }

  /// Any value, one of the last ones more often.
  std::size_t any() {
    const std::size_t count = values_.size();
    return choose(2) == 0 ? count - 1 - choose(std::min<std::size_t>(count, 4)) : choose(count);
  }
  /// A value that fits the first one; that one itself always must.
  template <class Fits>
  std::size_t one_that(Fits fits) {
    const std::size_t start = choose(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const std::size_t value = (start + i) % values_.size();
      if (fits(shape(value))) return value;
    }
    return first;
  }
  std::size_t of_same_shape() {
    return one_that([this](const Shape& other) { return other == shape(first); });
  }
  std::size_t that_broadcasts() {
    return one_that([this](const Shape& other) {
      const Shape &a = shape(first), &longer = a.size() < other.size() ? other : a;
      std::int64_t numel = 1;
      for (std::size_t i = 1; i <= longer.size(); ++i) {
        const std::int64_t m = i <= a.size() ? a[a.size() - i] : 1,
                           n = i <= other.size() ? other[other.size() - i] : 1;
        if (m != n && m != 1 && n != 1) return false;
        numel *= std::max(m, n);
      }
      return numel <= most_elements;
    });
  }
  std::int64_t axis() { return static_cast<std::int64_t>(choose(rank())); }
  std::int64_t number(std::int64_t count) {
    return static_cast<std::int64_t>(choose(static_cast<std::size_t>(count)));
  }

  Choices& choose;

 private:
  const Tensors& values_;

 public:
  const std::size_t first;  ///< the operand that decides what fits
};

/// A step of one expression for both libraries.
template <class F>
Step step(std::string text, std::vector<std::size_t> operands, F f) {
  std::string numbers;
  for (const std::size_t operand : operands)
    numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", operand);
#ifdef EINGRAD_WITH_TORCH
  return {fmt::format("{}({})", text, numbers), std::move(operands), f, f};
#else
  return {fmt::format("{}({})", text, numbers), std::move(operands), f};
#endif
}

using Operation = std::optional<Step> (*)(Maker&);

std::optional<Step> elementwise(Maker& make) {
  static const auto operations = [] {
    std::vector<const ElementwiseFacts*> chosen;
    for (const ElementwiseFacts& operation : elementwise_operations()) {
      if (operation.differentiable && operation.name != "where") chosen.push_back(&operation);
    }
    return chosen;
  }();
  const ElementwiseFacts& operation = *operations[make.choose(operations.size())];
  std::vector<std::size_t> operands{make.first};
  if (operation.domain.size() > 1) operands.push_back(make.that_broadcasts());
  if (operation.domain.size() > 2) operands.push_back(make.first);
  const auto guarded = [&operation](const auto& x, bool numbers) {
    auto guards = x;
    for (std::size_t k = 0; k < x.size(); ++k) {
      const auto [low, high] = operation.domain[k];
      guards[k] = bounded(x[k], low, high);
      if (numbers && k > 0) guards[k] = guards[k].detach().sum() * 0 + high;
    }
    return guards;
  };
  bool numbers = false;
#ifdef EINGRAD_WITH_TORCH
  numbers = takes_numbers_in_libtorch(operation.name);
  const auto& theirs = elementwise_in_libtorch(operation.name);
  if (!theirs(std::vector(operation.domain.size(), torch::ones({}))).defined()) return {};
#endif
  Step made = step(std::string(operation.name), operands, [](const auto& x) { return x[0]; });
  made.ours = [&operation, guarded, numbers](const Tensors& x) {
    return operation.call(guarded(x, numbers));
  };
#ifdef EINGRAD_WITH_TORCH
  made.theirs = [&theirs, guarded, numbers](const std::vector<torch::Tensor>& x) {
    return theirs(guarded(x, numbers));
  };
#endif
  return made;
}

// Macros, so that an expression stands once and is read as it is.
#define EINGRAD_STEP(name, operands, ...) step(name, operands, [=](const auto& x) { return __VA_ARGS__; })
#define EINGRAD_ON(...) (std::vector<std::size_t>{__VA_ARGS__})

std::optional<Step> choice(Maker& make) {
  const std::size_t other = make.of_same_shape(), condition = make.of_same_shape();
  return EINGRAD_STEP("where", EINGRAD_ON(condition, make.first, other), where(x[0] > 0.2, x[1], x[2]));
}
std::optional<Step> mask(Maker& make) {
  return EINGRAD_STEP("masked_fill", EINGRAD_ON(make.first, make.of_same_shape()),
                      masked_fill(x[0], x[1] < 0.3, 0.7));
}
std::optional<Step> reduction(Maker& make) {
  if (make.rank() == 0) return {};
  const std::int64_t axis = make.axis();
  const bool keepdim = make.choose(2) == 0;
  const auto on = EINGRAD_ON(make.first);
  switch (make.choose(8)) {
    case 0:
      return EINGRAD_STEP("sum", on, x[0].sum({axis}, keepdim));
    case 1:
      return EINGRAD_STEP("mean", on, x[0].mean({axis}, keepdim));
    case 2:
      return EINGRAD_STEP("amax", on, amax(x[0], {axis}, keepdim));
    case 3:
      return EINGRAD_STEP("amin", on, amin(x[0], {axis}, keepdim));
    case 4:
      return EINGRAD_STEP("logsumexp", on, logsumexp(x[0], {axis}, keepdim));
    case 5:
      return EINGRAD_STEP("prod", on, product(bounded(x[0], -1.5, 1.5), axis, keepdim));
    case 6:
      return EINGRAD_STEP("norm", on, power_norm(bounded(x[0], 0.5, 2), 3, axis));
    default:
      return EINGRAD_STEP("sum of all", on, x[0].sum());
  }
}
std::optional<Step> spread_of(Maker& make) {
  if (make.rank() == 0) return {};
  const std::int64_t axis = make.axis();
  if (make.shape(make.first)[static_cast<std::size_t>(axis)] < 2) return {};
  return EINGRAD_STEP("var", EINGRAD_ON(make.first), variance(small(x[0]), axis, true));
}
std::optional<Step> along_an_axis(Maker& make) {
  if (make.rank() == 0) return {};
  const std::int64_t axis = make.axis();
  const auto on = EINGRAD_ON(make.first);
  switch (make.choose(7)) {
    case 0:
      return EINGRAD_STEP("softmax", on, softmax(x[0], axis));
    case 1:
      return EINGRAD_STEP("log_softmax", on, log_softmax(x[0], axis));
    case 2:
      return EINGRAD_STEP("cumsum", on, cumsum(x[0], axis));
    case 3:
      return EINGRAD_STEP("flip", on, flip(x[0], {axis}));
    case 4:
      return EINGRAD_STEP("roll", on, roll(x[0], 1, axis));
    case 5:
      return EINGRAD_STEP("sort", on, sorted(x[0], axis));
    default:
      if (make.shape(make.first)[make.rank() - 1] < 2) return {};  // nothing is left of one element
      return EINGRAD_STEP("layer_norm", on, normalized(x[0]));
  }
}
std::optional<Step> view(Maker& make) {
  const auto on = EINGRAD_ON(make.first);
  const auto last = static_cast<std::int64_t>(make.rank()) - 1;
  const std::int64_t numel = make.numel();
  switch (make.choose(7)) {
    case 0:
      return EINGRAD_STEP("reshape", on, x[0].reshape({numel}));
    case 1:
      return EINGRAD_STEP("reshape", on, x[0].reshape({-1, numel % 2 == 0 ? 2 : 1}));
    case 2:
      return EINGRAD_STEP("squeeze", on, x[0].squeeze());
    case 3:
      if (last > 2) return {};
      return EINGRAD_STEP("unsqueeze", on, x[0].unsqueeze(last >= 0 ? last : 0));
    case 4:
      if (last < 1) return {};
      return EINGRAD_STEP("transpose", on, x[0].transpose(0, last));
    case 5: {
      if (last < 0 || last > 2 || numel > most_elements / 2) return {};
      Shape wide = make.shape(make.first);
      std::vector<std::int64_t> extents(wide.begin(), wide.end());
      extents.insert(extents.begin(), 2);
      return EINGRAD_STEP("expand", on, expanded(x[0], Shape(extents)));
    }
    default: {
      if (last < 0 || numel > most_elements / 2) return {};
      std::vector<std::int64_t> times(make.rank(), 1);
      times.back() = 2;
      return EINGRAD_STEP("repeat", on, repeated(x[0], times));
    }
  }
}
std::optional<Step> part(Maker& make) {
  if (make.rank() == 0) return {};
  const std::int64_t axis = make.axis(), extent = make.shape(make.first)[static_cast<std::size_t>(axis)];
  const std::int64_t start = make.number(extent);
  const auto on = EINGRAD_ON(make.first);
  switch (make.choose(5)) {
    case 0:
      return EINGRAD_STEP("slice", on, x[0].slice(axis, start, extent, 2));
    case 1:
      return EINGRAD_STEP("select", on, select(x[0], axis, start));
    case 2:
      return EINGRAD_STEP("index_select", on,
                          index_select(x[0], axis, integers(x[0], {start, 0, start})).slice(axis, 0, extent));
    case 3:
      if (make.rank() != 2) return {};
      return EINGRAD_STEP("tril", on, tril(x[0], start - 1) + triu(small(x[0]), start));
    default:
      if (make.numel() > most_elements / 4) return {};
      return EINGRAD_STEP("pad", on, padded(x[0], {1, 0}));
  }
}
std::optional<Step> scatter(Maker& make) {
  if (make.rank() != 1) return {};
  const std::int64_t extent = make.numel(), at = make.number(extent);
  const std::size_t source = make.of_same_shape();
  return EINGRAD_STEP(
      "scatter_add", EINGRAD_ON(make.first, source),
      scattered(x[0], 0, integers(x[0], std::vector(static_cast<std::size_t>(extent), at)), x[1]));
}
std::optional<Step> joined(Maker& make) {
  if (make.rank() == 0 || make.rank() > 3 || make.numel() > most_elements / 2) return {};
  const std::int64_t axis = make.axis();
  const auto on = EINGRAD_ON(make.first, make.of_same_shape());
  if (make.choose(2) == 0) return EINGRAD_STEP("cat", on, cat(std::vector{x[0], x[1]}, axis));
  return EINGRAD_STEP("stack", on, stack(std::vector{x[0], x[1]}, axis));
}
std::optional<Step> contraction(Maker& make) {
  const auto itself = EINGRAD_ON(make.first), two = EINGRAD_ON(make.first, make.of_same_shape());
  switch (make.choose(8)) {
    case 0:
      if (make.rank() != 2) return {};
      return EINGRAD_STEP("matmul", two, matmul(small(x[0]), x[1].transpose(0, 1)));
    case 1: {
      if (make.rank() == 0) return {};
      const std::int64_t inner = make.shape(make.first)[make.rank() - 1];
      const std::size_t right = make.one_that([&](const Shape& s) { return s.size() == 2 && s[0] == inner; });
      if (make.shape(right).size() != 2 || make.shape(right)[0] != inner) return {};
      if (make.numel() / inner * make.shape(right)[1] > most_elements) return {};
      return EINGRAD_STEP("matmul", EINGRAD_ON(make.first, right), matmul(small(x[0]), x[1]));
    }
    case 2:
      if (make.rank() != 3) return {};
      return EINGRAD_STEP("einsum bij,bkj->bik", two,
                          einsum("bij,bkj->bik", std::vector{small(x[0]), small(x[1])}));
    case 3:
      if (make.rank() != 2) return {};
      return EINGRAD_STEP("einsum ij,ij->j", two, einsum("ij,ij->j", std::vector{small(x[0]), small(x[1])}));
    case 4:
      if (make.rank() != 2) return {};
      return EINGRAD_STEP("einsum ij,kj,kl->il",
                          EINGRAD_ON(make.first, make.of_same_shape(), make.of_same_shape()),
                          einsum("ij,kj,kl->il", std::vector{small(x[0]), small(x[1]), small(x[2])}));
    case 5:
      if (make.rank() != 1 || make.numel() > 8) return {};
      return EINGRAD_STEP("outer", two, outer(small(x[0]), small(x[1])));
    case 6:
      if (make.rank() != 2) return {};
      return EINGRAD_STEP("linear", two, perceptron(small(x[0]), small(x[1])));
    default:
      if (make.rank() == 0 || make.numel() > 8) return {};
      return EINGRAD_STEP("kron", itself, kronecker(small(x[0]), small(x[0])));
  }
}
std::optional<Step> of_a_square_matrix(Maker& make) {
  if (make.rank() != 2) return {};
  const auto on = EINGRAD_ON(make.first);
  // A Aᵀ + I has an inverse.
  switch (make.choose(5)) {
    case 0:
      return EINGRAD_STEP(
          "inverse", on,
          inverse(matmul(small(x[0]), small(x[0]).transpose(0, 1)) + identity(x[0].transpose(0, 1))));
    case 1:
      return EINGRAD_STEP(
          "det", on, det(matmul(small(x[0]), small(x[0]).transpose(0, 1)) + identity(x[0].transpose(0, 1))));
    case 2:
      return EINGRAD_STEP(
          "logdet", on,
          log_of_det(matmul(small(x[0]), small(x[0]).transpose(0, 1)) + identity(x[0].transpose(0, 1))));
    case 3:
      return EINGRAD_STEP(
          "cholesky", on,
          triangular_root(matmul(small(x[0]), small(x[0]).transpose(0, 1)) + identity(x[0].transpose(0, 1))));
    default:
      return EINGRAD_STEP("diagonal", on, diagonal_of(x[0]));
  }
}
std::optional<Step> loss(Maker& make) {
  return EINGRAD_STEP("mse_loss", EINGRAD_ON(make.first, make.of_same_shape()),
                      mean_square(small(x[0]), x[1]));
}

// Elementwise operations stand here more than once, for there are many of them.
constexpr Operation operations[] = {
    elementwise, elementwise, elementwise, elementwise,        elementwise, choice,
    mask,        reduction,   spread_of,   along_an_axis,      view,        part,
    scatter,     joined,      contraction, of_a_square_matrix, loss};

}  // namespace

Step choose_step(const Tensors& values, Choices& choose) {
  const std::size_t start = choose(std::size(operations));
  for (std::size_t i = 0;; ++i) {
    Maker make(values, choose);
    if (std::optional<Step> made = operations[(start + i) % std::size(operations)](make))
      return *std::move(made);
  }
}

}  // namespace eingrad::testing
