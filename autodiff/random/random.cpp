#include <algorithm>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/replay/perform.hpp>

#include <fmt/format.h>

namespace eingrad {
namespace {

void check_writable(const char* operation, const Tensor& a, Location at) {
  if (!grad_enabled() || !a.requires_grad()) return;
  throw Report(operation, "the tensor requires a gradient, which a change in place would make wrong", at)
      .operand("A", a)
      .hint("{ no_grad guard; … } around the initialisation of parameters")
      .as<graph_error>();
}

/// Calls fill(generator, elements of a), at every replay again.
template <class T, class Fill>
void draw(const char* operation, Tensor& a, Generator& generator, Location at, Fill fill) {
  Node* const written = a.get();
  const std::span elements(static_cast<T*>(written->data), static_cast<std::size_t>(written->numel()));
  replay::Work work{operation, {&written, 1}};
  work.draws = &generator;
  replay::perform(work, [=, from = &generator] { fill(*from, elements); });
  a.node().mark_written(at);  // it may have thrown, and written nothing
}

/// The same for a tensor that must be floating-point and not part of a graph.
template <class Fill>
void draw_floating(const char* operation, Tensor& a, Generator& generator, Location at, Fill fill) {
  check_writable(operation, a, at);
  with_element_type(a.dtype(), [&]<class T>() {
    if constexpr (std::floating_point<T>) {
      draw<T>(operation, a, generator, at, fill);
    } else {
      throw Report(operation, "the tensor is not floating-point", at)
          .operand("A", a)
          .hint("float32 or float64")
          .template as<dtype_error>();
    }
  });
}

}  // namespace

Tensor rand(const Shape& shape, std::optional<Dtype> dtype, Generator& generator, Location at) {
  Tensor result = detail::make("rand", shape, dtype, at);
  return uniform_(result, 0, 1, generator, at);
}

Tensor randn(const Shape& shape, std::optional<Dtype> dtype, Generator& generator, Location at) {
  Tensor result = detail::make("randn", shape, dtype, at);
  return normal_(result, 0, 1, generator, at);
}

Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator, Location at) {
  Tensor result = detail::make("randint", shape, int64, at);
  draw<std::int64_t>("randint", result, generator, at,
                     [=](Generator& from, auto out) { from.fill_randint(out, low, high, at); });
  return result;
}

Tensor randint(std::int64_t high, const Shape& shape, Generator& generator, Location at) {
  return randint(0, high, shape, generator, at);
}

Tensor randperm(std::int64_t n, Generator& generator, Location at) {
  if (n < 0) throw Report("randperm", fmt::format("n is {}", n), at).hint("n >= 0").as<value_error>();
  Tensor result = empty(n, int64, at);
  draw<std::int64_t>("randperm", result, generator, at,
                     [](Generator& from, auto out) { from.fill_randperm(out); });
  return result;
}

Tensor bernoulli(const Tensor& probabilities, Generator& generator, Location at) {
  Tensor result = probabilities.detach(at);
  const auto fill = [given = probabilities.get(), at]<class T>(Generator& from, std::span<T> p) {
    const auto bad = std::ranges::find_if_not(p, [](T x) { return x >= 0 && x <= 1; });
    if (bad != p.end()) {
      throw Report("bernoulli",
                   fmt::format("element {} is {}, no probability", bad - p.begin(), without_nan_sign(*bad)),
                   at)
          .operand("p", Tensor(retain(given)))
          .hint("0 <= p <= 1; sigmoid and softmax yield such numbers")
          .template as<value_error>();
    }
    for (T& x : p) x = static_cast<T>(from.uniform<T>() < x);
  };
  draw_floating("bernoulli", result, generator, at, fill);
  return result;
}

Tensor& uniform_(Tensor& a, double low, double high, Generator& generator, Location at) {
  draw_floating("uniform_", a, generator, at,
                [=](Generator& from, auto out) { from.fill_uniform(out, low, high, at); });
  return a;
}

Tensor& normal_(Tensor& a, double mean, double std, Generator& generator, Location at) {
  draw_floating("normal_", a, generator, at,
                [=](Generator& from, auto out) { from.fill_normal(out, mean, std, at); });
  return a;
}

Tensor& bernoulli_(Tensor& a, double p, Generator& generator, Location at) {
  check_writable("bernoulli_", a, at);
  with_element_type(a.dtype(), [&]<class T>() {
    draw<T>("bernoulli_", a, generator, at,
            [=](Generator& from, auto out) { from.fill_bernoulli(out, p, at); });
  });
  return a;
}

Tensor get_rng_state(const Generator& generator) {
  const std::vector<std::uint64_t> words = generator.state();
  Tensor state = empty(Shape(words.size()), int64);
  std::ranges::transform(words, state.mutable_span<std::int64_t>().begin(),
                         [](std::uint64_t word) { return static_cast<std::int64_t>(word); });
  return state;
}

void set_rng_state(const Tensor& state, Generator& generator, Location at) {
  std::vector<std::uint64_t> words;
  if (state.dtype() == int64) {
    for (const std::int64_t word : state.span<std::int64_t>())
      words.push_back(static_cast<std::uint64_t>(word));
  }
  generator.set_state(words, at);
}

}  // namespace eingrad
