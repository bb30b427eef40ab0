// The operations that programs are made of. Each is written once, for this library's tensors and for
// libtorch's: where both have a name, the tensor's type says whose is meant; where they differ, an overload
// in both_libraries.hpp does. Operands of what grows without bounds go through a sine first, so that long
// programs stay where numbers are.
#include <optional>

#include <tests/programs/both_libraries.hpp>
#include <tests/programs/maker.hpp>
#include <tests/programs/program.hpp>
#ifdef EINGRAD_WITH_TORCH
#include <tests/parity/elementwise_functions.hpp>
#endif

#include <fmt/format.h>

namespace eingrad::testing {

namespace {

/// Numbers between low and high. A zero, which operations often leave behind, does not become the middle,
/// where sign and others jump.
auto bounded(const auto& a, double low, double high) {
  return sin(a) * (0.45 * (high - low)) + (0.52 * high + 0.48 * low);
}
auto small(const auto& a) { return bounded(a, -1, 1); }
/// A Aᵀ + I, which has an inverse.
auto invertible(const auto& a) {
  return matmul(small(a), small(a).transpose(0, 1)) + identity(a.transpose(0, 1));
}

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
  switch (make.choose(5)) {
    case 0:
      return EINGRAD_STEP("inverse", on, inverse(invertible(x[0])));
    case 1:
      return EINGRAD_STEP("det", on, det(invertible(x[0])));
    case 2:
      return EINGRAD_STEP("logdet", on, log_of_det(invertible(x[0])));
    case 3:
      return EINGRAD_STEP("cholesky", on, triangular_root(invertible(x[0])));
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
