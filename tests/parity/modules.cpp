// Modules beside libtorch's: the same seed gives the same initial values to the last bit, then outputs,
// gradients and buffers are compared.
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random.hpp>
#include <nn/nn.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using namespace eingrad::testing;

namespace {

/// The default dtype and the seed of both libraries.
struct Both {
  explicit Both(Dtype dtype = float64) : ours(dtype) {
    torch::set_default_dtype(dtype == float64 ? caffe2::TypeMeta::Make<double>()
                                              : caffe2::TypeMeta::Make<float>());
    seed();
  }
  ~Both() { torch::set_default_dtype(caffe2::TypeMeta::Make<float>()); }
  static void seed() {
    manual_seed(3);
    torch::manual_seed(3);
  }

 private:
  DefaultDtype ours;
};

void check_state(const std::string& name, const nn::Module& ours, const torch::nn::Module& theirs,
                 double tolerance) {
  const nn::StateDict state = ours.state_dict();
  std::size_t count = 0;
  const auto check = [&](const auto& all) {
    for (const auto& each : all) {
      INFO(each.key());
      REQUIRE(state.contains(each.key()));
      check_same("module", name, state.at(each.key()), each.value(), tolerance);
      ++count;
    }
  };
  check(theirs.named_parameters());
  check(theirs.named_buffers());
  CHECK(count == state.size());
}

/// Makes both in each dtype with one seed and compares them; `call` runs either on an input.
template <class MakeOurs, class MakeTheirs>
void compare(const std::string& name, const Shape& shape, MakeOurs make_ours, MakeTheirs make_theirs) {
  INFO(name);
  {
    const Both in_float(float32);
    const auto ours = make_ours();
    check_state(name, ours, *make_theirs(), 0);
  }
  const Both both;
  auto ours = make_ours();
  auto theirs = make_theirs();
  check_state(name, ours, *theirs, 0);
  for (const bool training : {true, false}) {
    ours.train(training);
    theirs->train(training);
    const Tensor x = random_input(shape);
    Both::seed();
    check_same_function(
        "module", name, {x}, [&](auto& in) { return ours(in[0]); },
        [&](auto& in) { return theirs->forward(in[0]); });
    const Tensor y = ours(x);
    const torch::Tensor torch_y = theirs->forward(to_torch(x));
    if (!y.requires_grad()) continue;
    sum(square(y)).backward();
    torch_y.square().sum().backward();
    for (const auto& [key, parameter] : ours.named_parameters()) {
      if (training) check_same("module", name, parameter.grad(), theirs->named_parameters()[key].grad());
    }
    ours.zero_grad();
    theirs->zero_grad();
  }
  check_state(name, ours, *theirs, 1e-12);
}

}  // namespace

