// A gradient three times: on paper, by autograd, and by hand. The home page of the documentation shows it.
#include <iostream>

#include <eingrad.hpp>

using namespace eingrad;

int main() {
  set_default_dtype(float64);
  const Tensor x = tensor({1., 2., 3.}), y = tensor({3., 5., 8.});
  const Tensor b = zeros({1}).requires_grad_(), w = ones({1}).requires_grad_();

  const Tensor yhat = b + w * x;
  const Tensor loss = mean(square(yhat - y));
  std::cout << einstein::explain(loss, {{"x", x}, {"b", b}, {"w", w}}, {.of = {"w"}});

  loss.backward();
  const Tensor by_hand = 2. / 3 * einsum("p,p->", yhat - y, x);
  std::cout << "\nautograd " << w.grad().item() << ", by hand " << by_hand.item() << "\n";
}
