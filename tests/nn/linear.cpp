#include <array>
#include <sstream>
#include <string>

#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/random/random.hpp>
#include <nn/linear.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using nn::Linear;
using testing::DefaultDtype;
using testing::error_text;
using testing::Record;
using testing::values;

namespace {

template <class T>
void check_initial_values(const Record& record) {
  const DefaultDtype guard(dtype_of<T>());
  manual_seed(static_cast<std::uint64_t>(record.integer("manual_seed")));
  const Linear layer(record.integer("in_features"), record.integer("out_features"));
  CHECK(layer.weight.shape() == Shape(record.shape("weight")));
  CHECK(layer.bias.shape() == Shape(record.shape("bias")));
  CHECK(record.difference("weight", values<T>(layer.weight)) == "");
  CHECK(record.difference("bias", values<T>(layer.bias)) == "");
}

}  // namespace

TEST_CASE("initial weights and biases are PyTorch's after manual_seed, in both dtypes") {
  for (const Record& record : testing::records("torch_streams.json", "nn.Linear")) {
    INFO(record.arguments());
    if (record.text("dtype") == "float64") {
      check_initial_values<double>(record);
    } else {
      check_initial_values<float>(record);
    }
  }
}

TEST_CASE("reset_parameters draws anew, and a layer without bias draws none") {
  manual_seed(4);
  Linear layer(3, 2);
  const auto first = values<float>(layer.weight);
  manual_seed(4);
  layer.reset_parameters();
  CHECK(values<float>(layer.weight) == first);
  manual_seed(4);
  const Linear without_bias(3, 2, false);
  CHECK(values<float>(without_bias.weight) == first);
  CHECK(!without_bias.bias.defined());
  CHECK(without_bias.parameters().size() == 1);
  const float drawn_next = rand({1}).item<float>();
  manual_seed(4);
  const Tensor weights = rand({6});
  CHECK(rand({1}).item<float>() == drawn_next);
}

TEST_CASE("a layer is x W^T + b over the last axis, whatever stands in front") {
  Linear layer(3, 2);
  layer.weight = tensor({{1., 2., 3.}, {4., 5., 6.}});
  layer.bias = tensor({10., 20.});
  const Tensor x = tensor({{1., 0., -1.}, {0.5, 0.25, 2.}});
  CHECK(values<float>(layer(x)) == std::vector<float>{8, 18, 17, 35.25});
  CHECK(values<float>(layer(x.slice(0, 0, 1).reshape({3}))) == std::vector<float>{8, 18});
  const Tensor y = layer(x.reshape({2, 1, 3}));
  CHECK(y.shape() == Shape{2, 1, 2});
  CHECK(values<float>(y) == std::vector<float>{8, 18, 17, 35.25});
  CHECK(layer(zeros({0, 3})).shape() == Shape{0, 2});

  Linear without_bias(3, 2, false);
  without_bias.weight = layer.weight;
  CHECK(values<float>(without_bias(x)) == std::vector<float>{-2, -2, 7, 15.25});
}

TEST_CASE("small layers, large ones, and those that are cut into parts add the bias to the same product") {
  const DefaultDtype guard(float64);
  manual_seed(0);
  const auto whole = [](const Shape& shape) { return randint(-3, 4, shape).to(float64); };
  for (const auto& [rows, in, out] :
       {std::array{4, 5, 6}, {40, 50, 60}, {1030, 1040, 1028}, {1028, 1040, 1030}}) {
    const Tensor x = whole({rows, in}), weight = whole({out, in}), bias = whole({out});
    CHECK(equal(nn::linear(x, weight, bias),
                x.matmul(weight.t()) + bias));  // whole numbers: any order is exact
  }
}

TEST_CASE("the gradients of a layer are those of the formula") {
  const DefaultDtype guard(float64);
  manual_seed(0);
  const Linear layer(3, 2);
  const Tensor x = randn({5, 3}).requires_grad_(), ybar = randn({5, 2});
  layer(x).backward(ybar);
  const auto close = [](const Tensor& a, const Tensor& b) {
    REQUIRE(a.shape() == b.shape());
    for (std::size_t i = 0; i < values<double>(a).size(); ++i)
      CHECK(values<double>(a)[i] == Approx(values<double>(b)[i]).epsilon(1e-14));
  };
  close(layer.weight.grad(), einsum("no,ni->oi", ybar, x));
  close(layer.bias.grad(), einsum("no->o", ybar));
  close(x.grad(), einsum("no,oi->ni", ybar, layer.weight));
}