// clang-format off
TEST_CASE("parity: layers", "[parity]") {
  compare("Linear", {5, 3}, [] { return nn::Linear(3, 4); }, [] { return torch::nn::Linear(3, 4); });
  compare("Conv1d", {2, 4, 9}, [] { return nn::Conv1d(4, 6, 3); }, [] { return torch::nn::Conv1d(4, 6, 3); });
  compare("Conv1d", {2, 4, 9}, [] { return nn::Conv1d(4, 6, 3, {.stride = 2, .padding = 1, .dilation = 2, .groups = 2}); }, [] { return torch::nn::Conv1d(torch::nn::Conv1dOptions(4, 6, 3).stride(2).padding(1).dilation(2).groups(2)); });
  compare("Conv2d", {2, 3, 7, 8}, [] { return nn::Conv2d(3, 4, 3); }, [] { return torch::nn::Conv2d(3, 4, 3); });
  compare("Conv2d", {2, 4, 7, 8}, [] { return nn::Conv2d(4, 6, {3, 2}, {.stride = {2, 1}, .padding = {1, 2}, .dilation = {1, 2}, .groups = 2}, false); },
          [] { return torch::nn::Conv2d(torch::nn::Conv2dOptions(4, 6, {3, 2}).stride({2, 1}).padding({1, 2}).dilation({1, 2}).groups(2).bias(false)); });
  compare("Conv2d", {2, 4, 5, 5}, [] { return nn::Conv2d(4, 4, 3, {.padding = 1, .groups = 4}); }, [] { return torch::nn::Conv2d(torch::nn::Conv2dOptions(4, 4, 3).padding(1).groups(4)); });
  compare("MaxPool1d", {2, 3, 9}, [] { return nn::MaxPool1d(3, {.stride = 2, .padding = 1}); }, [] { return torch::nn::MaxPool1d(torch::nn::MaxPool1dOptions(3).stride(2).padding(1)); });
  compare("MaxPool2d", {2, 3, 6, 7}, [] { return nn::MaxPool2d(2); }, [] { return torch::nn::MaxPool2d(2); });
  compare("MaxPool2d", {2, 3, 6, 7}, [] { return nn::MaxPool2d({3, 2}, {.stride = 1, .padding = 1, .dilation = 2}); }, [] { return torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions({3, 2}).stride(1).padding(1).dilation(2)); });
  compare("AvgPool1d", {2, 3, 9}, [] { return nn::AvgPool1d(3, {.padding = 1}); }, [] { return torch::nn::AvgPool1d(torch::nn::AvgPool1dOptions(3).padding(1)); });
  compare("AvgPool2d", {2, 3, 6, 7}, [] { return nn::AvgPool2d({3, 2}, {.stride = {2, 1}, .padding = 1}); }, [] { return torch::nn::AvgPool2d(torch::nn::AvgPool2dOptions({3, 2}).stride({2, 1}).padding(1)); });
  compare("BatchNorm1d", {6, 4}, [] { return nn::BatchNorm1d(4); }, [] { return torch::nn::BatchNorm1d(4); });
  compare("BatchNorm1d", {6, 4, 3}, [] { return nn::BatchNorm1d(4, {.eps = 1e-3, .momentum = 0.3}); }, [] { return torch::nn::BatchNorm1d(torch::nn::BatchNormOptions(4).eps(1e-3).momentum(0.3)); });
  compare("BatchNorm2d", {3, 4, 3, 2}, [] { return nn::BatchNorm2d(4); }, [] { return torch::nn::BatchNorm2d(4); });
  compare("BatchNorm2d", {3, 4, 3, 2}, [] { return nn::BatchNorm2d(4, {.affine = false, .track_running_stats = false}); }, [] { return torch::nn::BatchNorm2d(torch::nn::BatchNormOptions(4).affine(false).track_running_stats(false)); });
  compare("LayerNorm", {3, 4, 5}, [] { return nn::LayerNorm({4, 5}); }, [] { return torch::nn::LayerNorm(torch::nn::LayerNormOptions({4, 5})); });
  compare("LayerNorm", {3, 5}, [] { return nn::LayerNorm(5, {.eps = 1e-3, .elementwise_affine = false}); }, [] { return torch::nn::LayerNorm(torch::nn::LayerNormOptions({5}).eps(1e-3).elementwise_affine(false)); });
  compare("Dropout", {40, 5}, [] { return nn::Dropout(0.3); }, [] { return torch::nn::Dropout(0.3); });
  compare("Flatten", {2, 3, 4}, [] { return nn::Flatten(); }, [] { return torch::nn::Flatten(); });
  compare("Identity", {2, 3}, [] { return nn::Identity(); }, [] { return torch::nn::Identity(); });
}

TEST_CASE("parity: activations as modules", "[parity]") {
  const Shape shape{4, 5};
  compare("ReLU", shape, [] { return nn::ReLU(); }, [] { return torch::nn::ReLU(); });
  compare("Tanh", shape, [] { return nn::Tanh(); }, [] { return torch::nn::Tanh(); });
  compare("Sigmoid", shape, [] { return nn::Sigmoid(); }, [] { return torch::nn::Sigmoid(); });
  compare("LogSigmoid", shape, [] { return nn::LogSigmoid(); }, [] { return torch::nn::LogSigmoid(); });
  compare("GELU", shape, [] { return nn::GELU(); }, [] { return torch::nn::GELU(); });
  compare("SiLU", shape, [] { return nn::SiLU(); }, [] { return torch::nn::SiLU(); });
  compare("LeakyReLU", shape, [] { return nn::LeakyReLU(0.2); }, [] { return torch::nn::LeakyReLU(torch::nn::LeakyReLUOptions().negative_slope(0.2)); });
  compare("ELU", shape, [] { return nn::ELU(0.7); }, [] { return torch::nn::ELU(torch::nn::ELUOptions().alpha(0.7)); });
  compare("Softplus", shape, [] { return nn::Softplus(2, 1); }, [] { return torch::nn::Softplus(torch::nn::SoftplusOptions().beta(2).threshold(1)); });
  compare("Hardtanh", shape, [] { return nn::Hardtanh(-0.5, 1); }, [] { return torch::nn::Hardtanh(torch::nn::HardtanhOptions().min_val(-0.5).max_val(1)); });
  compare("Softmax", shape, [] { return nn::Softmax(1); }, [] { return torch::nn::Softmax(1); });
  compare("LogSoftmax", shape, [] { return nn::LogSoftmax(1); }, [] { return torch::nn::LogSoftmax(1); });
}

