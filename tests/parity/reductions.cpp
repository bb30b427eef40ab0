// Reductions beside libtorch's.
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using namespace eingrad::testing;

namespace {

using Over = Tensor(const Tensor& a, const Shape& axes, bool keepdim);
using TheirsOver = torch::Tensor(const torch::Tensor& a, at::IntArrayRef axes, bool keepdim);

/// Compares over axes of several inputs. Those without elements are left out where there is nothing to choose
/// from.
void check_over(const std::string& name, const std::function<Over>& ours,
                const std::function<TheirsOver>& theirs, bool empty = true) {
  INFO(name);
  const auto compare = [&](const Tensor& a, const Shape& axes) {
    const std::vector<std::int64_t> torch_axes(axes.begin(), axes.end());
    for (const bool keepdim : {false, true}) {
      check_operation(
          name, {a}, [&](auto& x) { return ours(x[0], axes, keepdim); },
          [&](auto& x) { return theirs(x[0], torch_axes, keepdim); });
    }
  };
  for (const Shape& axes : {Shape{0}, Shape{-1}, Shape{1}, Shape{0, 2}, Shape{-1, 0}, Shape{0, 1, 2}})
    compare(random_input({3, 4, 5}), axes);
  compare(random_input({7}), 0);
  compare(random_input({0, 3}), 1);
  if (empty) compare(random_input({0, 3}), 0);
}

Tensor row(const std::vector<double>& values) { return tensor(values, float64).requires_grad_(); }

}  // namespace

// clang-format off
TEST_CASE("parity: reductions over axes", "[parity]") {
  check_over("amax", amax, [](auto& a, auto axes, bool keepdim) { return torch::amax(a, axes, keepdim); }, false);
  check_over("amin", amin, [](auto& a, auto axes, bool keepdim) { return torch::amin(a, axes, keepdim); }, false);
  check_over("logsumexp", logsumexp, [](auto& a, auto axes, bool keepdim) { return torch::logsumexp(a, axes, keepdim); });
  for (const std::int64_t correction : {0, 1, 2}) {
    check_over("var", [&](auto& a, auto& axes, bool keepdim) { return var(a, axes, keepdim, static_cast<double>(correction)); },
               [&](auto& a, auto axes, bool keepdim) { return torch::var(a, axes, c10::optional<std::int64_t>(correction), keepdim); });
    check_over("std", [&](auto& a, auto& axes, bool keepdim) { return eingrad::std(a, axes, keepdim, static_cast<double>(correction)); },
               [&](auto& a, auto axes, bool keepdim) { return torch::std(a, axes, c10::optional<std::int64_t>(correction), keepdim); });
  }
  check_over("norm", [](auto& a, auto& axes, bool keepdim) { return norm(a.detach(), 0, axes, keepdim); },
             [&](auto& a, auto axes, bool keepdim) { return torch::linalg_vector_norm(a.detach(), 0, axes, keepdim); });  // no gradient there
  for (const double p : {0.5, 1., 1.5, 2., 3., 7., -1., infinity, -infinity}) {
    INFO("p = " << p);
    check_over("norm", [&](auto& a, auto& axes, bool keepdim) { return norm(a, p, axes, keepdim); },
               [&](auto& a, auto axes, bool keepdim) { return torch::linalg_vector_norm(a, p, axes, keepdim); }, p > 0 && !std::isinf(p));
  }
  check_over("count_nonzero", [](auto& a, auto& axes, bool) { return count_nonzero(relu(a), axes); },
             [](auto& a, auto axes, bool) { return torch::count_nonzero(torch::relu(a), axes); });
}

TEST_CASE("parity: reductions along one axis", "[parity]") {
  for (const std::int64_t axis : {0, 1, -1}) {
    for (const Shape& shape : {Shape{3, 4, 5}, Shape{2, 3}, Shape{3, 0}}) {
      const Tensor a = random_input(shape);
      check_operation("softmax", {a}, [&](auto& x) { return softmax(x[0], axis); }, [&](auto& x) { return torch::softmax(x[0], axis); });
      check_operation("log_softmax", {a}, [&](auto& x) { return log_softmax(x[0], axis); }, [&](auto& x) { return torch::log_softmax(x[0], axis); });
      check_operation("cumsum", {a}, [&](auto& x) { return cumsum(x[0], axis); }, [&](auto& x) { return torch::cumsum(x[0], axis); });
      for (const bool keepdim : {false, true}) {
        check_operation("prod", {a}, [&](auto& x) { return prod(x[0], axis, keepdim); }, [&](auto& x) { return torch::prod(x[0], axis, keepdim); });
        check_operation("any", {a}, [&](auto& x) { return any(relu(x[0]), axis, keepdim); }, [&](auto& x) { return torch::any(torch::relu(x[0]), axis, keepdim); });
        check_operation("all", {a}, [&](auto& x) { return all(relu(x[0]), axis, keepdim); }, [&](auto& x) { return torch::all(torch::relu(x[0]), axis, keepdim); });
        if (a.numel() == 0) continue;
        check_operation("max", {a}, [&](auto& x) { return max(x[0], axis, keepdim).values; }, [&](auto& x) { return std::get<0>(torch::max(x[0], axis, keepdim)); });
        check_operation("min", {a}, [&](auto& x) { return min(x[0], axis, keepdim).values; }, [&](auto& x) { return std::get<0>(torch::min(x[0], axis, keepdim)); });
        check_operation("max's indices", {a}, [&](auto& x) { return max(x[0], axis, keepdim).indices; }, [&](auto& x) { return std::get<1>(torch::max(x[0], axis, keepdim)); });
        check_operation("argmax", {a}, [&](auto& x) { return argmax(x[0], axis, keepdim); }, [&](auto& x) { return torch::argmax(x[0], axis, keepdim); });
        check_operation("argmin", {a}, [&](auto& x) { return argmin(x[0], axis, keepdim); }, [&](auto& x) { return torch::argmin(x[0], axis, keepdim); });
      }
    }
  }
}

