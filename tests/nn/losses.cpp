// What libtorch cannot show of the losses: second derivatives, and what is refused.
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include <autodiff/backward.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/memory.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/rule.hpp>
#include <nn/nn.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using nn::Reduction;
using testing::contains;
using testing::error_text;

namespace {

/// The losses that take a prediction and a target of one shape, both between 0 and 1.
const std::map<std::string, std::function<Tensor(const Tensor&, const Tensor&)>> of_pairs{
    {"mse_loss", [](auto& y, auto& t) { return nn::mse_loss(y, t, Reduction::sum); }},
    {"l1_loss", [](auto& y, auto& t) { return nn::l1_loss(y, t); }},
    {"smooth_l1_loss", [](auto& y, auto& t) { return nn::smooth_l1_loss(y, t, {.beta = 0.3}); }},
    {"huber_loss", [](auto& y, auto& t) { return nn::huber_loss(y, t, {.delta = 0.3}); }},
    {"binary_cross_entropy", [](auto& y, auto& t) { return nn::binary_cross_entropy(y, t); }},
    {"binary_cross_entropy_with_logits",
     [](auto& y, auto& t) { return nn::binary_cross_entropy_with_logits(y, t); }},
    {"kl_div", [](auto& y, auto& t) { return nn::kl_div(y, t); }},
    {"cross_entropy", [](auto& y, auto& t) { return nn::cross_entropy(y, t, {.label_smoothing = 0.1}); }},
};

}  // namespace

TEST_CASE("losses can be differentiated twice") {
  Generator generator(1);
  const Tensor y = (rand({3, 4}, float64, generator) * 0.8 + 0.1).detach().requires_grad_();
  const Tensor t = (rand({3, 4}, float64, generator) * 0.8 + 0.1).detach().requires_grad_();
  for (const auto& each : of_pairs) {
    INFO(each.first);
    const auto f = [&](const std::vector<Tensor>& x) { return each.second(x[0], x[1]); };
    CHECK(gradcheck(f, {y, t}));
    CHECK(gradgradcheck(f, {y, t}));
  }
  const Tensor labels = tensor({2, 0, 3});
  const auto of_labels = [&](const Tensor& x) { return nn::cross_entropy(x, labels); };
  CHECK(gradcheck(of_labels, y));
  CHECK(gradgradcheck(of_labels, y));
}

TEST_CASE("the cross entropy of labels by hand is its composition's, also where labels are ignored") {
  Generator generator(7);
  for (const Dtype dtype : {float32, float64}) {
    const Tensor z = (randn({9, 5}, dtype, generator) * 20).detach().requires_grad_();
    for (const Tensor& labels :
         {tensor({0, 4, 2, 2, 1, 0, 3, 4, 4}), tensor({0, -100, 2, 2, -100, 0, 3, 4, 4})}) {
      const auto composed = [&] { return nn::nll_loss(log_softmax(z, 1), labels); };
      const Tensor by_hand = grad(nn::cross_entropy(z, labels) * 3, {z})[0];
      CHECK(allclose(by_hand, grad(composed() * 3, {z})[0], 1e-5, dtype == float32 ? 1e-7 : 1e-15));
      CHECK(nn::cross_entropy(z, labels).node().rule->name == std::string("cross_entropy"));
      CHECK(nn::cross_entropy(z, labels).item() == composed().item());
    }
    const Tensor none_counts = nn::cross_entropy(z, full({9}, -100, int64));  // as in PyTorch
    CHECK(std::isnan(none_counts.item()));
    CHECK(equal(grad(none_counts, {z})[0], zeros_like(z)));
  }
}

TEST_CASE("the cross entropy of logits without bounds is what its composition makes of them") {
  constexpr double infinity = testing::infinity;
  const Tensor z = testing::leaf({{1e300, -1e300, 0.}, {-infinity, 2., 1.}, {0., 0., -infinity}});
  const Tensor labels = tensor({0, 2, 1});
  const Tensor by_hand = nn::cross_entropy(z, labels), composed = nn::nll_loss(log_softmax(z, 1), labels);
  CHECK(by_hand.item() == composed.item());
  CHECK(allclose(grad(by_hand, {z})[0],
                 tensor({{0., 0., 0.}, {0., 0.24368619, -0.24368619}, {1 / 6., -1 / 6., 0.}}, float64)));
}

TEST_CASE("a loss that is held keeps no matrix once its gradient was taken") {
  const Tensor z = zeros({1000, 700}, float64).requires_grad_(), labels = zeros({1000}, int64);
  Tensor loss = nn::cross_entropy(z, labels);
  loss.backward();
  release_cached_memory();
  loss = {};  // what it had would wait for the next
  CHECK(cached_memory() < 1000 * 700 * sizeof(double));
}