TEST_CASE("parity: a model of several parts", "[parity]") {
  compare("Sequential", {4, 3, 8, 8}, [] { return nn::Sequential(nn::Conv2d(3, 4, 3), nn::BatchNorm2d(4), nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(36, 5)); },
          [] { return torch::nn::Sequential(torch::nn::Conv2d(3, 4, 3), torch::nn::BatchNorm2d(4), torch::nn::ReLU(), torch::nn::MaxPool2d(2), torch::nn::Flatten(), torch::nn::Linear(36, 5)); });
}

TEST_CASE("parity: embeddings", "[parity]") {
  const Both both;
  const nn::Embedding ours(6, 3, 2);
  torch::nn::Embedding theirs(torch::nn::EmbeddingOptions(6, 3).padding_idx(2));
  check_state("Embedding", ours, *theirs, 0);
  const Tensor indices = tensor({{0, 2, 5}, {5, 5, 1}});
  const Tensor y = ours(indices);
  const torch::Tensor torch_y = theirs(to_torch(indices));
  check_same("module", "Embedding", y, torch_y);
  sum(square(y)).backward();
  torch_y.square().sum().backward();
  check_same("module", "Embedding", ours.weight.grad(), theirs->weight.grad());
}

TEST_CASE("parity: initial values", "[parity]") {
  using namespace nn;
  namespace T = torch::nn::init;
  const auto compare_init = [](const std::string& name, const Shape& shape, auto ours, auto theirs, double tolerance = 0) {
    for (const Dtype dtype : {float32, float64}) {
      const Both both(dtype);
      Tensor a = zeros(shape);
      torch::Tensor b = torch::zeros(std::vector<std::int64_t>(shape.begin(), shape.end()));
      ours(a);
      theirs(b);
      check_same("initial values", name, a, b, dtype == float32 ? tolerance * 1e7 : tolerance);
    }
  };
  for (const Shape& shape : {Shape{5, 7}, Shape{4, 3, 2, 2}}) {
    compare_init("uniform_", shape, [](auto& a) { init::uniform_(a, -1, 2); }, [](auto& a) { T::uniform_(a, -1, 2); });
    compare_init("normal_", shape, [](auto& a) { init::normal_(a, 1, 2); }, [](auto& a) { T::normal_(a, 1, 2); });
    compare_init("constant_", shape, [](auto& a) { init::constant_(a, 3); }, [](auto& a) { T::constant_(a, 3); });
    compare_init("xavier_uniform_", shape, [](auto& a) { init::xavier_uniform_(a, 1.5); }, [](auto& a) { T::xavier_uniform_(a, 1.5); });
    compare_init("xavier_normal_", shape, [](auto& a) { init::xavier_normal_(a); }, [](auto& a) { T::xavier_normal_(a); });
    compare_init("kaiming_uniform_", shape, [](auto& a) { init::kaiming_uniform_(a, 0.2); }, [](auto& a) { T::kaiming_uniform_(a, 0.2); });
    compare_init("kaiming_normal_", shape, [](auto& a) { init::kaiming_normal_(a, 0, init::Fan::out, init::Nonlinearity::relu); }, [](auto& a) { T::kaiming_normal_(a, 0, torch::kFanOut, torch::kReLU); });
    compare_init("orthogonal_", shape, [](auto& a) { init::orthogonal_(a, 2); }, [](auto& a) { T::orthogonal_(a, 2); }, 1e-13);
  }
}

