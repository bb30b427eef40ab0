#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <ostream>

#include <autodiff/backward.hpp>
#include <autodiff/check/differences.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

using Tensors = std::vector<Tensor>;

Tensors that_require_grad(const Tensors& tensors) {
  Tensors chosen;
  std::ranges::copy_if(tensors, std::back_inserter(chosen), &Tensor::requires_grad);
  return chosen;
}

/// The gradients of Σ cotangent · output; undefined where no output depends on the input.
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

Shape index_of(std::int64_t position, const Shape& shape) {
  Shape index = Shape::filled(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; position /= shape[axis])
    index[axis] = position % shape[axis];
  return index;
}

/// What comes first in the table.
bool differs_more(const GradcheckRow& a, const GradcheckRow& b) {
  const auto size = [](double x) { return std::isnan(x) ? HUGE_VAL : x; };
  return a.agrees != b.agrees ? b.agrees : size(a.absolute) > size(b.absolute);
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

class Check {
 public:
  Check(const char* name, const Tensors& inputs, GradcheckOptions options)
      : name_(name), inputs_(inputs), options_(options) {}

  GradcheckResult of(const Differences::Function& f) {
    compare(f);
    conclude();
    tell_what_is_left_out();
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
    for (std::size_t argument = 0; argument < inputs_.size(); ++argument) {
      if (inputs_[argument].requires_grad()) compare(differences, argument, *gradient++);
    }
  }

  void compare(const Differences& differences, std::size_t argument, const Tensor& gradient) {
    const Tensor& input = inputs_[argument];
    const Tensor analytical = gradient.defined() ? gradient.to(float64) : zeros(input.shape(), float64);
    Comparison comparison;
    if (options_.directions == 0) {
      for (std::int64_t i = 0; i < input.numel(); ++i) {
        add_row(comparison, argument, index_of(i, input.shape()),
                analytical.span<double>()[static_cast<std::size_t>(i)],
                differences.along(argument, i, options_.eps));
      }
    } else {
      Generator generator(3);
      for (std::size_t k = 0; k < options_.directions; ++k) {
        const Tensor any = random_cotangent(analytical, generator);
        const Tensor direction = any / std::sqrt(sum(square(any)).item());
        add_row(comparison, argument, k, sum(analytical * direction).item(),
                differences.along(argument, direction, options_.eps));
      }
    }
    explain(argument, comparison.rows, gradient.defined(), comparison.kink);
    result_.rows.insert(result_.rows.end(), comparison.rows.begin(), comparison.rows.end());
  }

  void add_row(Comparison& comparison, std::size_t argument, const Shape& index, double a,
               const Slopes& slopes) {
    const double n = slopes.central, absolute = a == n ? 0 : std::abs(a - n);
    const double relative = absolute == 0 ? 0 : absolute / std::max(std::abs(a), std::abs(n));
    const bool agrees = absolute <= tolerance(n);  // false for NaN
    comparison.rows.push_back({argument, index, a, n, absolute, relative, agrees});
    // At a kink backward gives the slope of one side, or one in between.
    const auto [least, most] = std::minmax(slopes.left, slopes.right);
    comparison.kink |= !agrees && a >= least - tolerance(least) && a <= most + tolerance(most);
  }

  double tolerance(double numerical) const { return options_.atol + options_.rtol * std::abs(numerical); }

  void explain(std::size_t argument, const std::vector<GradcheckRow>& rows, bool reached, bool kink) {
    if (std::ranges::all_of(rows, &GradcheckRow::agrees)) return;
    const auto note = [&](std::string_view text) {
      notes_ += fmt::format("\n  argument {} {}", argument, text);
    };
    const auto finite = [](const GradcheckRow& row) { return std::isfinite(row.absolute); };
    if (!reached) {
      note(
          "gets no gradient, though differences see one: is there a detach(), no_grad or item() on the way?");
    } else if (inputs_[argument].dtype() == float32) {
      note("is float32, too coarse for differences: use float64");
    } else if (loses_steps(inputs_[argument], rows)) {
      note(fmt::format("is so large that a step of {:g} is lost in rounding: a larger eps", options_.eps));
    } else if (!std::ranges::all_of(rows, finite)) {
      note("stands at a singularity, or at the edge of where f is defined: not all numbers are finite");
    } else if (kink) {
      note("stands at a kink, where the slopes on both sides differ: move away from it");
    } else if (const std::optional<double> factor = common_factor(rows)) {
      note(fmt::format("gets a gradient that is {:.6g} times what it should be", *factor));
    }
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
    }
  }

  void tell_what_is_left_out() {
    for (std::size_t argument = 0; argument < inputs_.size(); ++argument) {
      const Tensor& input = inputs_[argument];
      if (is_floating(input.dtype()) && !input.requires_grad())
        result_.message += fmt::format("\n  argument {} is not checked: it requires no gradient", argument);
    }
  }

  std::string what(int count) const {
    if (options_.directions == 0) return count == 1 ? "entry" : "entries";
    return count == 1 ? "direction" : "directions";
  }

  const char* name_;
  const Tensors& inputs_;
  GradcheckOptions options_;
  GradcheckResult result_;
  std::string notes_;
};