TEST_CASE("parity: reductions of all elements", "[parity]") {
  for (const Shape& shape : {Shape{}, Shape{6}, Shape{2, 3, 4}}) {
    const Tensor a = random_input(shape);
    check_operation("max", {a}, [](auto& x) { return max(x[0]); }, [](auto& x) { return torch::max(x[0]); });
    check_operation("min", {a}, [](auto& x) { return min(x[0]); }, [](auto& x) { return torch::min(x[0]); });
    check_operation("argmax", {a}, [](auto& x) { return argmax(x[0]); }, [](auto& x) { return torch::argmax(x[0]); });
    check_operation("argmin", {a}, [](auto& x) { return argmin(x[0]); }, [](auto& x) { return torch::argmin(x[0]); });
    check_operation("prod", {a}, [](auto& x) { return prod(x[0]); }, [](auto& x) { return torch::prod(x[0]); });
    check_operation("norm", {a}, [](auto& x) { return norm(x[0]); }, [](auto& x) { return torch::norm(x[0]); });
    check_operation("std", {a}, [](auto& x) { return eingrad::std(x[0]); }, [](auto& x) { return torch::std(x[0]); });
  }
}

TEST_CASE("parity: reductions of ties, zeros, infinities and NaN", "[parity]") {
  const std::vector<std::vector<double>> rows{{2, 1, 2, 2}, {0, 0, 0}, {0, 3, 0, 2}, {0, 3, 2}, {infinity, 1}, {-infinity, 1}, {-infinity, -infinity}, {infinity, infinity}, {1, std::nan(""), 3}, {1000, 1001}, {-1000, -1001}};
  for (const auto& each : rows) {
    const Tensor a = row(each);
    INFO("row that begins with " << each[0] << ", " << each[1]);
    check_operation("amax", {a}, [](auto& x) { return amax(x[0], 0); }, [](auto& x) { return torch::amax(x[0], 0); });
    check_operation("max", {a}, [](auto& x) { return max(x[0], 0).values; }, [](auto& x) { return std::get<0>(torch::max(x[0], 0)); });
    check_operation("argmax", {a}, [](auto& x) { return argmax(x[0], 0); }, [](auto& x) { return torch::argmax(x[0], 0); });
    check_operation("argmin", {a}, [](auto& x) { return argmin(x[0], 0); }, [](auto& x) { return torch::argmin(x[0], 0); });
    // libtorch divides the product by the element and has NaN where that is infinite.
    if (all(isfinite(a)).item<bool>()) check_operation("prod", {a}, [](auto& x) { return prod(x[0], 0); }, [](auto& x) { return torch::prod(x[0], 0); });
    check_operation("logsumexp", {a}, [](auto& x) { return logsumexp(x[0], 0); }, [](auto& x) { return torch::logsumexp(x[0], 0); });
    check_operation("softmax", {a}, [](auto& x) { return softmax(x[0], 0); }, [](auto& x) { return torch::softmax(x[0], 0); });
    check_operation("log_softmax", {a}, [](auto& x) { return log_softmax(x[0], 0); }, [](auto& x) { return torch::log_softmax(x[0], 0); });
    check_operation("norm", {a}, [](auto& x) { return norm(x[0]); }, [](auto& x) { return torch::norm(x[0]); });
    if (!any(isnan(a)).item<bool>())  // the sign of a NaN is 0 there and a NaN here
      check_operation("norm", {a}, [](auto& x) { return norm(x[0], 1); }, [](auto& x) { return torch::norm(x[0], 1); });
    check_operation("norm", {a}, [](auto& x) { return norm(x[0], 3); }, [](auto& x) { return torch::norm(x[0], 3); });
    check_operation("all", {a}, [](auto& x) { return all(x[0]); }, [](auto& x) { return torch::all(x[0]); });
    check_operation("any", {a}, [](auto& x) { return any(x[0]); }, [](auto& x) { return torch::any(x[0]); });
  }
}
// clang-format on