/// Compares two recurrent layers: outputs, last states, gradients.
template <class Ours, class Theirs>
void compare_recurrent(const std::string& name, nn::RecurrentOptions options, auto make_theirs) {
  const Both both;
  const Ours ours(3, 4, options);
  Theirs theirs = make_theirs(3, 4);
  check_state(name, ours, *theirs, 0);
  const Tensor x = options.batch_first ? random_input({2, 5, 3}) : random_input({5, 2, 3});
  const auto [output, h_n, c_n] = ours(x);
  const torch::Tensor torch_x = to_torch(x);
  const auto [torch_output, torch_state] = theirs(torch_x);
  check_same("module", name, output, torch_output);
  if constexpr (std::is_same_v<Theirs, torch::nn::LSTM>) {
    check_same("module", name, h_n, std::get<0>(torch_state));
    check_same("module", name, c_n, std::get<1>(torch_state));
  } else {
    check_same("module", name, h_n, torch_state);
  }
  sum(square(output)).backward();
  torch_output.square().sum().backward();
  check_same("module", name, x.grad(), torch_x.grad());
  for (const auto& [key, parameter] : ours.named_parameters())
    check_same("module", name, parameter.grad(), theirs->named_parameters()[key].grad());
}

TEST_CASE("parity: recurrent layers", "[parity]") {
  const nn::RecurrentOptions plain{}, deep{.num_layers = 2, .batch_first = true, .bidirectional = true}, without_bias{.bias = false};
  using torch::nn::RNNOptions, torch::nn::LSTMOptions, torch::nn::GRUOptions;
  compare_recurrent<nn::RNN, torch::nn::RNN>("RNN", plain, [](int i, int h) { return torch::nn::RNN(i, h); });
  compare_recurrent<nn::RNN, torch::nn::RNN>("RNN", deep, [](int i, int h) { return torch::nn::RNN(RNNOptions(i, h).num_layers(2).batch_first(true).bidirectional(true)); });
  compare_recurrent<nn::LSTM, torch::nn::LSTM>("LSTM", plain, [](int i, int h) { return torch::nn::LSTM(i, h); });
  compare_recurrent<nn::LSTM, torch::nn::LSTM>("LSTM", deep, [](int i, int h) { return torch::nn::LSTM(LSTMOptions(i, h).num_layers(2).batch_first(true).bidirectional(true)); });
  compare_recurrent<nn::LSTM, torch::nn::LSTM>("LSTM", without_bias, [](int i, int h) { return torch::nn::LSTM(LSTMOptions(i, h).bias(false)); });
  compare_recurrent<nn::GRU, torch::nn::GRU>("GRU", plain, [](int i, int h) { return torch::nn::GRU(i, h); });
  compare_recurrent<nn::GRU, torch::nn::GRU>("GRU", deep, [](int i, int h) { return torch::nn::GRU(GRUOptions(i, h).num_layers(2).batch_first(true).bidirectional(true)); });
}

TEST_CASE("parity: recurrent layers from given states, with dropout between them", "[parity]") {
  const Both both(float64);
  const nn::LSTM ours(3, 4, {.num_layers = 2, .dropout = 0.4});
  Both::seed();
  torch::nn::LSTM theirs(torch::nn::LSTMOptions(3, 4).num_layers(2).dropout(0.4));
  check_state("LSTM", ours, *theirs, 0);
  Both::seed();
  check_same_function("module", "LSTM", {random_input({5, 2, 3}), random_input({2, 2, 4}), random_input({2, 2, 4})},
                      [&](auto& x) { Both::seed(); return ours(x[0], x[1], x[2]).output; },
                      [&](auto& x) { Both::seed(); return std::get<0>(theirs(x[0], std::make_tuple(x[1], x[2]))); });
  Both::seed();
  const nn::GRU gru(3, 4);
  Both::seed();
  torch::nn::GRU torch_gru(3, 4);
  check_same_function("module", "GRU", {random_input({5, 2, 3}), random_input({1, 2, 4})}, [&](auto& x) { return gru(x[0], x[1]).output; },
                      [&](auto& x) { return std::get<0>(torch_gru(x[0], x[1])); });
}

