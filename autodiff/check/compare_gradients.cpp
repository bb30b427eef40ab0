#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <autodiff/backward.hpp>
#include <autodiff/check/compare_gradients.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/number_text.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad {

namespace {

Shape index_of(std::int64_t position, const Shape& shape) {
  Shape index = Shape::filled(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; position /= shape[axis])
    index[axis] = position % shape[axis];
  return index;
}

/// analytical / numerical, if it is the same for two or more entries and all others are 0.
std::optional<double> common_factor(const std::vector<GradcheckRow>& rows) {
  std::optional<double> factor;
  std::size_t count = 0;
  for (const GradcheckRow& row : rows) {
    if (row.agrees && row.analytical == 0) continue;
    const double here = row.analytical / row.numerical;
    if (!factor) factor = here;
    if (!(std::abs(here - *factor) <= 1e-5 * std::abs(here))) return {};
    ++count;
  }
  return count >= 2 ? factor : std::nullopt;
}

constexpr std::size_t names_in_a_line = 4;

/// "inputs[0], inputs[2] and inputs[3]", or "inputs[0], inputs[2], inputs[3] and 5 more".
std::string named(const std::vector<std::size_t>& inputs) {
  std::vector<std::string> names;
  for (const std::size_t i : inputs) names.push_back(fmt::format("inputs[{}]", i));
  if (names.size() > names_in_a_line) {
    names.resize(names_in_a_line);
    names.back() = fmt::format("{} more", inputs.size() - names_in_a_line + 1);
  }
  const std::string last = std::exchange(names.back(), "");
  names.pop_back();
  return names.empty() ? last : fmt::format("{} and {}", fmt::join(names, ", "), last);
}

bool is_zero(const GradcheckRow& row) { return row.analytical == 0 && row.numerical == 0; }

class Check {
 public:
  Check(const char* name, const char* outputs, const Tensors& inputs, GradcheckOptions options)
      : name_(name), name_of_outputs_(outputs), inputs_(inputs), options_(options) {}

  GradcheckResult of(const Differences::Function& f) {
    compare(f);
    conclude();
    tell_what_is_left_out();
    result_.message += remarks_;
    return result_;
  }

 private:
  /// Of the gradient of one input.
  struct Comparison {
    std::vector<GradcheckRow> rows{};
    bool kink = false;
  };

