// Classifiers of real data, trained here and in libtorch from the same seeds: the same weights, and so the
// same accuracy.
#include <set>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <data/data.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using namespace eingrad::testing;

namespace {

struct Split {
  Tensor x_train, x_test, y_train, y_test;

  Split(const Tensor& x, const Tensor& y) {
    std::tie(x_train, x_test, y_train, y_test) =
        std::tuple_cat(data::train_test_split(x, y, {.test_size = 0.3, .random_state = 0}));
  }
};

double accuracy(const Tensor& logits, const Tensor& labels) {
  return mean(eq(argmax(logits, 1), labels).to(float64)).item();
}
double accuracy(const torch::Tensor& logits, const torch::Tensor& labels) {
  return (logits.argmax(1) == labels).to(torch::kFloat64).mean().item<double>();
}

/// Trains both on whole batches with Adam, and compares weights and accuracies. Returns the accuracy on what
/// was not trained on.
double compare(const std::string& name, nn::Sequential ours, torch::nn::Sequential theirs, const Split& split,
               int steps, double tolerance) {
  optim::Adam adam(ours.parameters(), {.lr = 0.02});
  torch::optim::Adam torch_adam(theirs->parameters(), torch::optim::AdamOptions(0.02));
  const torch::Tensor x = to_torch(split.x_train), y = to_torch(split.y_train);
  for (int step = 0; step < steps; ++step) {
    adam.zero_grad();
    nn::cross_entropy(ours(split.x_train), split.y_train).backward();
    adam.step();
    torch_adam.zero_grad();
    torch::nn::functional::cross_entropy(theirs->forward(x), y).backward();
    torch_adam.step();
  }
  for (const auto& [key, parameter] : ours.named_parameters())
    check_same("training on real data", name, parameter, theirs->named_parameters()[key], tolerance);
  const double reached = accuracy(ours(split.x_test), split.y_test);
  CHECK(reached == accuracy(theirs->forward(to_torch(split.x_test)), to_torch(split.y_test)));
  return reached;
}

/// The default dtype and the seed of both libraries.
struct InDoubles {
  DefaultDtype ours{float64};
  InDoubles() {
    torch::set_default_dtype(caffe2::TypeMeta::Make<double>());
    seed();
  }
  ~InDoubles() { torch::set_default_dtype(caffe2::TypeMeta::Make<float>()); }
  static void seed() {
    manual_seed(0);
    torch::manual_seed(0);
  }
};

Split iris() {
  const data::Table table = data::read_csv(EINGRAD_DATA_DIR "/iris.csv");
  std::vector<Tensor> columns;
  for (const char* name : {"sepal_length", "sepal_width", "petal_length", "petal_width"})
    columns.push_back(table.column(name));
  const std::vector<std::string> species = table.text("species");
  const std::set<std::string> names(species.begin(), species.end());
  std::vector<std::int64_t> labels;
  for (const std::string& each : species) labels.push_back(std::distance(names.begin(), names.find(each)));
  const Tensor x = stack(columns, 1);
  return {(x - mean(x, 0)) / eingrad::std(x, 0), tensor(labels)};
}

/// 1,797 handwritten digits of 8 by 8 pixels from 0 to 16.
Split digits() {
  const data::Table table = data::read_csv(EINGRAD_DATA_DIR "/digits.csv");
  std::vector<Tensor> pixels;
  for (const std::string& name : table.names()) {
    if (name != "digit") pixels.push_back(table.column(name));
  }
  return {stack(pixels, 1).reshape({-1, 1, 8, 8}) / 16, table.column("digit", int64)};
}

}  // namespace

TEST_CASE("parity: a perceptron tells irises apart", "[parity]") {
  const InDoubles both;
  nn::Sequential ours(nn::Linear(4, 16), nn::Tanh(), nn::Linear(16, 3));
  torch::nn::Sequential theirs(torch::nn::Linear(4, 16), torch::nn::Tanh(), torch::nn::Linear(16, 3));
  CHECK(compare("iris", ours, theirs, iris(), 60, 1e-9) >= 0.95);
}

TEST_CASE("parity: a convolutional network reads handwritten digits", "[parity]") {
  const InDoubles both;
  nn::Sequential ours(nn::Conv2d(1, 8, 3), nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(72, 10));
  torch::nn::Sequential theirs(torch::nn::Conv2d(1, 8, 3), torch::nn::ReLU(), torch::nn::MaxPool2d(2),
                               torch::nn::Flatten(), torch::nn::Linear(72, 10));
  CHECK(compare("digits", ours, theirs, digits(), 40, 1e-7) >= 0.9);
}
