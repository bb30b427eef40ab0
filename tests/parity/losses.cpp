// Losses beside libtorch's: values and gradients, for each reduction.
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <nn/nn.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>

using namespace eingrad;
using namespace eingrad::testing;
using nn::Reduction;
namespace F = torch::nn::functional;

namespace {

void check_loss(const std::string& name, const std::vector<Tensor>& inputs, const OnTensors& ours,
                const OnTorchTensors& theirs) {
  check_same_function("loss", name, inputs, ours, theirs);
}

/// Calls f with each reduction and libtorch's name for it.
template <class F>
void each_reduction(F f) {
  f(Reduction::none, torch::kNone);
  f(Reduction::mean, torch::kMean);
  f(Reduction::sum, torch::kSum);
}

Tensor labels(const Shape& shape, int classes) { return random_input(shape, 0, classes - 0.001, int64); }

}  // namespace

// clang-format off
TEST_CASE("parity: the mean of no sample", "[parity]") {
  const Tensor scores = random_input({2, 3}), none = tensor({0., 0., 1.}, float64);
  for (const Tensor& target : {tensor({-100, -100}), tensor({0, 1}), tensor({-100, 1})}) {
    for (const Tensor& w : {Tensor(), none}) {
      const torch::Tensor torch_w = w.defined() ? to_torch(w) : torch::Tensor();
      check_loss("nll_loss", {scores, target}, [&](auto& x) { return nn::nll_loss(x[0], x[1], {.weight = w}); }, [&](auto& x) { return torch::nll_loss(x[0], x[1], torch_w); });
      for (const double smoothing : {0., 0.1})
        check_loss("cross_entropy", {scores, target}, [&](auto& x) { return nn::cross_entropy(x[0], x[1], {.weight = w, .label_smoothing = smoothing}); }, [&](auto& x) { return torch::cross_entropy_loss(x[0], x[1], torch_w, torch::Reduction::Mean, -100, smoothing); });
    }
  }
}

TEST_CASE("parity: losses of distances", "[parity]") {
  const Tensor y = random_input({4, 3}), t = random_input({4, 3});
  each_reduction([&](auto ours, auto theirs) {
    check_loss("mse_loss", {y, t}, [&](auto& x) { return nn::mse_loss(x[0], x[1], ours); }, [&](auto& x) { return F::mse_loss(x[0], x[1], F::MSELossFuncOptions(theirs)); });
    check_loss("l1_loss", {y, t}, [&](auto& x) { return nn::l1_loss(x[0], x[1], ours); }, [&](auto& x) { return F::l1_loss(x[0], x[1], F::L1LossFuncOptions(theirs)); });
    for (const double width : {0.4, 1.0, 2.5}) {
      check_loss("smooth_l1_loss", {y, t}, [&](auto& x) { return nn::smooth_l1_loss(x[0], x[1], {.reduction = ours, .beta = width}); }, [&](auto& x) { return F::smooth_l1_loss(x[0], x[1], F::SmoothL1LossFuncOptions(theirs), width); });
      check_loss("huber_loss", {y, t}, [&](auto& x) { return nn::huber_loss(x[0], x[1], {.reduction = ours, .delta = width}); }, [&](auto& x) { return F::huber_loss(x[0], x[1], F::HuberLossFuncOptions().reduction(theirs).delta(width)); });
    }
  });
}

TEST_CASE("parity: losses of classifications", "[parity]") {
  const Tensor weight = random_input({5}, 0.1, 2).detach();
  const std::pair<Tensor, Tensor> cases[] = {{random_input({7, 5}), labels({7}, 5)}, {random_input({5}), labels({}, 5)}, {random_input({3, 5, 2, 4}), labels({3, 2, 4}, 5)}};
  for (const auto& [scores, target] : cases) {
    each_reduction([&](auto ours, auto theirs) {
      for (const Tensor& w : {Tensor(), weight}) {
        const torch::Tensor torch_w = w.defined() ? to_torch(w) : torch::Tensor();
        for (const std::int64_t ignored : {-100, 2}) {
          check_loss("nll_loss", {scores, target}, [&](auto& x) { return nn::nll_loss(x[0], x[1], {.weight = w, .ignore_index = ignored, .reduction = ours}); },
                [&](auto& x) { return torch::nll_loss_nd(x[0], x[1], torch_w, static_cast<std::int64_t>(ours), ignored); });
          for (const double smoothing : {0., 0.1}) {
            check_loss("cross_entropy", {scores, target}, [&](auto& x) { return nn::cross_entropy(x[0], x[1], {.weight = w, .ignore_index = ignored, .reduction = ours, .label_smoothing = smoothing}); },
                  [&](auto& x) { return F::cross_entropy(x[0], x[1], F::CrossEntropyFuncOptions().weight(torch_w).ignore_index(ignored).reduction(theirs).label_smoothing(smoothing)); });
          }
        }
        const Tensor p = random_input(scores.shape(), 0, 1);
        for (const double smoothing : {0., 0.2}) {
          check_loss("cross_entropy with probabilities", {scores, p}, [&](auto& x) { return nn::cross_entropy(x[0], x[1], {.weight = w, .reduction = ours, .label_smoothing = smoothing}); },
                [&](auto& x) { return F::cross_entropy(x[0], x[1], F::CrossEntropyFuncOptions().weight(torch_w).reduction(theirs).label_smoothing(smoothing)); });
        }
      }
    });
  }
}

