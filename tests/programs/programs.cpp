#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <optional>
#include <random>

#include <autodiff/autodiff.hpp>
#include <autodiff/check/differences.hpp>
#include <tests/programs/program.hpp>

#include <fmt/format.h>
#include <rapidcheck.h>

using namespace eingrad;
using namespace eingrad::testing;

namespace {

/// How far apart two computations of one program are, of numbers of that size.
struct Comparison {
  double difference, tolerated, size;
};

/// What became of the programs that were tried.
struct Tally {
  std::size_t programs = 0, steps = 0, left_out = 0;
  double largest = 0;  ///< difference as a part of what is tolerated

  void report(const std::string& yardstick) const {
    WARN(programs << " programs of " << steps / std::max<std::size_t>(programs, 1)
                  << " operations in the mean beside " << yardstick << ": " << left_out
                  << " left out as ill-conditioned; the largest difference is " << largest
                  << " of what is tolerated");
    CHECK(left_out * 10 < programs);
  }
};

std::vector<double> numbers_of(const Tensors& tensors) {
  std::vector<double> numbers;
  for (const Tensor& tensor : tensors) {
    const auto span = tensor.span<double>();
    numbers.insert(numbers.end(), span.begin(), span.end());
  }
  return numbers;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = a[i] == b[i]              ? largest
              : std::isnan(a[i] - b[i]) ? HUGE_VAL
                                        : std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

double largest_size(const std::vector<double>& a) {
  return largest_difference(a, std::vector<double>(a.size()));
}

/// The value of a program, then its gradients.
std::vector<double> value_and_gradients(const Program& program, const Noise& noise = {}) {
  const Tensor y = run(program, program.inputs, noise);
  Tensors results{y};
  if (y.requires_grad()) {
    const Tensors gradients = grad(y, program.inputs, {.allow_unused = true});
    for (std::size_t i = 0; i < gradients.size(); ++i)
      results.push_back(gradients[i].defined() ? gradients[i] : zeros_like(program.inputs[i]));
  }
  return numbers_of(results);
}

/// How much value and gradients change, absolutely, for each unit of noise in all results on the way:
/// infinite if noise in the eleventh digit reaches the fourth of one of them. To both sides, so that a choice
/// that hangs on the last digit is made in both ways.
double conditioning(const Program& program, const std::vector<double>& exact) {
  constexpr double noise = 1e-11;
  double largest = 0;
  for (const Noise& sided : {Noise{noise, 1}, Noise{-noise, 1}, Noise{noise, 2}, Noise{-noise, 2}}) {
    const std::vector<double> off = value_and_gradients(program, sided);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const double change = std::abs(off[i] - exact[i]);
      if (!(change <= 1e-4 * std::max(1.0, std::abs(exact[i])))) return HUGE_VAL;
      largest = std::max(largest, change);
    }
  }
  return largest / noise;
}

/// The derivative of the program along one direction, by differences of fourth order, and an estimate of how
/// far off that is.
struct Slope {
  double value, uncertainty;
};

/// The step is short where gradients are large, for there the program may go up and down within a longer one.
Slope slope_along(const Program& program, const Tensors& direction, double size, double condition) {
  const no_grad guard;
  const double h = std::min(2e-5, 1e-2 / size);
  const auto at = [&](double t) {
    Tensors moved;
    for (std::size_t i = 0; i < direction.size(); ++i) moved.push_back(program.inputs[i] + t * direction[i]);
    return run(program, moved).item();
  };
  const double here = at(0), near_up = at(h), near_down = at(-h), far_up = at(2 * h), far_down = at(-2 * h);
  const double near = (near_up - near_down) / (2 * h), far = (far_up - far_down) / (4 * h);
  // Bent smoothly, the program is four times as far from its tangent at twice the distance; at a kink, twice.
  const double kink = std::abs(far_up + far_down - 2 * here - 4 * (near_up + near_down - 2 * here)) / h;
  const double rounding = 1e-15 * condition / h;
  return {(4 * near - far) / 3, std::abs(near - far) + kink + rounding};
}

/// A property of programs, tried as often as rapidcheck's RC_PARAMS says. It compares, or returns nothing for
/// a program that is too ill-conditioned to tell.
template <class Property>
void try_programs(const std::string& yardstick, Property property) {
  Tally tally;
  const bool holds = rc::check("programs beside " + yardstick, [&] {
    const auto choices = *rc::gen::resize(rc::kNominalSize, rc::gen::container<std::vector<std::uint32_t>>(
                                                                400, rc::gen::arbitrary<std::uint32_t>()));
    const Program program = make_program(choices);
    const std::optional<Comparison> found = property(program);
    ++tally.programs;
    tally.steps += program.steps.size();
    if (!found) {
      ++tally.left_out;
    } else if (found->difference <= found->tolerated) {
      tally.largest = std::max(tally.largest, found->difference / found->tolerated);
    } else {
      RC_FAIL(fmt::format("{} apart, where {} is tolerated of {}\n{}", found->difference, found->tolerated,
                          found->size, program.text()));
    }
  });
  CHECK(holds);
  if (holds) tally.report(yardstick);
}

}  // namespace

