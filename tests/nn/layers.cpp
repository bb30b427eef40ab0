// Layers beside those in tests/parity: second derivatives, what is refused, values that libtorch does not
// show.
#include <sstream>
#include <string>

#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/random/random.hpp>
#include <nn/nn.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::contains;
using testing::DefaultDtype;
using testing::error_text;

namespace {

template <class Layer>
void check_derivatives(const Layer& layer, const Shape& shape) {
  Generator generator(1);
  std::vector<Tensor> inputs{randn(shape, float64, generator).requires_grad_()};
  for (const Tensor& parameter : layer.parameters()) inputs.push_back(parameter);
  const auto f = [&](const std::vector<Tensor>& x) { return layer(x[0]); };
  CHECK(gradcheck(f, inputs));
  CHECK(gradgradcheck(f, inputs));
}

}  // namespace

TEST_CASE("layers can be differentiated twice") {
  const DefaultDtype guard(float64);
  manual_seed(1);
  check_derivatives(nn::Conv1d(2, 2, 2, {.padding = 1}), {2, 2, 4});
  check_derivatives(nn::Conv2d(2, 2, 2, {.stride = 2, .groups = 2}), {1, 2, 4, 4});
  check_derivatives(nn::MaxPool1d(2), {1, 2, 4});
  check_derivatives(nn::MaxPool2d(2), {1, 2, 4, 4});
  check_derivatives(nn::AvgPool1d(2), {1, 2, 4});
  check_derivatives(nn::AvgPool2d(2), {1, 2, 4, 4});
  check_derivatives(nn::BatchNorm1d(2, {.track_running_stats = false}), {4, 2});
  check_derivatives(nn::BatchNorm2d(2, {.track_running_stats = false}), {2, 2, 2, 1});
  check_derivatives(nn::TransformerEncoderLayer(4, 2, {.dim_feedforward = 3, .dropout = 0}), {2, 1, 4});
  check_derivatives(nn::LayerNorm(3), {2, 3});
  CHECK(nn::LayerNorm({3}).weight.shape() == Shape{3});
  check_derivatives(nn::Sequential(nn::Linear(3, 2), nn::Tanh(), nn::Softmax(1)), {2, 3});
}

TEST_CASE("layers refuse what does not fit, and say what to do") {
  const nn::Conv2d conv(3, 4, 3);
  CHECK(contains(error_text<shape_error>([&] { conv(zeros({3, 8, 8})); }), "unsqueeze(0)"));
  CHECK(contains(error_text<shape_error>([&] { conv(zeros({1, 3, 2, 8})); }), "a padding of 1 or more"));
  CHECK_THROWS_AS(conv(zeros({1, 2, 8, 8})), shape_error);
  CHECK_THROWS_AS(nn::Conv2d(3, 4, 3, {.groups = 2}), value_error);
  CHECK_THROWS_AS(nn::Conv1d(3, 4, 0), value_error);
  CHECK_THROWS_AS(nn::conv1d(zeros({1, 1, 5}), zeros({1, 1, 2}), {}, {.stride = {1, 2}}), value_error);
  CHECK_THROWS_AS(nn::MaxPool2d(2, {.padding = 2})(zeros({1, 1, 4, 4})), value_error);
  CHECK_THROWS_AS(nn::MaxPool1d(2)(zeros({4})), shape_error);
  const nn::BatchNorm1d norm(3);
  CHECK_THROWS_AS(norm(zeros({4, 2})), shape_error);
  CHECK_THROWS_AS(norm(zeros({4, 3, 2, 2})), shape_error);
  CHECK(contains(error_text<value_error>([&] { norm(zeros({1, 3})); }), "eval()"));
  CHECK_THROWS_AS(nn::LayerNorm(3)(zeros({2, 4})), shape_error);
  CHECK_THROWS_AS(nn::Dropout(1.5), value_error);
  CHECK_THROWS_AS(nn::Embedding(3, 2, 3), value_error);
  const nn::Embedding table(3, 2);
  CHECK_THROWS_AS(table(tensor({3})), index_error);
  CHECK(contains(error_text<dtype_error>([&] { table(tensor({1.})); }), "to(int64)"));
  Tensor vector = zeros({3});
  CHECK_THROWS_AS(nn::init::xavier_uniform_(vector), shape_error);
  CHECK_THROWS_AS(nn::clip_grad_norm_({}, -1), value_error);
}

TEST_CASE("recurrent layers and attention can be differentiated twice") {
  const DefaultDtype guard(float64);
  manual_seed(2);
  const nn::LSTM lstm(2, 2);
  const nn::GRU gru(2, 2);
  const nn::MultiheadAttention attention(4, 2);
  const Tensor x = randn({2, 2, 2}).requires_grad_(), y = randn({2, 1, 4}).requires_grad_();
  const auto check = [](const auto& layer, const Tensor& in, auto result) {
    std::vector<Tensor> inputs{in};
    for (const Tensor& parameter : layer.parameters()) inputs.push_back(parameter);
    const auto f = [&](const std::vector<Tensor>& given) { return result(layer, given[0]); };
    CHECK(gradcheck(f, inputs));
    CHECK(gradgradcheck(f, inputs, {.directions = 2}));
  };
  const auto output = [](const auto& layer, const Tensor& in) { return layer(in).output; };
  check(nn::RNN(2, 2), x, output);
  check(lstm, x, output);
  check(gru, x, output);
  check(gru, x, [](const auto& layer, const Tensor& in) { return layer(in).h_n; });
  check(attention, y, [](const auto& layer, const Tensor& in) { return layer(in, in, in).output; });
}

