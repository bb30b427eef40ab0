#include <optim/optim.hpp>

#include <07_momentum.cpp>
#include <examples/exercises/checks/check.hpp>

namespace exercise_07 {

/// Where a parameter is after each step down a bowl, L = p_i a_i p_i, taken by an optimizer.
template <class Optimizer>
std::vector<Tensor> path(const Tensor& start, const auto& make) {
  const Tensor p = start.clone().requires_grad_(), a = tensor({0.5, 1.0, 2.0});
  Optimizer optimizer = make(p);
  std::vector<Tensor> places;
  for (int step = 0; step < 4; ++step) {
    p.zero_grad();
    einsum("i,i,i->", p, a, p).backward();
    optimizer.step();
    places.push_back(p.detach().clone());
  }
  return places;
}

TEST_CASE("07 momentum takes the steps of optim::SGD") {
  set_default_dtype(float64);
  const Tensor start = tensor({1.0, -2.0, 3.0});
  const double lr = 0.05, mu = 0.9;
  const auto sgd = [&](optim::SGDOptions options) {
    return path<optim::SGD>(start, [&](const Tensor& p) { return optim::SGD({p}, options); });
  };
  const auto right = sgd({.lr = lr, .momentum = mu}), plain = sgd({.lr = lr}),
             averaged = sgd({.lr = (1 - mu) * lr, .momentum = mu}),
             nesterov = sgd({.lr = lr, .momentum = mu, .nesterov = true}),
             uphill = sgd({.lr = lr, .momentum = mu, .maximize = true});
  const auto yours = path<Momentum>(start, [&](const Tensor& p) { return Momentum({p}, lr, mu); });
  const std::string still =
      allclose(yours.back(), start)
          ? "where it was at first: no gradient enters v, or p = … makes a new tensor where p -= … was meant"
          : "where it was at first: v gets its gradient after p has moved, one step late";
  for (std::size_t k = 0; k < right.size(); ++k)
    exercise::compare(fmt::format("p after step {}", k + 1), yours[k], right[k],
                      {{still, start},
                       {"where a step without momentum leads: v is forgotten between the steps, or p moves "
                        "along g instead of v",
                        plain[k]},
                       {"where g with the factor 1 - mu leads; here g enters v whole", averaged[k]},
                       {"where Nesterov's form leads, which looks ahead", nesterov[k]},
                       {"where a step uphill leads: the sign", uphill[k]}});
}

}  // namespace exercise_07