void refuse_wrong_usage(const char* name, const Tensors& inputs, GradcheckOptions options, Location at) {
  if (!(options.eps > 0 && options.atol >= 0 && options.rtol >= 0)) {
    throw Report(name, "eps must be positive, atol and rtol 0 or more", at)
        .hint("{.eps = 1e-6, .atol = 1e-5, .rtol = 1e-3}, which they are by themselves")
        .as<value_error>();
  }
  for (const Tensor& input : inputs) static_cast<void>(input.node(at));
  if (that_require_grad(inputs).empty()) {
    throw Report(name, "no input requires a gradient", at)
        .hint(std::ranges::any_of(inputs, [](const Tensor& input) { return is_floating(input.dtype()); })
                  ? "requires_grad_() on an input"
                  : "to(float64), then requires_grad_(), on an input")
        .as<value_error>();
  }
}

/// The result of `check`, or what it throws as the message.
template <class F>
GradcheckResult guarded(const char* name, F check) {
  const enable_grad guard;
  try {
    return check();
  } catch (const std::exception& thrown) {
    return {.message = fmt::format("{}: f cannot be checked\n{}", name, thrown.what())};
  } catch (...) {
    return {.message = fmt::format("{}: f threw something that is no std::exception", name)};
  }
}

}  // namespace

GradcheckResult gradcheck(const TensorFunction& f, const Tensors& inputs, GradcheckOptions options,
                          Location at) {
  constexpr const char* name = "gradcheck";
  refuse_wrong_usage(name, inputs, options, at);
  return guarded(
      name, [&] { return Check(name, inputs, options).of([&](const Tensors& x) { return Tensors{f(x)}; }); });
}

GradcheckResult gradgradcheck(const TensorFunction& f, const Tensors& inputs, GradcheckOptions options,
                              Location at) {
  constexpr const char* name = "gradgradcheck";
  refuse_wrong_usage(name, inputs, options, at);
  // The gradients as a function of the inputs and of the cotangent, which is an input behind the others.
  const auto gradients_of_f = [&](const Tensors& given, bool create_graph) {
    const Tensors x(given.begin(), given.end() - 1), wanted = that_require_grad(x);
    Tensors found = gradients({f(x)}, {given.back()}, wanted, create_graph);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i].defined()) found[i] = zeros_like(wanted[i]);
    }
    return found;
  };
  return guarded(name, [&]() -> GradcheckResult {
    Generator generator(1);
    Tensors inputs_and_cotangent = inputs;
    inputs_and_cotangent.push_back(random_cotangent(f(inputs), generator).requires_grad_());
    // What is differentiated must be the gradient that backward gives.
    const Tensors recorded = gradients_of_f(inputs_and_cotangent, true);
    const Tensors plain = gradients_of_f(inputs_and_cotangent, false);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      if (allclose(recorded[i], plain[i], options.rtol, options.atol, true)) continue;
      return {.message = fmt::format("{}: create_graph gives other gradients, by as much as {:.2g}", name,
                                     max_abs_difference(recorded[i], plain[i]))};
    }
    GradcheckResult result = Check(name, inputs_and_cotangent, options).of([&](const Tensors& given) {
      return gradients_of_f(given, true);
    });
    const auto is_of_cotangent = [&](const GradcheckRow& row) {
      return !row.agrees && row.argument == inputs.size();
    };
    if (std::ranges::any_of(result.rows, is_of_cotangent))
      result.message += fmt::format("\n  argument {} is the cotangent of what f returns", inputs.size());
    return result;
  });
}

GradcheckResult gradcheck(const std::function<Tensor(const Tensor&)>& f, const Tensor& input,
                          GradcheckOptions options, Location at) {
  return gradcheck([&](const Tensors& x) { return f(x[0]); }, Tensors{input}, options, at);
}

GradcheckResult gradgradcheck(const std::function<Tensor(const Tensor&)>& f, const Tensor& input,
                              GradcheckOptions options, Location at) {
  return gradgradcheck([&](const Tensors& x) { return f(x[0]); }, Tensors{input}, options, at);
}

const GradcheckRow* GradcheckResult::worst() const {
  return rows.empty() ? nullptr : &*std::ranges::min_element(rows, differs_more);
}

std::ostream& operator<<(std::ostream& out, const GradcheckResult& result) {
  constexpr std::size_t most = 10;
  std::vector<GradcheckRow> rows = result.rows;
  std::ranges::stable_sort(rows, differs_more);
  out << result.message;
  if (rows.empty()) return out;
  out << fmt::format("\n  argument  {:<12}{:>15}{:>15}{:>10}{:>10}",
                     result.along_directions ? "direction" : "index", "analytical", "numerical", "absolute",
                     "relative");
  for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) {
    const GradcheckRow& row = rows[i];
    out << fmt::format("\n  {:>8}  {:<12}{:>15.8g}{:>15.8g}{:>10.1e}{:>10.1e}{}", row.argument,
                       result.along_directions ? fmt::to_string(row.index[0]) : to_string(row.index),
                       row.analytical, row.numerical, row.absolute, row.relative,
                       row.agrees ? "" : "  differs");
  }
  if (rows.size() > most) out << fmt::format("\n  and {} more", rows.size() - most);
  return out;
}

}  // namespace eingrad
