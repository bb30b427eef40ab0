#include <cstring>
#include <iostream>
#include <map>

#include <autodiff/backward.hpp>
#include <autodiff/create.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>

#include <fmt/format.h>

namespace eingrad::testing {

namespace {

torch::Dtype torch_dtype(Dtype dtype) {
  switch (dtype) {
    case float32:
      return torch::kFloat32;
    case float64:
      return torch::kFloat64;
    case int64:
      return torch::kInt64;
    default:
      return torch::kBool;
  }
}

/// The largest differences that were seen, printed when the program ends.
class Seen {
 public:
  ~Seen() {
    for (const auto& [kind, things] : largest_) {
      const auto worst = std::ranges::max_element(things, {}, [](const auto& thing) { return thing.second; });
      std::cout << fmt::format("parity: {} ({}), the largest difference is {:.2g}, of {}\n", things.size(),
                               kind, worst->second, worst->first);
    }
  }
  void note(const std::string& kind, const std::string& name, double difference) {
    double& largest = largest_[kind][name];
    largest = std::max(largest, difference);
  }

 private:
  std::map<std::string, std::map<std::string, double>> largest_;
};

Seen seen;

}  // namespace

torch::Tensor to_torch(const Tensor& a) {
  const std::vector<std::int64_t> shape(a.shape().begin(), a.shape().end());
  const torch::Tensor copy = torch::empty(shape, torch_dtype(a.dtype()));
  std::memcpy(copy.data_ptr(), a.node().data, a.node().bytes());
  return a.requires_grad() ? copy.requires_grad_() : copy;
}

Tensor from_torch(const torch::Tensor& given) {
  const torch::Tensor a = given.detach().contiguous();
  const Dtype dtypes[] = {boolean, int64, float32, float64};
  for (const Dtype dtype : dtypes) {
    if (torch_dtype(dtype) != a.scalar_type()) continue;
    Tensor copy = empty(Shape(a.sizes().vec()), dtype);
    std::memcpy(copy.node().data, a.data_ptr(), copy.node().bytes());
    return copy;
  }
  throw dtype_error("from_torch: no dtype here holds these elements");
}

double difference(const Tensor& a, const torch::Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined() ? 0 : HUGE_VAL;
  if (a.shape() != Shape(b.sizes().vec()) || torch_dtype(a.dtype()) != b.scalar_type()) return HUGE_VAL;
  const Tensor x = a.detach().to(float64), y = from_torch(b).to(float64);
  double largest = 0;
  for (std::size_t i = 0; i < x.span<double>().size(); ++i) {
    const double xi = x.span<double>()[i], yi = y.span<double>()[i];
    if (xi == yi || (std::isnan(xi) && std::isnan(yi))) continue;
    const double apart = std::abs(xi - yi) / std::max(1.0, std::abs(yi));
    largest = std::isfinite(apart) ? std::max(largest, apart) : HUGE_VAL;
  }
  return largest;
}

void check_same(const std::string& kind, const std::string& name, const Tensor& a, const torch::Tensor& b,
                double tolerance) {
  INFO(kind << ' ' << name);
  const double apart = difference(a, b);
  seen.note(kind, name, apart);
  CHECK(apart <= tolerance);
}

void check_same_function(const std::string& kind, const std::string& name, const std::vector<Tensor>& inputs,
                         const OnTensors& ours, const OnTorchTensors& theirs, double tolerance) {
  INFO(kind << ' ' << name);
  std::vector<torch::Tensor> torch_inputs, torch_wanted;
  std::vector<Tensor> wanted;
  for (const Tensor& input : inputs) {
    torch_inputs.push_back(to_torch(input));
    if (!input.requires_grad()) continue;
    wanted.push_back(input);
    torch_wanted.push_back(torch_inputs.back());
  }
  const Tensor y = ours(inputs);
  const torch::Tensor torch_y = theirs(torch_inputs);
  check_same(kind, name, y, torch_y, tolerance);
  if (wanted.empty() || difference(y, torch_y) == HUGE_VAL) return;
  REQUIRE(y.requires_grad() == torch_y.requires_grad());
  if (!y.requires_grad()) return;

  const Tensor cotangent = random_input(y.shape(), 0.5, 1.5, y.dtype()).detach();
  const auto gradients = grad(y, wanted, {.cotangents = {cotangent}, .allow_unused = true});
  const auto torch_gradients =
      torch::autograd::grad({torch_y}, torch_wanted, {to_torch(cotangent)}, {}, false, true);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    INFO("gradient by input " << i);
    check_same(kind, name, gradients[i], torch_gradients[i], tolerance);
  }
}

}  // namespace eingrad::testing