TEST_CASE("parity: losses of probabilities", "[parity]") {
  const Tensor y = random_input({4, 3}, 0.01, 0.99), t = random_input({4, 3}, 0, 1), x = random_input({4, 3}, -5, 5);
  const Tensor edges = tensor({0., 1., 0., 1.}, float64).requires_grad_(), wrong = tensor({1., 0., 0., 1.}, float64), far = tensor({-800., 800., 0., 40.}, float64).requires_grad_();
  const Tensor weight = random_input({3}, 0.1, 2).detach();
  each_reduction([&](auto ours, auto theirs) {
    for (const Tensor& w : {Tensor(), weight}) {
      const torch::Tensor torch_w = w.defined() ? to_torch(w) : torch::Tensor();
      check_loss("binary_cross_entropy", {y, t}, [&](auto& a) { return nn::binary_cross_entropy(a[0], a[1], {.weight = w, .reduction = ours}); },
            [&](auto& a) { return F::binary_cross_entropy(a[0], a[1], F::BinaryCrossEntropyFuncOptions().weight(torch_w).reduction(theirs)); });
      check_loss("binary_cross_entropy_with_logits", {x, t}, [&](auto& a) { return nn::binary_cross_entropy_with_logits(a[0], a[1], {.weight = w, .pos_weight = w, .reduction = ours}); },
            [&](auto& a) { return F::binary_cross_entropy_with_logits(a[0], a[1], F::BinaryCrossEntropyWithLogitsFuncOptions().weight(torch_w).pos_weight(torch_w).reduction(theirs)); });
    }
    check_loss("binary_cross_entropy", {edges, wrong}, [&](auto& a) { return nn::binary_cross_entropy(a[0], a[1], {.reduction = ours}); }, [&](auto& a) { return F::binary_cross_entropy(a[0], a[1], F::BinaryCrossEntropyFuncOptions().reduction(theirs)); });
    check_loss("binary_cross_entropy_with_logits", {far, wrong}, [&](auto& a) { return nn::binary_cross_entropy_with_logits(a[0], a[1], {.reduction = ours}); }, [&](auto& a) { return F::binary_cross_entropy_with_logits(a[0], a[1], F::BinaryCrossEntropyWithLogitsFuncOptions().reduction(theirs)); });
    const Tensor sparse = relu(x.detach()).requires_grad_();
    check_loss("kl_div", {x, y}, [&](auto& a) { return nn::kl_div(a[0], a[1], {.reduction = ours}); }, [&](auto& a) { return F::kl_div(a[0], a[1], F::KLDivFuncOptions(theirs)); });
    check_loss("kl_div", {x, sparse.detach()}, [&](auto& a) { return nn::kl_div(a[0], a[1], {.reduction = ours}); }, [&](auto& a) { return F::kl_div(a[0], a[1], F::KLDivFuncOptions(theirs)); });
    check_loss("kl_div of a logarithm", {x, y}, [&](auto& a) { return nn::kl_div(a[0], a[1], {.reduction = ours, .log_target = true}); }, [&](auto& a) { return F::kl_div(a[0], a[1], F::KLDivFuncOptions(theirs).log_target(true)); });
  });
  check_loss("kl_div", {x, y}, [&](auto& a) { return nn::kl_div(a[0], a[1], {.reduction = Reduction::batchmean}); }, [&](auto& a) { return F::kl_div(a[0], a[1], F::KLDivFuncOptions(torch::kBatchMean)); });
}
// clang-format on
