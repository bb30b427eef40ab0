#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <nn/linear.hpp>
#include <nn/mse_loss.hpp>
#include <optim/sgd.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using optim::SGD;
using optim::SGDOptions;
using testing::error_text;
using testing::values;

namespace {

struct Case {
  SGDOptions options;
  std::vector<double> in_double;
  std::vector<float> in_float;
};

// torch.optim.SGD of PyTorch 1.13 (AVX2) after four steps on p = (1.5, -0.7, 0.3, 2.1, -1.1) with the
// gradients 0.3 (i + 1) - 0.7 t.
const std::vector<Case> cases{
    {{.lr = 0.1},
     {0x1.ccccccccccccdp+0, -0x1.0a3d70a3d70a5p-1, 0x1.70a3d70a3d70ap-2, 0x1.051eb851eb852p+1,
      -0x1.47ae147ae147bp+0},
     {0x1.ccccccp+0F, -0x1.0a3d72p-1F, 0x1.70a3d8p-2F, 0x1.051eb8p+1F, -0x1.47ae14p+0F}},
    {{.lr = 0.1, .weight_decay = 0.05},
     {0x1.c50c911c1c962p+0, -0x1.02ec46a8ed04ep-1, 0x1.6bdd9f70a6b9cp-2, 0x1.0010817a8b58dp+1,
      -0x1.414cc55ddc6e0p+0},
     {0x1.c50c92p+0F, -0x1.02ec46p-1F, 0x1.6bdda0p-2F, 0x1.001082p+1F, -0x1.414cc8p+0F}},
    {{.lr = 0.1, .maximize = true},
     {0x1.3333333333333p+0, -0x1.c28f5c28f5c27p-1, 0x1.eb851eb851eb9p-3, 0x1.147ae147ae148p+1,
      -0x1.d70a3d70a3d71p-1},
     {0x1.333334p+0F, -0x1.c28f5ap-1F, 0x1.eb8520p-3F, 0x1.147ae2p+1F, -0x1.d70a40p-1F}},
    {{.lr = 0.05, .momentum = 0.9},
     {0x1.b27620ee8d110p+0, -0x1.46f9335d249e5p-1, 0x1.ce1ef73c0c1fdp-3, 0x1.e3d1244a6223fp+0,
      -0x1.72219652bd3c3p+0},
     {0x1.b27622p+0F, -0x1.46f934p-1F, 0x1.ce1efcp-3F, 0x1.e3d124p+0F, -0x1.722196p+0F}},
    {{.lr = 0.05, .momentum = 0.9, .dampening = 0.3},
     {0x1.9f5c7cd898b2fp+0, -0x1.603f91e646f15p-1, 0x1.9cb923a29c77ap-3, 0x1.e41adea897635p+0,
      -0x1.6b61672324c83p+0},
     {0x1.9f5c7cp+0F, -0x1.603f94p-1F, 0x1.9cb92ap-3F, 0x1.e41adcp+0F, -0x1.6b6168p+0F}},
    {{.lr = 0.05, .momentum = 0.9, .nesterov = true},
     {0x1.d3d0b73d188f3p+0, -0x1.1c093d9663844p-1, 0x1.0d64f97edc7efp-2, 0x1.e183e8576cce5p+0,
      -0x1.80516db0dd831p+0},
     {0x1.d3d0bap+0F, -0x1.1c093ep-1F, 0x1.0d64fcp-2F, 0x1.e183e8p+0F, -0x1.80516ep+0F}},
    {{.lr = 0.05, .momentum = 0.8, .weight_decay = 0.01, .nesterov = true},
     {0x1.cbfef18266462p+0, -0x1.196a14d6303bdp-1, 0x1.25e43228ee89bp-2, 0x1.eb5fa83843ebdp+0,
      -0x1.6bfaf99c1c23ap+0},
     {0x1.cbfef2p+0F, -0x1.196a14p-1F, 0x1.25e434p-2F, 0x1.eb5fa8p+0F, -0x1.6bfafap+0F}},
    {{.lr = 0.05, .momentum = 0.8, .dampening = 0.5, .weight_decay = 0.01, .maximize = true},
     {0x1.6bd3007a0e806p+0, -0x1.60d7874924822p-1, 0x1.9102b479d0166p-2, 0x1.2293f58cf2073p+1,
      -0x1.acc0b31681cb5p-1},
     {0x1.6bd300p+0F, -0x1.60d784p-1F, 0x1.9102b4p-2F, 0x1.2293f2p+1F, -0x1.acc0b6p-1F}},
    {{.lr = 0.05, .momentum = 0.9, .weight_decay = 0.02, .nesterov = true, .maximize = true},
     {0x1.278f4df9a7e59p+0, -0x1.aca2f4f3f3458p-1, 0x1.54554ded05955p-2, 0x1.2567038559c8dp+1,
      -0x1.5ff240d365c7ep-1},
     {0x1.278f4ep+0F, -0x1.aca2f4p-1F, 0x1.54554ep-2F, 0x1.256702p+1F, -0x1.5ff242p-1F}},
    {{.lr = 0.1, .dampening = 0.5},
     {0x1.ccccccccccccdp+0, -0x1.0a3d70a3d70a5p-1, 0x1.70a3d70a3d70ap-2, 0x1.051eb851eb852p+1,
      -0x1.47ae147ae147bp+0},
     {0x1.ccccccp+0F, -0x1.0a3d72p-1F, 0x1.70a3d8p-2F, 0x1.051eb8p+1F, -0x1.47ae14p+0F}},
};

std::string text_of(const SGDOptions& o) {
  return "lr " + std::to_string(o.lr) + " momentum " + std::to_string(o.momentum) + " dampening " +
         std::to_string(o.dampening) + " weight_decay " + std::to_string(o.weight_decay) +
         (o.nesterov ? " nesterov" : "") + (o.maximize ? " maximize" : "");
}

Tensor after_four_steps(const SGDOptions& options, Dtype dtype) {
  const Tensor p = tensor({1.5, -0.7, 0.3, 2.1, -1.1}, dtype).requires_grad_();
  SGD sgd({p}, options);
  for (int t = 0; t < 4; ++t) {
    std::vector<double> gradient;
    for (int i = 0; i < 5; ++i) gradient.push_back(0.3 * (i + 1) - 0.7 * t);
    p.set_grad(tensor(gradient, dtype));
    sgd.step();
  }
  return p;
}

}  // namespace