TEST_CASE("random programs have the gradients that differences see") {
  try_programs("differences", [](const Program& program) -> std::optional<Comparison> {
    const std::vector<double> exact = value_and_gradients(program);
    const double condition = conditioning(program, exact), size = largest_size(exact);
    if (!std::isfinite(size) || !std::isfinite(condition)) return {};
    Generator generator(5);
    Tensors direction;
    for (const Tensor& input : program.inputs) direction.push_back(random_cotangent(input, generator));
    const std::vector<double> weights = numbers_of(direction);
    const double expected =
        exact.size() == 1 ? 0 : std::inner_product(weights.begin(), weights.end(), exact.begin() + 1, 0.0);
    const Slope slope = slope_along(program, direction, size, condition);
    const double tolerated = 1e-9 * size + slope.uncertainty;
    // Where differences do not see a hundredth of the gradient they would let everything pass.
    if (!(tolerated <= 1e-2 * std::max(1.0, std::abs(expected)))) return {};
    return Comparison{std::abs(slope.value - expected), tolerated, expected};
  });
}

#ifdef EINGRAD_WITH_TORCH
TEST_CASE("random programs have the values and gradients that libtorch computes") {
  try_programs("libtorch", [](const Program& program) -> std::optional<Comparison> {
    const std::vector<double> ours = value_and_gradients(program);
    const double condition = conditioning(program, ours), size = largest_size(ours);
    if (!std::isfinite(size) || !std::isfinite(condition)) return {};
    std::vector<torch::Tensor> inputs;
    for (const Tensor& input : program.inputs) inputs.push_back(to_torch(input));
    const torch::Tensor y = run(program, inputs);
    Tensors results{from_torch(y.detach())};
    if (y.requires_grad()) {
      const auto gradients = torch::autograd::grad({y}, inputs, {}, {}, false, true);
      for (std::size_t i = 0; i < gradients.size(); ++i)
        results.push_back(gradients[i].defined() ? from_torch(gradients[i].detach().contiguous())
                                                 : zeros_like(program.inputs[i]));
    }
    const std::vector<double> theirs = numbers_of(results);
    if (theirs.size() != ours.size()) return Comparison{HUGE_VAL, 0, size};
    const double tolerated = 1e-12 * std::max(1.0, size) + 1e-13 * condition;
    return Comparison{largest_difference(ours, theirs), tolerated, size};
  });
}
#endif

TEST_CASE("a replayed program does what it does eagerly (slow)", "[programs]") {
  std::size_t programs = 0, refused = 0;
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    std::mt19937 generator(seed);
    std::vector<std::uint32_t> choices(400);
    std::ranges::generate(choices, std::ref(generator));
    const Program program = make_program(choices);
    INFO("seed " << seed << "\n" << program.text());
    const auto step_of = [&](const Tensors& leaves) {
      return [&program, leaves](const Tensor& scale) {
        Tensors inputs;
        for (const Tensor& leaf : leaves) {
          leaf.zero_grad();
          inputs.push_back(leaf * scale);
        }
        const Tensor y = run(program, inputs);
        if (y.requires_grad()) y.backward();
        Tensors results{y};
        for (const Tensor& leaf : leaves) {
          if (leaf.grad().defined()) results.push_back(leaf.grad());
        }
        return results;
      };
    };
    Tensors others;
    for (const Tensor& input : program.inputs) others.push_back(input.detach().requires_grad_());
    const auto eager = step_of(others);
    auto replayed = record(step_of(program.inputs), 1.0);
    for (int k = 0; k < 5; ++k) {
      const double scale = 1 - 0.125 * k;
      Tensors found;
      try {
        found = replayed(scale);
      } catch (const graph_error& refusal) {
        ++refused;
        UNSCOPED_INFO(refusal.what());
        CHECK(refusal.what() == std::string());
        break;
      }
      const Tensors expected = eager(full({}, scale));
      REQUIRE(found.size() == expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        const auto a = found[i].span<double>(), b = expected[i].span<double>();
        CHECK(std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
      }
    }
    ++programs;
  }
  CHECK(programs == 1000);
}
