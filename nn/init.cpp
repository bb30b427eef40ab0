#include <cmath>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random.hpp>
#include <nn/init.hpp>

namespace eingrad::nn::init {

namespace {

struct Fans {
  double in, out;
};

Fans fans_of(const char* operation, const Tensor& a, Location at) {
  if (a.dim() < 2) {
    throw Report(operation, "there are no inputs and outputs to count", at)
        .operand("a", a)
        .hint("weights of shape (out, in) or (out, in, kernel …)")
        .as<shape_error>();
  }
  const auto kernel = static_cast<double>(numel_behind(a.shape(), 1));
  return {static_cast<double>(a.size(1)) * kernel, static_cast<double>(a.size(0)) * kernel};
}

double xavier_std(const Tensor& a, double gain, Location at) {
  const Fans fans = fans_of("xavier", a, at);
  return gain * std::sqrt(2.0 / (fans.in + fans.out));
}

double kaiming_std(const Tensor& a, double slope, Fan fan, Nonlinearity nonlinearity, Location at) {
  const Fans fans = fans_of("kaiming", a, at);
  return calculate_gain(nonlinearity, slope) / std::sqrt(fan == Fan::in ? fans.in : fans.out);
}

/// Makes the rows orthonormal, each by what of it is new (Gram & Schmidt, twice for accuracy).
void orthonormalize_rows(Tensor& rows) {
  const auto count = static_cast<std::size_t>(rows.size(0)), n = static_cast<std::size_t>(rows.size(1));
  const std::span<double> all = rows.mutable_span<double>();
  const auto row = [&](std::size_t i) { return all.subspan(i * n, n); };
  const auto product = [](std::span<double> a, std::span<double> b) {
    double sum = 0;
    for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
    return sum;
  };
  for (std::size_t i = 0; i < count; ++i) {
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t k = 0; k < i; ++k) {
        const double along = product(row(i), row(k));
        for (std::size_t j = 0; j < n; ++j) row(i)[j] -= along * row(k)[j];
      }
    }
    const double length = std::sqrt(product(row(i), row(i)));
    for (double& x : row(i)) x /= length;
  }
}

}  // namespace

double calculate_gain(Nonlinearity nonlinearity, double slope) {
  switch (nonlinearity) {
    case Nonlinearity::tanh:
      return 5.0 / 3;
    case Nonlinearity::relu:
      return std::sqrt(2.0);
    case Nonlinearity::leaky_relu:
      return std::sqrt(2.0 / (1 + slope * slope));
    default:
      return 1;
  }
}

Tensor& uniform_(Tensor& a, double low, double high, Location at) {
  const no_grad guard;
  return eingrad::uniform_(a, low, high, default_generator(), at);
}
Tensor& normal_(Tensor& a, double mean, double std, Location at) {
  const no_grad guard;
  return eingrad::normal_(a, mean, std, default_generator(), at);
}
Tensor& constant_(Tensor& a, double value, Location at) {
  const no_grad guard;
  return a.fill_(value, at);
}
Tensor& ones_(Tensor& a, Location at) { return constant_(a, 1, at); }
Tensor& zeros_(Tensor& a, Location at) { return constant_(a, 0, at); }

Tensor& xavier_uniform_(Tensor& a, double gain, Location at) {
  const double bound = std::sqrt(3.0) * xavier_std(a, gain, at);
  return init::uniform_(a, -bound, bound, at);
}
Tensor& xavier_normal_(Tensor& a, double gain, Location at) {
  return init::normal_(a, 0, xavier_std(a, gain, at), at);
}
Tensor& kaiming_uniform_(Tensor& a, double slope, Fan fan, Nonlinearity nonlinearity, Location at) {
  const double bound = std::sqrt(3.0) * kaiming_std(a, slope, fan, nonlinearity, at);
  return init::uniform_(a, -bound, bound, at);
}
Tensor& kaiming_normal_(Tensor& a, double slope, Fan fan, Nonlinearity nonlinearity, Location at) {
  return init::normal_(a, 0, kaiming_std(a, slope, fan, nonlinearity, at), at);
}

Tensor& orthogonal_(Tensor& a, double gain, Location at) {
  fans_of("orthogonal_", a, at);
  const no_grad guard;
  const std::int64_t rows = a.size(0), columns = a.numel() / std::max<std::int64_t>(rows, 1);
  Tensor drawn = empty({rows, columns}, a.dtype());
  init::normal_(drawn, 0, 1, at);
  const bool wide = rows < columns;
  Tensor basis = (wide ? drawn : drawn.t()).to(float64).clone();
  orthonormalize_rows(basis);
  a.copy_(((wide ? basis : basis.t()) * gain).reshape(a.shape()), at);
  return a;
}

}  // namespace eingrad::nn::init
