#include <algorithm>
#include <cmath>
#include <vector>

#include <autodiff/check/differences.hpp>
#include <autodiff/create.hpp>

namespace eingrad {

namespace {

/// The elements of all tensors, one behind the other.
std::vector<double> numbers_of(const std::vector<Tensor>& tensors) {
  std::vector<double> numbers;
  for (const Tensor& tensor : tensors) {
    if (!is_floating(tensor.dtype())) {
      throw Report("f", "its result is not floating-point")
          .operand("y", tensor)
          .hint("an f of floating-point operations")
          .as<dtype_error>();
    }
    const Tensor wide = tensor.to(float64);
    const auto span = wide.span<double>();
    numbers.insert(numbers.end(), span.begin(), span.end());
  }
  return numbers;
}

/// One element of a tensor that is moved, and set back at the end.
template <std::floating_point T>
class MovedElement {
 public:
  MovedElement(const Tensor& tensor, std::int64_t i)
      : element_(static_cast<T*>(tensor.node().data)[i]), before_(element_) {}
  ~MovedElement() { element_ = before_; }
  MovedElement(const MovedElement&) = delete;
  MovedElement& operator=(const MovedElement&) = delete;

  /// Moves it, and returns how far it really went.
  double by(double distance) {
    element_ = static_cast<T>(static_cast<double>(before_) + distance);
    return static_cast<double>(element_) - static_cast<double>(before_);
  }

 private:
  T& element_;
  T before_;
};

/// A tensor that is moved along a direction, by multiples of it, and set back at the end.
template <std::floating_point T>
class MovedTensor {
 public:
  MovedTensor(const Tensor& tensor, const Tensor& direction)
      : elements_(static_cast<T*>(tensor.node().data)),
        before_(elements_, elements_ + tensor.numel()),
        direction_(direction.to(float64)) {}
  ~MovedTensor() { std::ranges::copy(before_, elements_); }
  MovedTensor(const MovedTensor&) = delete;
  MovedTensor& operator=(const MovedTensor&) = delete;

  double by(double distance) {
    const auto direction = direction_.template span<double>();
    double moved = 0, length = 0;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      const auto before = static_cast<double>(before_[i]);
      elements_[i] = static_cast<T>(before + distance * direction[i]);
      moved += (static_cast<double>(elements_[i]) - before) * direction[i];
      length += direction[i] * direction[i];
    }
    return moved / length;
  }

 private:
  T* elements_;
  std::vector<T> before_;
  Tensor direction_;
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
  throw Report("f", "the shape of its result is not always the same")
      .hint("an f whose result has one shape, whatever the values")
      .as<value_error>();
}

double Differences::slope(const Numbers& high, const Numbers& low, double distance) const {
  double difference = 0;
  for (std::size_t i = 0; i < cotangents_.size(); ++i) difference += cotangents_[i] * (high[i] - low[i]);
  return difference / distance;
}

template <class Moved>
Slopes Differences::along(Moved& moved, double eps) const {
  const double up = moved.by(eps);
  const Numbers high = f_here();
  const double down = -moved.by(-eps);
  const Numbers low = f_here();
  return {slope(high, low, up + down), slope(at_inputs_, low, down), slope(high, at_inputs_, up)};
}

Slopes Differences::along(std::size_t input, std::int64_t i, double eps) const {
  return with_floating_type(inputs_[input].dtype(), [&]<class T>() {
    MovedElement<T> element(inputs_[input], i);
    return along(element, eps);
  });
}

Slopes Differences::along(std::size_t input, const Tensor& direction, double eps) const {
  return with_floating_type(inputs_[input].dtype(), [&]<class T>() {
    MovedTensor<T> moved(inputs_[input], direction);
    return along(moved, eps);
  });
}

Tensor random_cotangent(const Tensor& output, Generator& generator) {
  Tensor cotangent = empty(output.shape(), float64);
  const auto numbers = cotangent.mutable_span<double>();
  generator.fill_uniform<double>(numbers, -1, 1);
  for (double& number : numbers) number += std::copysign(0.5, number);
  return cotangent.to(output.dtype());
}

}  // namespace eingrad