  void compare(const Differences::Function& f) {
    Differences differences(f, inputs_);
    Generator generator(2);
    Tensors cotangents;
    for (const Tensor& output : differences.outputs())
      cotangents.push_back(random_cotangent(output, generator));
    differences.set_cotangents(cotangents);

    const Tensors analytical =
        gradients(differences.outputs(), cotangents, that_require_grad(inputs_), false);
    auto gradient = analytical.begin();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i].requires_grad()) compare(differences, i, *gradient++);
    }
  }

  void compare(const Differences& differences, std::size_t i, const Tensor& gradient) {
    const Tensor& input = inputs_[i];
    const Tensor analytical = gradient.defined() ? gradient.to(float64) : zeros(input.shape(), float64);
    Comparison comparison;
    if (options_.directions == 0) {
      for (std::int64_t p = 0; p < input.numel(); ++p) {
        add_row(comparison, i, index_of(p, input.shape()),
                analytical.span<double>()[static_cast<std::size_t>(p)],
                differences.along(i, p, options_.eps));
      }
    } else {
      Generator generator(3);
      for (std::size_t k = 0; k < options_.directions; ++k) {
        const Tensor any = random_cotangent(analytical, generator);
        const Tensor direction = any / std::sqrt(sum(square(any)).item());
        add_row(comparison, i, k, sum(analytical * direction).item(),
                differences.along(i, direction, options_.eps));
      }
    }
    const bool agrees = std::ranges::all_of(comparison.rows, &GradcheckRow::agrees);
    if (!comparison.rows.empty()) (agrees ? right_ : wrong_).push_back(i);
    if (!agrees) {
      explain(i, comparison.rows, gradient.defined(), comparison.kink);
    } else if (!gradient.defined()) {
      remarks_ += fmt::format("\n  inputs[{}] has no part in {}", i, name_of_outputs_);
    } else if (!comparison.rows.empty() && std::ranges::all_of(comparison.rows, is_zero)) {
      remarks_ +=
          fmt::format("\n  the gradient by inputs[{}] is 0 everywhere, so that little was compared", i);
    }
    result_.rows.insert(result_.rows.end(), comparison.rows.begin(), comparison.rows.end());
  }

  void add_row(Comparison& comparison, std::size_t i, const Shape& index, double a, const Slopes& slopes) {
    const double n = slopes.central, absolute = a == n ? 0 : std::abs(a - n);
    const double relative = absolute == 0 ? 0 : absolute / std::max(std::abs(a), std::abs(n));
    const bool agrees = absolute <= tolerance(n);  // false for NaN
    comparison.rows.push_back({i, index, a, n, absolute, relative, agrees});
    // At a kink backward gives the slope of one side, or one in between.
    const auto [least, most] = std::minmax(slopes.left, slopes.right);
    comparison.kink |= !agrees && a >= least - tolerance(least) && a <= most + tolerance(most);
  }

  double tolerance(double numerical) const { return options_.atol + options_.rtol * std::abs(numerical); }

  void explain(std::size_t i, const std::vector<GradcheckRow>& rows, bool reached, bool kink) {
    const auto note = [&](std::string_view text) { notes_ += fmt::format("\n  inputs[{}] {}", i, text); };
    const auto finite = [](const GradcheckRow& row) { return std::isfinite(row.absolute); };
    if (!reached) {
      note(
          "gets no gradient, though differences see one: is there a detach(), no_grad or item() on the way?");
    } else if (inputs_[i].dtype() == float32) {
      note("is float32, too coarse for differences: use float64");
    } else if (loses_steps(inputs_[i], rows)) {
      note(fmt::format("is so large that a step of {:g} is lost in rounding: a larger eps", options_.eps));
    } else if (!std::ranges::all_of(rows, finite)) {
      note("stands at a singularity, or at the edge of where f is defined: not all numbers are finite");
    } else if (kink && has_float32_input()) {  // which may be but what float32 rounds
      note("may be right: a float32 input makes the differences coarse");
    } else if (kink) {
      note("stands at a kink, where the slopes on both sides differ: move away from it");
    } else if (const std::optional<double> factor = common_factor(rows)) {
      note(fmt::format("gets a gradient that is {:.6g} times what it should be", *factor));
    }
  }

  bool has_float32_input() const {
    return std::ranges::any_of(inputs_, [](const Tensor& input) { return input.dtype() == float32; });
  }

  // Whether what rounding takes from x + eps is no small part of eps.
  bool loses_steps(const Tensor& input, const std::vector<GradcheckRow>& rows) const {
    const Tensor values = input.detach().to(float64);
    const auto elements = values.span<double>();
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const bool is_lost =
          std::isfinite(elements[i]) &&
          std::abs(elements[i]) * std::numeric_limits<double>::epsilon() > 0.01 * options_.eps;
      if (is_lost && (options_.directions != 0 || !rows[i].agrees)) return true;
    }
    return false;
  }

  void conclude() {
    const auto& rows = result_.rows;
    const auto agree = static_cast<std::size_t>(std::ranges::count_if(rows, &GradcheckRow::agrees));
    result_.along_directions = options_.directions != 0;
    result_.ok = agree == rows.size();
    if (rows.empty()) {
      result_.message = fmt::format("{}: there is no element to check", name_);
    } else if (result_.ok) {
      result_.message =
          fmt::format("{}: {} {}; the largest difference is {:.2g}", name_, rows.size(),
                      rows.size() == 1 ? what(1) + " agrees" : what(2) + " agree", result_.worst()->absolute);
    } else {
      result_.message =
          fmt::format("{}: {} of {} {} differ by more than {:g} + {:g} |numerical|{}", name_,
                      rows.size() - agree, rows.size(), what(2), options_.atol, options_.rtol, notes_);
      tell_which_agree();
    }
  }

  // The table has but the rows that differ most, and does not show that an input is right altogether.
  void tell_which_agree() {
    if (right_.empty() || wrong_.empty()) return;
    result_.message += right_.size() <= std::max(wrong_.size(), names_in_a_line)
                           ? fmt::format("\n  all {} of {} agree", what(2), named(right_))
                           : fmt::format("\n  only {} {}; all others that are checked agree", named(wrong_),
                                         wrong_.size() == 1 ? "differs" : "differ");
  }

  void tell_what_is_left_out() {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Tensor& input = inputs_[i];
      if (is_floating(input.dtype()) && !input.requires_grad())
        result_.message += fmt::format("\n  inputs[{}] is not checked: it requires no gradient", i);
    }
  }

  std::string what(int count) const {
    if (options_.directions == 0) return count == 1 ? "entry" : "entries";
    return count == 1 ? "direction" : "directions";
  }

  const char *name_, *name_of_outputs_;
  const Tensors& inputs_;
  GradcheckOptions options_;
  GradcheckResult result_;
  std::string notes_, remarks_;
  std::vector<std::size_t> right_{}, wrong_{};  // which inputs agree in all entries, and which do not
};

