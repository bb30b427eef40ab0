// Graphs belong to a thread; values are read by all.
#include <string>
#include <thread>
#include <vector>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <nn/linear.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::values;

TEST_CASE("the mode is the thread's own", "[grad mode]") {
  const no_grad guard;
  bool enabled = false;
  std::thread([&] { enabled = grad_enabled(); }).join();
  CHECK(enabled);
}

TEST_CASE("recording on another thread's tensor is refused", "[threads]") {
  const Tensor x = ones({2}).requires_grad_(), data = ones({2});
  const Tensor y = x * 2;
  std::vector<std::string> texts;
  bool own_works = false;
  std::thread([&] {
    texts.push_back(error_text<graph_error>([&] { x * 2; }));
    texts.push_back(error_text<graph_error>([&] { x.sum(); }));
    texts.push_back(error_text<graph_error>([&] { x.reshape({2, 1}); }));
    const Tensor own = ones({2}).requires_grad_();
    texts.push_back(error_text<graph_error>([&] { own* data; }));
    texts.push_back(error_text<graph_error>([&] { y.backward(ones({2})); }));
    (own * data.clone()).sum().backward();
    own_works = values<float>(own.grad()) == std::vector<float>{1, 1};
  }).join();
  for (const std::string& text : texts) CHECK_THAT(text, ContainsSubstring("thread"));
  CHECK_THAT(texts[0], ContainsSubstring("a model is a value") && ContainsSubstring("clone()"));
  CHECK(own_works);
}

TEST_CASE("a model is copied to train on another thread", "[threads]") {
  const nn::Linear model(3, 2);
  const Tensor x = ones({4, 3});
  bool trained = false;
  std::thread([&] {
    const nn::Linear own = model;
    own(x.detach()).sum().backward();
    trained = own.weight.grad().defined();
  }).join();
  CHECK(trained);
  CHECK(!model.weight.grad().defined());
}

TEST_CASE("several threads evaluate one model under no_grad", "[threads]") {
  const nn::Linear model(20, 30);
  const Tensor x = ones({16, 20}), w = full({16, 4}, 0.25).requires_grad_(), rows = tensor({3, 1});
  const auto evaluate = [&] {
    const no_grad guard;
    const Tensor y = tanh(model(x)) * 2 + pow(model.bias, 3);
    return values<float>(
        cat({matmul(w.t(), y), einsum("ni,nj->ij", w, y).slice(0, 0, 2), index_select(y, 0, rows)}));
  };
  const std::vector<float> expected = evaluate();
  std::vector<int> right(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) right[t] += evaluate() == expected ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == std::vector<int>{200, 200, 200, 200});
  for (const Tensor* read : {&x, &w, &rows}) CHECK(read->node().references == 1);
}