TEST_CASE("losses refuse shapes that differ, and say what to do about a column") {
  for (const auto& each : of_pairs) {
    if (each.first == "cross_entropy") continue;
    INFO(each.first);
    const std::string text = error_text<shape_error>([&] { each.second(full({3, 1}, 0.5), full({3}, 0.5)); });
    CHECK(contains(text, each.first + ": prediction and target differ in shape"));
    CHECK(contains(text, "squeeze(-1)"));
    CHECK_THROWS_AS(each.second(tensor({1, 0}), tensor({1, 0})), dtype_error);
  }
}

TEST_CASE("where every label is ignored the mean is NaN and gradients are 0, as in PyTorch") {
  const Tensor ignored = full({2}, -100, int64);
  const std::pair<const char*, std::function<Tensor(const Tensor&)>> losses[] = {
      {"plain", [&](const Tensor& z) { return nn::cross_entropy(z, ignored); }},
      {"nll_loss", [&](const Tensor& z) { return nn::nll_loss(z, ignored); }},
      {"weighted", [&](const Tensor& z) { return nn::cross_entropy(z, ignored, {.weight = ones({3})}); }},
      {"smoothed", [&](const Tensor& z) { return nn::cross_entropy(z, ignored, {.label_smoothing = 0.1}); }},
  };
  for (const auto& [name, loss_of] : losses) {
    INFO(name);
    const Tensor z = testing::leaf({{1., 2., 3.}, {4., 5., 6.}});
    const Tensor loss = loss_of(z);
    loss.backward();
    CHECK(std::isnan(loss.item()));
    CHECK(equal(z.grad(), zeros_like(z)));
  }
}

TEST_CASE("cross_entropy says what is wrong with labels") {
  const Tensor x = zeros({3, 4});
  const std::string range = error_text<index_error>([&] { nn::cross_entropy(x, tensor({0, 4, 1})); });
  CHECK(contains(range, "label 4 is out of range"));
  CHECK(contains(range, "4 classes have the labels 0 to 3"));
  CHECK(contains(error_text<dtype_error>([&] {
                   nn::cross_entropy(x, tensor({0., 1., 2.}));
                 }),
                 "labels.to(int64)"));
  CHECK(contains(error_text<shape_error>([&] {
                   nn::cross_entropy(x, tensor({{0}, {1}, {2}}));
                 }),
                 "squeeze(-1)"));
  CHECK_THROWS_AS(nn::cross_entropy(x, tensor({0, 1})), shape_error);
  CHECK_THROWS_AS(nn::cross_entropy(x, tensor({0, -1, 1})), index_error);
  CHECK_THROWS_AS(nn::cross_entropy(tensor(1.), tensor(0)), shape_error);
  CHECK_THROWS_AS(nn::cross_entropy(x, tensor({0, 1, 2}), {.weight = ones({3})}), shape_error);
  CHECK_THROWS_AS(nn::cross_entropy(x, tensor({0, 1, 2}), {.label_smoothing = 1.5}), value_error);
  CHECK_THROWS_AS(nn::nll_loss(x, tensor({0, 1, 4})), index_error);
  CHECK(contains(error_text<shape_error>([&] {
                   nn::cross_entropy(zeros({2, 0}), tensor({0, 0}), {.ignore_index = 0});
                 }),
                 "there are no classes"));
}

TEST_CASE("losses refuse options and values out of range") {
  const Tensor y = tensor({0.5, 1.5}), t = tensor({0., 1.});
  CHECK(contains(error_text<value_error>([&] { nn::binary_cross_entropy(y, t); }), "sigmoid()"));
  CHECK_THROWS_AS(nn::huber_loss(y, t, {.delta = 0}), value_error);
  CHECK_THROWS_AS(nn::smooth_l1_loss(y, t, {.beta = -1}), value_error);
  CHECK_THROWS_AS(nn::l1_loss(y, t, Reduction::batchmean), value_error);
}

TEST_CASE("a loss as a module is its function with the same options") {
  Generator generator(2);
  const Tensor x = randn({4, 3}, float64, generator), labels = tensor({0, 2, 1, 1});
  CHECK(equal(nn::CrossEntropyLoss({.ignore_index = 1, .reduction = Reduction::sum})(x, labels),
              nn::cross_entropy(x, labels, {.ignore_index = 1, .reduction = Reduction::sum})));
  CHECK(equal(nn::L1Loss(Reduction::sum)(x, -x), nn::l1_loss(x, -x, Reduction::sum)));
  CHECK(equal(nn::HuberLoss({.delta = 2})(x, -x), nn::huber_loss(x, -x, {.delta = 2})));
  CHECK(nn::KLDivLoss().name() == "KLDivLoss");
}
