#include <algorithm>
#include <cmath>

#include <autodiff/check/differences.hpp>
#include <autodiff/create.hpp>

namespace eingrad {

namespace {

/// The elements of all tensors, one behind the other.
std::vector<double> numbers_of(const std::vector<Tensor>& tensors) {
  std::vector<double> numbers;
  for (const Tensor& tensor : tensors) {
    if (!is_floating(tensor.dtype())) {
      throw Report("f", "its result is not floating-point").operand("y", tensor).as<dtype_error>();
    }
    const Tensor wide = tensor.to(float64);
    const auto span = wide.span<double>();
    numbers.insert(numbers.end(), span.begin(), span.end());
  }
  return numbers;
}

/// One element of a tensor that is moved, and set back at the end.
template <std::floating_point T>
class Moved {
 public:
  Moved(const Tensor& tensor, std::int64_t i)
      : element_(static_cast<T*>(tensor.node().data)[i]), before_(element_) {}
  ~Moved() { element_ = before_; }
  Moved(const Moved&) = delete;
  Moved& operator=(const Moved&) = delete;

  /// Moves it, and returns how far it really went.
  double by(double distance) {
    element_ = static_cast<T>(static_cast<double>(before_) + distance);
    return static_cast<double>(element_) - static_cast<double>(before_);
  }

 private:
  T& element_;
  T before_;
};

}  // namespace

Differences::Differences(Function f, const Tensors& inputs)
    : f_(std::move(f)), inputs_(inputs), outputs_(f_(inputs)), at_inputs_(numbers_of(outputs_)) {
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  if (!std::ranges::equal(f_here(), at_inputs_, same)) {
    throw Report("f", "it gives other values when it is called again")
        .hint("a function that draws no random numbers and does not change what it reads")
        .as<value_error>();
  }
}

void Differences::set_cotangents(const Tensors& cotangents) { cotangents_ = numbers_of(cotangents); }

Differences::Numbers Differences::f_here() const {
  Numbers numbers = numbers_of(f_(inputs_));
  if (numbers.size() == at_inputs_.size()) return numbers;
  throw Report("f", "the shape of its result is not always the same").as<value_error>();
}

double Differences::slope(const Numbers& high, const Numbers& low, double distance) const {
  double difference = 0;
  for (std::size_t i = 0; i < cotangents_.size(); ++i) difference += cotangents_[i] * (high[i] - low[i]);
  return difference / distance;
}

Slopes Differences::along(std::size_t input, std::int64_t i, double eps) const {
  const auto measure = [&]<class T>() {
    Moved<T> element(inputs_[input], i);
    const double up = element.by(eps);
    const Numbers high = f_here();
    const double down = -element.by(-eps);
    const Numbers low = f_here();
    return Slopes{slope(high, low, up + down), slope(at_inputs_, low, down), slope(high, at_inputs_, up)};
  };
  return inputs_[input].dtype() == float32 ? measure.operator()<float>() : measure.operator()<double>();
}

Tensor random_cotangent(const Tensor& output, Generator& generator) {
  Tensor cotangent = empty(output.shape(), float64);
  const auto numbers = cotangent.mutable_span<double>();
  generator.fill_uniform<double>(numbers, -1, 1);
  for (double& number : numbers) number += std::copysign(0.5, number);
  return cotangent.to(output.dtype());
}

}  // namespace eingrad