TEST_CASE("parity: attention", "[parity]") {
  const Both both;
  const nn::MultiheadAttention ours(6, 3);
  torch::nn::MultiheadAttention theirs(6, 3);
  check_state("MultiheadAttention", ours, *theirs, 0);
  const Tensor q = random_input({4, 2, 6}), k = random_input({5, 2, 6}), v = random_input({5, 2, 6});
  const Tensor later = triu(ones({4, 5}), 2).to(boolean), padding = tensor({{false, false, false, true, true}, {false, false, false, false, false}});
  const Tensor added = random_input({4, 5}).detach();
  for (const Tensor& mask : {Tensor(), later, added}) {
    for (const Tensor& hidden : {Tensor(), padding}) {
      torch::Tensor torch_mask = mask.defined() ? to_torch(mask) : torch::Tensor(), torch_hidden = hidden.defined() ? to_torch(hidden) : torch::Tensor();
      // Its C++ side adds a boolean mask as 0 and 1, unlike PyTorch.
      if (mask.defined() && mask.dtype() == boolean) torch_mask = torch::zeros({4, 5}).masked_fill(torch_mask, -std::numeric_limits<double>::infinity());
      check_same_function("module", "MultiheadAttention", {q, k, v}, [&](auto& x) { return ours(x[0], x[1], x[2], {mask, hidden}).output; },
                          [&](auto& x) { return std::get<0>(theirs(x[0], x[1], x[2], torch_hidden, true, torch_mask)); });
      check_same_function("module", "MultiheadAttention", {q, k, v}, [&](auto& x) { return ours(x[0], x[1], x[2], {mask, hidden}).weights; },
                          [&](auto& x) { return std::get<1>(theirs(x[0], x[1], x[2], torch_hidden, true, torch_mask)); });
    }
  }
  for (const bool gelu : {false, true}) {
    Both::seed();
    nn::TransformerEncoderLayer layer(6, 3, {.dim_feedforward = 8, .activation = gelu ? nn::FeedForward::gelu : nn::FeedForward::relu});
    Both::seed();
    auto options = torch::nn::TransformerEncoderLayerOptions(6, 3).dim_feedforward(8);
    if (gelu) options.activation(torch::kGELU);
    torch::nn::TransformerEncoderLayer torch_layer(options);
    check_state("TransformerEncoderLayer", layer, *torch_layer, 0);
    for (const bool training : {false, true}) {
      layer.train(training);
      torch_layer->train(training);
      const Tensor x = random_input({4, 2, 6});
      Both::seed();
      check_same_function("module", "TransformerEncoderLayer", {x}, [&](auto& in) { return layer(in[0]); }, [&](auto& in) { return torch_layer(in[0]); });
    }
  }
}

TEST_CASE("parity: attention as a function", "[parity]") {
  const Tensor q = random_input({2, 3, 4}), k = random_input({2, 5, 4}), v = random_input({2, 5, 6});
  const Tensor seen = tril(ones({3, 5}), 2).to(boolean), added = random_input({3, 5}).detach();
  for (const Tensor& mask : {Tensor(), seen, added}) {
    c10::optional<torch::Tensor> torch_mask;
    if (mask.defined()) torch_mask = to_torch(mask);
    check_same_function("module", "scaled_dot_product_attention", {q, k, v}, [&](auto& x) { return nn::scaled_dot_product_attention(x[0], x[1], x[2], mask); },
                        [&](auto& x) { return std::get<0>(at::_scaled_dot_product_attention(x[0], x[1], x[2], torch_mask)); });
  }
}

TEST_CASE("parity: clipped gradients", "[parity]") {
  for (const double p : {1., 2., std::numeric_limits<double>::infinity()}) {
    for (const double limit : {0.5, 100.}) {
      const std::vector<Tensor> ours{random_input({3}), random_input({2, 2})};
      const std::vector<torch::Tensor> theirs{to_torch(ours[0]), to_torch(ours[1])};
      const auto gradients = [&] {
        for (std::size_t i = 0; i < 2; ++i) {
          ours[i].set_grad(ours[i].detach() * 2);
          theirs[i].mutable_grad() = theirs[i].detach() * 2;
        }
      };
      const auto check = [&](const std::string& name) {
        for (std::size_t i = 0; i < 2; ++i) check_same("clipping", name, ours[i].grad(), theirs[i].grad());
      };
      gradients();
      const double norm = nn::clip_grad_norm_(ours, limit, p), torch_norm = torch::nn::utils::clip_grad_norm_(theirs, limit, p);
      CHECK(norm == Approx(torch_norm).epsilon(1e-12));
      check("clip_grad_norm_");
      gradients();
      nn::clip_grad_value_(ours, limit);
      torch::nn::utils::clip_grad_value_(theirs, limit);
      check("clip_grad_value_");
    }
  }
}
// clang-format on