TEST_CASE("SGD steps are PyTorch's to the last bit, with every option") {
  for (const Case& one : cases) {
    INFO(text_of(one.options));
    CHECK(values<double>(after_four_steps(one.options, float64)) == one.in_double);
    CHECK(values<float>(after_four_steps(one.options, float32)) == one.in_float);
  }
}

TEST_CASE("a step leaves the gradients as they are, and parameters without one") {
  for (const Case& one : cases) {
    INFO(text_of(one.options));
    const Tensor p = tensor({1., 2.}).requires_grad_(), unused = tensor({3., 4.}).requires_grad_();
    SGD sgd({p, unused}, one.options);
    for (int t = 0; t < 3; ++t) {
      p.set_grad(tensor({0.5, -1.}));
      sgd.step();
      CHECK(values<float>(p.grad()) == std::vector<float>{0.5F, -1});
    }
    CHECK(values<float>(unused) == std::vector<float>{3, 4});
  }
}

TEST_CASE("zero_grad forgets the gradients") {
  const Tensor p = ones({2}).requires_grad_();
  const SGD sgd({p}, {.lr = 1});
  p.set_grad(ones({2}));
  sgd.zero_grad();
  CHECK(!p.grad().defined());
}

TEST_CASE("a step is refused to a backward pass that needs the old values") {
  const Tensor p = ones({2}).requires_grad_();
  SGD sgd({p}, {.lr = 1});
  const Tensor y = square(p).sum();
  p.set_grad(ones({2}));
  sgd.step();
  const auto line = "tests/optim/sgd.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(error_text<graph_error>([&] { y.backward(); }), ContainsSubstring(line));
}

TEST_CASE("the optimizer stays attached to a model that was assigned to") {
  nn::Linear model(1, 1), best = model;
  SGD sgd(model.parameters(), {.lr = 0.1});
  model = best;
  const float before = model.weight.item<float>();
  model.weight.set_grad(ones({1, 1}));
  sgd.step();
  CHECK(model.weight.item<float>() == std::fma(1.F, -0.1F, before));
  CHECK(best.weight.item<float>() == before);
}

TEST_CASE("a line is fitted") {
  const Tensor x = tensor({{-1.}, {0.}, {1.}, {2.}}), t = 3 * x - 1;
  nn::Linear model(1, 1);
  SGD sgd(model.parameters(), {.lr = 0.1, .momentum = 0.5});
  for (int epoch = 0; epoch < 200; ++epoch) {
    sgd.zero_grad();
    nn::mse_loss(model(x), t).backward();
    sgd.step();
  }
  CHECK(model.weight.item() == Approx(3).epsilon(1e-5));
  CHECK(model.bias.item() == Approx(-1).epsilon(1e-5));
}

TEST_CASE("a schedule changes the learning rate") {
  const Tensor p = zeros({}).requires_grad_();
  SGD sgd({p}, {.lr = 1});
  sgd.set_lr(0.25);
  CHECK(sgd.options().lr == 0.25);
  p.set_grad(ones({}));
  sgd.step();
  CHECK(p.item() == -0.25);
  CHECK_THAT(error_text<value_error>([&] { sgd.set_lr(-1); }), ContainsSubstring("lr = -1"));
}

TEST_CASE("SGD refuses options without meaning") {
  const std::vector<Tensor> p{ones({1}).requires_grad_()};
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = HUGE_VAL;
  const auto refused = [&](SGDOptions options, const std::string& text) {
    CHECK_THAT(error_text<value_error>([&] { SGD(p, options); }), ContainsSubstring(text));
  };
  refused({.lr = -0.1}, "lr = -0.1");
  refused({.lr = nan}, "lr = nan");
  refused({.lr = infinity}, "lr = inf");
  refused({.lr = 1, .momentum = -1}, "momentum = -1");
  refused({.lr = 1, .weight_decay = -1}, "weight_decay = -1");
  refused({.lr = 1, .dampening = nan}, "dampening = nan");
  refused({.lr = 1, .nesterov = true}, "momentum > 0");
  refused({.lr = 1, .momentum = 0.9, .dampening = 0.1, .nesterov = true}, "dampening = 0");
}

TEST_CASE("SGD refuses what it cannot train") {
  CHECK_THAT(error_text<value_error>([] { SGD({}, {.lr = 1}); }), ContainsSubstring("no parameter"));
  CHECK_THAT(error_text<graph_error>([] { SGD({ones({2})}, {.lr = 1}); }),
             ContainsSubstring("requires_grad_()"));
  const Tensor p = ones({2}).requires_grad_();
  CHECK_THAT(error_text<graph_error>([&] { SGD({p * 2}, {.lr = 1}); }), ContainsSubstring("no leaf"));
}
