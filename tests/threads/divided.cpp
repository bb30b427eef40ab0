// Computations that are divided among threads: the same digits for any number of them.
#include <string>
#include <thread>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;

namespace {

/// So many threads while it lives.
class Threads {
 public:
  explicit Threads(int count) : before_(num_threads()) { set_num_threads(count); }
  ~Threads() { set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

Tensor numbers(const Shape& shape, std::uint64_t seed, Dtype dtype) {
  Generator generator(seed);
  return randn(shape, dtype, generator);
}

/// What `compute` returns on one thread must be what it returns on more.
template <class Compute>
void check_same(Compute compute) {
  const auto on = [&](int count) {
    const Threads threads(count);
    return compute();
  };
  const std::vector<Tensor> expected = on(1);
  for (const int count : {2, 3, 5}) {
    const std::vector<Tensor> found = on(count);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      INFO(count << " threads, result " << i);
      CHECK(equal(found[i], expected[i]));
    }
  }
}

}  // namespace

TEST_CASE("elementwise operations and their gradients are the same on several threads") {
  for (const Dtype dtype : {float32, float64}) {
    for (const std::int64_t n : {300'001, 262'144 + 64}) {
      check_same([&] {
        const Tensor a = numbers({n}, 1, dtype).requires_grad_(), b = numbers({n}, 2, dtype).requires_grad_();
        const Tensor y = tanh(a * b) + where(a > b, exp(a), 0.5 * b) / (1 + square(b));
        sum(y * y).backward();
        return std::vector{y, a.grad(), b.grad(), a < b};
      });
    }
  }
}

TEST_CASE("products of large matrices are the same on several threads") {
  for (const Dtype dtype : {float32, float64}) {
    const Tensor a = numbers({1300, 900}, 1, dtype), b = numbers({900, 1000}, 2, dtype),
                 wide = numbers({900, 2600}, 3, dtype);
    check_same([&] {
      return std::vector{matmul(a, b), matmul(b.t(), a.t()), matmul(a.slice(0, 0, 500), wide),
                         matmul(wide.t(), a.t())};
    });
    CHECK(allclose(matmul(a, b), matmul(b.t(), a.t()).t(), 1e-3, 1e-3));
    CHECK(allclose(matmul(a, b).slice(0, 1250, 1300), matmul(a.slice(0, 1250, 1300), b), 1e-3, 1e-3));
    CHECK(allclose(matmul(a.slice(0, 0, 500), wide).slice(1, 2500, 2600),
                   matmul(a.slice(0, 0, 500), wide.slice(1, 2500, 2600)), 1e-3, 1e-3));
  }
}

TEST_CASE("a replayed step is the same on several threads") {
  check_same([] {
    const Tensor a = numbers({100'001}, 1, float64).requires_grad_(),
                 b = numbers({100'001}, 2, float64).requires_grad_();
    auto step = record(
        [&](const Tensor& c) {
          a.zero_grad();
          b.zero_grad();
          const Tensor loss = mean(square(tanh(a * b + c)));
          loss.backward();
          return loss;
        },
        b.detach());
    Tensor loss;
    for (std::uint64_t k = 0; k < 5; ++k) loss = step(numbers({100'001}, k, float64));
    return std::vector{loss, a.grad(), b.grad()};
  });
}

TEST_CASE("several threads divide their computations at once") {
  const Threads threads(3);
  const Tensor x = numbers({300'000}, 1, float64);
  const Tensor expected = tanh(x) * x;
  std::vector<int> right(4);
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < right.size(); ++t) {
    workers.emplace_back([&, t] {
      const no_grad guard;
      for (int i = 0; i < 10; ++i) right[t] += equal(tanh(x) * x, expected) ? 1 : 0;
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(right == std::vector<int>(4, 10));
}

TEST_CASE("a number of threads is 1 or more") {
  CHECK_THROWS_AS(set_num_threads(0), value_error);
  CHECK_THROWS_AS(set_num_threads(-3), value_error);
  CHECK_THROWS_AS(set_num_threads(100'000), value_error);
  const Threads threads(7);
  CHECK(num_threads() == 7);
}
