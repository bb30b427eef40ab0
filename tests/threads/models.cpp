// One model and several threads: evaluation is shared, training goes by copies.
#include <string>
#include <thread>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::DefaultDtype;
using testing::error_text;

namespace {

constexpr std::size_t thread_count = 4;

struct Net : nn::Module {
  nn::Linear hidden{3, 8}, out{8, 2};
  Tensor forward(const Tensor& x) const { return out(tanh(hidden(x))); }
  EINGRAD_MEMBERS(hidden, out)
};

/// Runs work(number) on so many threads at once.
template <class Work>
void on_threads(Work work) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < thread_count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("many threads evaluate one model") {
  const DefaultDtype guard(float64);
  const Net net;
  const Tensor x = randn({5, 3});
  const Tensor expected = net.forward(x).detach();
  std::vector<int> same(thread_count, 0);
  on_threads([&](std::size_t i) {
    const no_grad here;
    for (int k = 0; k < 200; ++k) same[i] += equal(net.forward(x), expected);
  });
  CHECK(same == std::vector<int>(thread_count, 200));
}

TEST_CASE("copies of a model on threads of their own give the gradient of the whole batch") {
  const DefaultDtype guard(float64);
  const Net net;
  const Tensor x = randn({8, 3}), t = randn({8, 2});
  std::vector<std::vector<std::vector<double>>> parts(thread_count);
  on_threads([&](std::size_t i) {
    set_default_dtype(float64);
    const no_grad copying;
    const auto rows = static_cast<std::int64_t>(i) * 2;
    const Net own = net;  // a value: its parameters belong to this thread
    const Tensor own_x = slice(x, 0, rows, rows + 2), own_t = slice(t, 0, rows, rows + 2);
    const enable_grad recording;
    for (const Tensor& gradient : grad(nn::mse_loss(own.forward(own_x), own_t), own.parameters()))
      parts[i].push_back(testing::values<double>(gradient));
  });
  const std::vector<Tensor> whole = grad(nn::mse_loss(net.forward(x), t), net.parameters());
  for (std::size_t p = 0; p < whole.size(); ++p) {
    Tensor sum = zeros_like(whole[p]);
    for (const auto& part : parts) sum += tensor(part[p], float64).reshape(sum.shape());
    CHECK(allclose(sum / static_cast<double>(thread_count), whole[p], 1e-12, 1e-12));
  }
}

TEST_CASE("recording on another thread's model is refused, and says what to do") {
  const Net net;
  std::string message;
  std::thread([&] { message = error_text<graph_error>([&] { net.forward(ones({1, 3})); }); }).join();
  CHECK_THAT(message, ContainsSubstring("a copy made on this thread: a model is a value"));
}