void refuse_wrong_usage(const char* name, const Tensors& inputs, GradcheckOptions options, Location at) {
  if (!(options.eps > 0 && options.atol >= 0 && options.rtol >= 0)) {
    throw Report(name, "eps must be positive, atol and rtol 0 or more", at)
        .hint("{.eps = 1e-6, .atol = 1e-5, .rtol = 1e-3}, which they are by themselves")
        .as<value_error>();
  }
  for (const Tensor& input : inputs) static_cast<void>(input.node(at, "an input", name));
  if (that_require_grad(inputs).empty()) {
    throw Report(name, "no input requires a gradient", at)
        .hint(std::ranges::any_of(inputs, [](const Tensor& input) { return is_floating(input.dtype()); })
                  ? "requires_grad_() on an input"
                  : "to(float64), then requires_grad_(), on an input")
        .as<value_error>();
  }
}

}  // namespace

Tensors that_require_grad(const Tensors& tensors) {
  Tensors chosen;
  std::ranges::copy_if(tensors, std::back_inserter(chosen), &Tensor::requires_grad);
  return chosen;
}

Tensors gradients(const Tensors& outputs, const Tensors& cotangents, const Tensors& inputs,
                  bool create_graph) {
  Tensors dependent;
  GradOptions options{.retain_graph = true, .create_graph = create_graph, .allow_unused = true};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad()) continue;
    dependent.push_back(outputs[i]);
    options.cotangents.push_back(cotangents[i]);
  }
  return dependent.empty() ? Tensors(inputs.size()) : grad(dependent, inputs, options);
}

GradcheckResult compare_gradients(const char* name, const char* outputs, const Differences::Function& f,
                                  const Tensors& inputs, const GradcheckOptions& options) {
  return Check(name, outputs, inputs, options).of(f);
}

GradcheckResult guarded(const char* name, const Tensors& inputs, const GradcheckOptions& options, Location at,
                        const std::function<GradcheckResult()>& check) {
  refuse_wrong_usage(name, inputs, options, at);
  const enable_grad guard;
  try {
    return check();
  } catch (const std::exception& thrown) {
    return {.message = fmt::format("{}: f cannot be checked\n{}", name, thrown.what())};
  } catch (...) {
    return {.message = fmt::format("{}: f threw something that is no std::exception", name)};
  }
}

}  // namespace eingrad
