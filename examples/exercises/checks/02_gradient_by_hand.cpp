#include <limits>

#include <nn/nn.hpp>

#include <02_gradient_by_hand.cpp>
#include <examples/exercises/checks/check.hpp>

namespace exercise_02 {

TEST_CASE("02 the gradients by hand are those of autograd") {
  set_default_dtype(float64);
  manual_seed(2);
  const Tensor X = randn({5, 3}), y = randn({5});
  const Tensor w = randn({3}).requires_grad_(), b = randn({}).requires_grad_();
  const Tensor yhat = einsum("ni,i->n", X, w) + b;
  const std::vector<Tensor> right = grad(nn::mse_loss(yhat, y), {b, w});

  const Gradients yours = gradients(X, y, yhat.detach());
  const Tensor delta = (2 * (yhat - y) / 5).detach();
  // Where yhat is infinite a factor 0 makes nan, and zeros that stand for themselves stay 0.
  const Tensor far = gradients(X, y, full_like(yhat, std::numeric_limits<double>::infinity())).b;
  const bool has_factor_0 = far.defined() && any(isnan(far)).item<bool>();
  const std::string of_a_sum = "5 times the right one, and there are 5 rows: L is their mean";
  exercise::compare("dL/db", yours.b, right[0],
                    {{has_factor_0 ? "0; 2 / y.size(0) would be 0 in C++, a quotient of whole numbers"
                                   : "0, and also where yhat is infinite",
                      zeros({})},
                     {"the sum of yhat_n - y_n, without a factor", sum(yhat - y)},
                     {of_a_sum, 5 * right[0]},
                     {"dL/dyhat_n, which is still to be summed over n", delta}});
  exercise::compare("dL/dw", yours.w, right[1],
                    {{"right without the factor 2/|n|", einsum("ni,n->i", X, yhat - y)},
                     {of_a_sum, 5 * right[1]},
                     {"the gradient as if all inputs were 1", einsum("n,i->i", delta, ones({3}))},
                     {"X_ni dL/dyhat_n, which is still to be summed over n", einsum("ni,n->ni", X, delta)}});
}

}  // namespace exercise_02
