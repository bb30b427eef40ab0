#pragma once
#include <array>
#include <concepts>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <autodiff/replay/tape.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

namespace replay {

/// A recorded step without the types of its function.
class Step {
 public:
  using Function = std::function<std::vector<Tensor>(const std::vector<Tensor>& inputs)>;

  explicit Step(const std::vector<Tensor>& examples);

  /// Whether it was recorded, and compared: from then on the function is not called any more.
  bool is_ready() const noexcept { return state_ == State::ready; }
  std::size_t output_count() const noexcept { return tape_->outputs.size(); }

  void set_input(std::size_t k, const Tensor& values);
  template <class T>
  requires std::is_arithmetic_v<T>
  void set_input(std::size_t k, T value);
  void run();
  /// A copy of what the last run returned.
  Tensor output(std::size_t k) const;

  /// One of the first calls, which the function does itself.
  std::vector<Tensor> call(const Function& function);

 private:
  enum class State { fresh, recorded, ready, refused };

  std::vector<Tensor> record(const Function& function);
  std::vector<Tensor> compare(const Function& function);
  std::vector<Tensor> copies_of_inputs() const;
  [[noreturn]] void throw_unlike(std::size_t k, const Tensor& given) const;

  std::unique_ptr<Tape> tape_;
  State state_ = State::fresh;
  int compared_ = 0;
  std::string objection_;
};

template <class T>
Tensor as_input(const T& value) {
  if constexpr (std::is_arithmetic_v<T>) {
    return Operand(value).tensor().detach();
  } else {
    return value;
  }
}

/// What a function of a step may return: a tensor, several in a vector, tuple, pair or array, or nothing.
template <class R>
struct Outputs {
  static std::vector<Tensor> list(const R& outputs) {
    return std::apply([](const auto&... each) { return std::vector<Tensor>{each...}; }, outputs);
  }
  template <class Get>
  static R make(std::size_t, Get get) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return R{get(I)...}; }
    (std::make_index_sequence<std::tuple_size_v<R>>());
  }
};
template <std::derived_from<Tensor> R>
struct Outputs<R> {
  static std::vector<Tensor> list(const Tensor& output) { return {output}; }
  template <class Get>
  static Tensor make(std::size_t, Get get) {
    return get(0);
  }
};
template <>
struct Outputs<std::vector<Tensor>> {
  static std::vector<Tensor> list(const std::vector<Tensor>& outputs) { return outputs; }
  template <class Get>
  static std::vector<Tensor> make(std::size_t count, Get get) {
    std::vector<Tensor> outputs;
    for (std::size_t k = 0; k < count; ++k) outputs.push_back(get(k));
    return outputs;
  }
};
template <>
struct Outputs<void> {
  template <class Get>
  static void make(std::size_t, Get) {}
};

}  // namespace replay

/// A step that was recorded; made by record().
template <class F, std::size_t Count>
class RecordedStep {
 public:
  RecordedStep(F function, const std::vector<Tensor>& examples)
      : function_(std::move(function)), step_(examples) {}

  /// Does the step on new values of the inputs, of the shapes and dtypes that record() was given. Returns
  /// what the function does, as tensors of their own, without a graph. shape_error or dtype_error on other
  /// inputs, and graph_error when the step cannot be replayed; the message says why.
  template <class... Inputs>
  requires(sizeof...(Inputs) == Count) auto operator()(const Inputs&... inputs) {
    std::size_t k = 0;
    (step_.set_input(k++, inputs), ...);
    using R = std::decay_t<std::invoke_result_t<F&, decltype(replay::as_input(inputs))...>>;
    using Outputs = replay::Outputs<R>;
    if (step_.is_ready()) [[likely]] {
      step_.run();
      return Outputs::make(step_.output_count(), [this](std::size_t i) { return step_.output(i); });
    }
    const auto outputs = step_.call([this](const std::vector<Tensor>& x) -> std::vector<Tensor> {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        if constexpr (std::is_void_v<R>) {
          function_(x[I]...);
          return std::vector<Tensor>{};
        } else {
          return Outputs::list(function_(x[I]...));
        }
      }
      (std::index_sequence_for<Inputs...>());
    });
    return Outputs::make(outputs.size(), [&](std::size_t i) { return outputs[i]; });
  }

  /// Whether calls replay by now: the first one records and the two after it compare.
  bool replays() const noexcept { return step_.is_ready(); }

 private:
  F function_;
  replay::Step step_;
};

/// A step of training that is looked at once and done again and again without building its graph anew:
///
///   auto step = record([&](const Tensor& x, const Tensor& t) {
///     optimizer.zero_grad();
///     const Tensor loss = mse(model(x), t);
///     loss.backward();
///     optimizer.step();
///     return loss;
///   }, x0, t0);
///   for (auto [x, t] : loader) total += step(x, t).item();
///
/// The examples say what shapes and dtypes the inputs have; numbers may be inputs, too. Nothing is computed
/// yet. The first call runs the function and writes down what it computes. The next two run it again, with
/// the record beside it: both must compute the same from the same, bit for bit, else the call ends in a
/// graph_error that says where they part, after the function has done its work. From then on the record is
/// done by itself.
///
/// What a record has: every operation on tensors, backward passes, changes in place, random draws (drawn anew
/// each time), optimizers and schedules (which follow their settings). What it has not is the function's own
/// C++: a number that it computed, or a branch that it took, stays as it was, unless it is an input. Reading
/// a tensor's values inside of the function is therefore a graph_error.
///
/// The function is kept, with what it captured, and so are the tensors it made: a gradient is overwritten by
/// the next call, so copy what is to be kept. Belongs to the thread that made it.
template <class F, class... Examples>
auto record(F function, const Examples&... examples) {
  return RecordedStep<F, sizeof...(Examples)>(std::move(function), {replay::as_input(examples)...});
}

template <class T>
requires std::is_arithmetic_v<T>
void replay::Step::set_input(std::size_t k, T value) {
  Node& input = *tape_->inputs[k];
  const bool fits = std::integral<T> || is_floating(input.dtype);  // half of a step would become 0
  if (!fits || input.data != input.one) throw_unlike(k, as_input(value));
  with_element_type(input.dtype, [&]<class E>() { *static_cast<E*>(input.data) = static_cast<E>(value); });
}

}  // namespace eingrad