TEST_CASE("a layer's gradients agree with differences, to second order") {
  const DefaultDtype guard(float64);
  manual_seed(1);
  const Tensor w = randn({2, 3}).requires_grad_(), b = randn({2}).requires_grad_();
  const auto layer = [](const std::vector<Tensor>& in) { return nn::linear(in[0], in[1], in[2]); };
  for (const Shape& shape : {Shape{3}, Shape{4, 3}, Shape{1, 3}, Shape{2, 2, 3}, Shape{0, 3}}) {
    INFO(to_string(shape));
    const Tensor x = randn(shape).requires_grad_();
    CHECK(gradcheck(layer, {x, w, b}));
    CHECK(gradgradcheck(layer, {x, w, b}));
    CHECK(gradcheck(layer, {x.detach(), w, b}));
    CHECK(gradcheck(layer, {x, w.detach(), b.detach()}));
    CHECK(gradgradcheck([](const std::vector<Tensor>& in) { return nn::linear(in[0], in[1]); }, {x, w}));
  }
  // One feature in and out, as in a simple regression; and operands that depend on each other.
  const Tensor x = randn({5, 1}).requires_grad_(), slope = randn({1, 1}).requires_grad_(),
               start = randn({1}).requires_grad_();
  CHECK(gradcheck(layer, {x, slope, start}));
  CHECK(gradgradcheck(layer, {x, slope, start}));
  const Tensor square = randn({2, 2}).requires_grad_();
  const auto own = [](const Tensor& a) { return nn::linear(a, a * a, sum(a, {0})) + nn::linear(a, a); };
  CHECK(gradcheck(own, square));
  CHECK(gradgradcheck(own, square));
}

TEST_CASE("what a layer's backward needs must not be overwritten") {
  Linear layer(3, 2);
  Tensor x = ones({4, 3}).requires_grad_();
  Tensor y = layer(x);
  layer.weight = zeros({2, 3});
  CHECK_THROWS_AS(y.sum().backward(), graph_error);
  y = layer(x);
  layer.bias = ones({2});
  y.sum().backward();
  CHECK(values<float>(layer.bias.grad()) == std::vector<float>{4, 4});
  const Tensor data = x.detach();
  y = layer(data);
  layer.weight = ones({2, 3});  // the gradients of weight and bias do not need it
  CHECK_NOTHROW(y.sum().backward());
}

TEST_CASE("shapes that do not fit are refused with the layer that would") {
  const Linear layer(3, 2);
  const Tensor x = ones({5, 4});
  const std::string text = error_text<shape_error>([&] { layer(x); });
  const auto line = "tests/nn/linear.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, StartsWith("shape_error: linear:") && ContainsSubstring(line) &&
                       ContainsSubstring("x     = (5, 4)") && ContainsSubstring("W     = (2, 3)") &&
                       ContainsSubstring("nn::Linear(4, 2)"));
  CHECK_THAT(error_text<shape_error>([&] { Linear(1, 1)(ones({7})); }), ContainsSubstring("unsqueeze(-1)"));
  CHECK_THROWS_AS(layer(ones({})), shape_error);
  CHECK_THROWS_AS(nn::linear(x, ones({2, 4}), ones({3})), shape_error);
  CHECK_THAT(error_text<value_error>([] { Linear(0, 3); }), ContainsSubstring("0 features in and 3 out"));
  CHECK_THROWS_AS(Linear(3, -1), value_error);
}

TEST_CASE("a layer prints as in PyTorch") {
  std::ostringstream out;
  out << Linear(3, 2) << "\n" << Linear(1, 1, false);
  CHECK(out.str() ==
        "Linear(in_features=3, out_features=2, bias=True)\n"
        "Linear(in_features=1, out_features=1, bias=False)");
}
