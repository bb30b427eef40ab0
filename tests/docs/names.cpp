// What the how-to pages show is C++ that compiles: their tables name nothing that is not called here, and
// from_xtensor.md shows a region of this file.
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <autodiff/xtensor.hpp>
#include <eingrad.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

namespace {

struct Net : nn::Module {
  nn::Linear hidden{784, 128}, out{128, 10};
  Tensor forward(const Tensor& x) const { return out(relu(hidden(x))); }
  Tensor operator()(const Tensor& x) const { return hooked(x, forward(x)); }
  EINGRAD_MEMBERS(hidden, out)
};

[[maybe_unused]] void tensors() {
  Tensor a = tensor({{1., 2.}, {3., 4.}});
  const Tensor b = randn({2, 3}), c = a > 2, mask = c, labels = zeros({2}, int64);
  zeros({2, 3}), ones({2, 3}), full({2, 3}, 1), eye(2), arange(6), linspace(0, 1, 3);
  rand({2, 3}), randint(9, {2, 3}), randperm(3);
  a.to(float32).to(float64).to(int64).to(boolean);
  a.shape(), a.size(0), a.dim(), a.numel(), a.dtype();
  a.item(), a.span<double>(), a.array<double>(), a.mutable_array<double>();
  index(a, {0, Slice{1, 3}}), a[0], a[mask], index(a, {0, 1}).item();
  a.slice(1, 2, 5), select(a, 1, 0), a.unsqueeze(1);
  matmul(a, b), einsum("ij,jk->ik", a, b);
  a.t(), transpose(a, 0, 1);
  exp(a), pow(a, 2), square(a);
  a.sum({0}), a.sum({1}, true), a.sum({1}), a.mean(), a.mean().item();
  static_cast<void>(sort(a).values), max(a, 1), argmax(a, 1), amax(a, {1});
  a.reshape({2, -1}), flatten(a);
  cat({a, b}, 1), cat({a, b}, 0), stack({a, b});
  where(c, a, b), clamp(a, 0, 1), masked_fill(a, mask, 0);
  a += b;
}

[[maybe_unused]] void gradients() {
  const Tensor a = randn({3}), y = sum(a * a), loss = y;
  a.requires_grad_(), a.grad(), a.detach();
  loss.backward({.retain_graph = true});
  grad(y, {a}, {.create_graph = true});
  { no_grad guard; }
  { detect_anomaly guard; }
  const auto f = [](const Tensor& x) { return x; };
  const auto sum_of_squares = [](const Tensor& x) { return sum(x * x); };
  const auto forward = [](const Tensors& x) { return x[0]; };
  const auto backward = [](const Tensor& cotangent, const Tensors&, const Tensor&) -> Tensors {
    return {cotangent};
  };
  Function("name", forward, backward);
  gradcheck(f, a), gradgradcheck(f, a);
  register_hook(a, f);
  vjp(forward, {a}, a), jvp(f, a, a), jacobian(f, a), hessian(sum_of_squares, a), hvp(sum_of_squares, a, a);
}

[[maybe_unused]] void training() {
  Net model;
  nn::Sequential{nn::Linear(4, 8), nn::ReLU()};
  const Tensor x = randn({64, 784}), y = randn({64, 10});
  nn::mse_loss(model(x), y), nn::cross_entropy(model(x), y), relu(x), undeclared_parameters(model, y);
  model.train(), model.eval();
  const StateDict state = model.state_dict();
  save(state, "model.safetensors"), model.load_state_dict(load("model.safetensors"));
  const auto params = model.parameters();
  optim::SGD(params, 0.1), optim::SGD(params, {.lr = 0.1, .momentum = 0.9});
  optim::SGD opt(params, {.lr = 0.1});
  optim::StepLR schedule(opt, 10);
  nn::clip_grad_norm_(params, 1);
  data::DataLoader(x, y, {.batch_size = 32, .shuffle = true});
  data::make_regression(), data::train_test_split(x, y);
}

std::string read(const std::string& path) {
  std::ifstream file(std::string(EINGRAD_ROOT "/") + path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What stands between backquotes in the second column of a page's tables, up to an ellipsis.
std::vector<std::string> names_in(const std::string& page) {
  std::vector<std::string> names;
  std::istringstream lines(read(page));
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    std::size_t at = line.find(" | ");
    while ((at = line.find('`', at)) != std::string::npos) {
      const std::size_t end = line.find('`', at + 1);
      const std::string name = line.substr(at + 1, end - at - 1);
      names.push_back(name.substr(0, name.find("…")));
      at = end + 1;
    }
  }
  return names;
}

}  // namespace

TEST_CASE("the tables of the how-to pages name nothing that does not exist", "[docs]") {
  const std::string source = read("tests/docs/names.cpp");
  for (const char* page : {"docs/howto/from_pytorch.md", "docs/howto/from_xtensor.md"}) {
    const std::vector<std::string> names = names_in(page);
    CHECK(names.size() > 20);
    for (const std::string& name : names) {
      INFO(name);
      CHECK(source.find(name) != std::string::npos);
    }
  }
}

TEST_CASE("tensors and xtensor's arrays meet as from_xtensor.md shows", "[docs]") {
  // region there and back
  const xt::xarray<double> data = {{1., 2., 3.}, {4., 5., 6.}};

  const Tensor a = tensor(data);                        // a copy
  const Tensor b = tensor(xt::sin(data) + 1, float32);  // an expression, in a dtype of your choice

  const auto view = a.array<double>();  // a view of the tensor's elements, no copy
  const double mean = xt::mean(view)();
  // endregion there and back
  CHECK(mean == 3.5);
  CHECK(b.dtype() == float32);
  CHECK((a + data).sum().item() == 42);
}