TEST_CASE("a table of vectors gets gradients where it is read") {
  const DefaultDtype guard(float64);
  manual_seed(4);
  const nn::Embedding table(3, 2);
  const Tensor rows = tensor({{0, 2}, {2, 2}});
  const auto f = [&](const Tensor&) { return square(table(rows)); };
  CHECK(gradcheck(f, table.weight));
  CHECK(gradgradcheck(f, table.weight));
}

TEST_CASE("a single sequence is a batch of one, and states can be handed on") {
  const DefaultDtype guard(float64);
  manual_seed(3);
  const nn::LSTM lstm(2, 3, {.num_layers = 2});
  const Tensor x = randn({6, 2});
  const nn::Sequences whole = lstm(x);
  CHECK(whole.output.shape() == Shape{6, 3});
  CHECK(whole.h_n.shape() == Shape{2, 3});
  CHECK(allclose(whole.output, lstm(x.unsqueeze(1)).output.squeeze({1})));
  const nn::Sequences first = lstm(x.slice(0, 0, 4));
  const nn::Sequences second = lstm(x.slice(0, 4, 6), first.h_n, first.c_n);
  CHECK(allclose(second.output, whole.output.slice(0, 4, 6)));
  CHECK(allclose(second.c_n, whole.c_n));
}

TEST_CASE("norms may stand first in an encoder layer") {
  const DefaultDtype guard(float64);
  manual_seed(4);
  nn::TransformerEncoderLayer layer(4, 2, {.dim_feedforward = 5, .norm_first = true});
  layer.eval();
  const Tensor x = randn({3, 2, 4});
  const Tensor h = x + layer.self_attn(layer.norm1(x), layer.norm1(x), layer.norm1(x)).output;
  CHECK(allclose(layer(x), h + layer.linear2(relu(layer.linear1(layer.norm2(h))))));
}

TEST_CASE("an attention mask that does not fit is named, with the shapes that would") {
  const nn::MultiheadAttention attention(4, 2);
  const Tensor q = zeros({3, 1, 4}), k = zeros({5, 1, 4});
  const std::string text = error_text<shape_error>([&] { attention(q, k, k, {.attn_mask = zeros({5, 3})}); });
  CHECK(contains(text, "MultiheadAttention: the attention mask does not fit"));
  CHECK(contains(text, "(3, 5)"));
  CHECK(contains(text, "(2, 3, 5)"));
}

TEST_CASE("recurrent layers and attention refuse what does not fit") {
  const nn::GRU gru(2, 3);
  CHECK_THROWS_AS(gru(zeros({4, 1, 3})), shape_error);
  CHECK_THROWS_AS(gru(zeros({0, 1, 2})), shape_error);
  CHECK_THROWS_AS(gru(zeros({4, 1, 2}), zeros({1, 2, 3})), shape_error);
  CHECK_THROWS_AS(nn::LSTM(0, 1), value_error);
  CHECK_THROWS_AS(nn::MultiheadAttention(5, 2), value_error);
  const nn::MultiheadAttention attention(4, 2);
  CHECK_THROWS_AS(attention(zeros({2, 1, 4}), zeros({2, 2, 4}), zeros({2, 1, 4})), shape_error);
  CHECK_THROWS_AS(
      attention(zeros({2, 1, 4}), zeros({2, 1, 4}), zeros({2, 1, 4}), {.key_padding_mask = zeros({1, 2})}),
      shape_error);
}

TEST_CASE("dropout is nothing in evaluation, and all at p = 1") {
  nn::Dropout half;
  const Tensor x = ones({1000});
  const Tensor y = half(x);
  CHECK(sum(ne(y, 0)).item() == Approx(500).margin(80));
  CHECK(max_abs_difference(where(ne(y, 0), y, 2), full({1000}, 2)) == 0);
  half.eval();
  CHECK(equal(half(x), x));
  CHECK(equal(nn::Dropout(1)(x), zeros({1000})));
}

TEST_CASE("orthogonal values are orthonormal, whichever way round") {
  const DefaultDtype guard(float64);
  for (const Shape& shape : {Shape{3, 5}, Shape{5, 3}, Shape{4, 2, 3}}) {
    Tensor a = zeros(shape);
    nn::init::orthogonal_(a, 2);
    const Tensor matrix = a.reshape({shape[0], -1});
    const bool wide = matrix.size(0) < matrix.size(1);
    const Tensor product = wide ? matmul(matrix, matrix.t()) : matmul(matrix.t(), matrix);
    CHECK(allclose(product, 4 * eye(product.size(0)), 1e-12, 1e-12));
  }
}
