// Replays over vectors that are long enough to be done in blocks, with reductions and shifts between the
// elementwise operations: nothing may be done before what it needs.
#include <cstdint>
#include <random>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

namespace {

/// Draws one operation after the other, always the same ones for a seed, and applies it to what there is: a
/// vector or a number each time.
class RandomStep {
 public:
  explicit RandomStep(std::uint32_t seed) : seed_(seed) {}

  Tensor operator()(const Tensor& a, const Tensor& b) const {
    std::mt19937 random(seed_);
    Tensors vectors{a, b}, numbers{mean(a)};
    const auto any_of = [&](const Tensors& all) { return all[random() % all.size()]; };
    for (auto count = 4 + random() % 12; count > 0; --count) {
      const Tensor x = any_of(vectors), y = any_of(vectors), s = any_of(numbers);
      switch (random() % 9) {
        case 0:
          vectors.push_back(x * y);
          break;
        case 1:
          vectors.push_back(x + s);
          break;
        case 2:
          vectors.push_back(tanh(x) - y);
          break;
        case 3:
          vectors.push_back(sin(x) * s);
          break;
        case 4:
          numbers.push_back(mean(x));
          break;
        case 5:
          numbers.push_back(tanh(sum(x * y) / 1000.0) + s);
          break;
        case 6:
          vectors.push_back(roll(x, 7));
          break;
        case 7:
          vectors.push_back(0.001 * cumsum(x, 0));
          break;
        default:
          vectors.push_back(where(x > 0, x, y));
          break;
      }
    }
    return mean(square(vectors.back())) + any_of(numbers) * mean(any_of(vectors));
  }

 private:
  std::uint32_t seed_;
};

}  // namespace

namespace {

void check_random_steps(std::int64_t n, std::uint32_t count) {
  for (std::uint32_t seed = 0; seed < count; ++seed) {
    INFO("seed " << seed);
    const RandomStep f(seed);
    const auto step_on = [&f](const Tensor& w) {
      return [&f, w](const Tensor& a, const Tensor& b) {
        w.zero_grad();
        const Tensor loss = f(a * w, b * w);
        loss.backward();
        return Tensors{loss, w.grad()};
      };
    };
    manual_seed(seed);
    const Tensor mine = randn({n}, float64).requires_grad_(), other = mine.detach().requires_grad_();
    const auto eager = step_on(other);
    auto step = record(step_on(mine), zeros({n}, float64), zeros({n}, float64));
    for (int k = 0; k < 5; ++k) {
      const Tensor a = randn({n}, float64), b = randn({n}, float64);
      const Tensors found = step(a, b), expected = eager(a, b);
      for (std::size_t i = 0; i < found.size(); ++i) CHECK(equal(found[i], expected[i]));
    }
    CHECK(step.replays());
  }
}

}  // namespace

TEST_CASE("random steps on long vectors are replayed in blocks, bit for bit", "[replay]") {
  check_random_steps(5000, 300);
}

TEST_CASE("what goes past the caches arrives, to the last of the elements", "[replay]") {
  check_random_steps(400'003, 8);
}

TEST_CASE("what fails in a replay fails before what stands behind it is done", "[replay]") {
  const Tensor w = full({5000}, 0.5, float64).requires_grad_();
  auto step = record(
      [&](const Tensor& h) {
        w.zero_grad();
        const Tensor y = tanh(w * 0.5), found = inverse(h * sum(y).detach());
        sum(y).backward();
        return found;
      },
      eye(2, float64));
  for (int k = 0; k < 4; ++k) step(eye(2, float64));
  REQUIRE(step.replays());
  CHECK_THROWS_AS(step(zeros({2, 2}, float64)), value_error);
  CHECK(!w.grad().defined());
}
