#include <cmath>
#include <set>

#include <autodiff/create.hpp>
#include <autodiff/number_text.hpp>
#include <optim/optimizer.hpp>

#include <fmt/format.h>

namespace eingrad::optim {

namespace {

std::string lr_name(std::size_t group) { return fmt::format("lr.{}", group); }

}  // namespace

void Optimizer::set_lr(double lr, Location at) {
  for (std::size_t group = 0; group < group_count(); ++group) set_lr(lr, group, at);
}

StateDict Optimizer::state_dict() const {
  StateDict state;
  for (std::size_t group = 0; group < group_count(); ++group)
    state[lr_name(group)] = full({}, lr(group), float64);
  // Visiting changes nothing by itself.
  const_cast<Optimizer*>(this)->visit_state({[&](const std::string& name, Tensor& values, const Tensor&) {
                                               if (values.defined()) state[name] = values.detach();
                                             },
                                             [&](const std::string& name, std::int64_t& count) {
                                               state[name] = full({}, static_cast<double>(count), int64);
                                             }});
  return state;
}

void Optimizer::load_state_dict(const StateDict& state, Location at) {
  std::set<std::string> known;
  const auto refuse = [at](const std::string& problem) {
    throw Report("load_state_dict", problem, at)
        .hint("the state_dict of an optimizer of this kind, of the same parameters and groups")
        .as<value_error>();
  };
  const auto number = [&](const std::string& name) {
    known.insert(name);
    const auto found = state.find(name);
    if (found == state.end()) refuse(fmt::format("{} is missing", name));
    return found->second.item<double>();
  };
  std::vector<double> rates;
  for (std::size_t group = 0; group < group_count(); ++group) {
    rates.push_back(number(lr_name(group)));
    detail::check_option("load_state_dict", "lr", rates.back(), at);
  }
  const auto check_tensor = [&](const std::string& name, Tensor&, const Tensor& parameter) {
    known.insert(name);
    const auto found = state.find(name);
    if (found == state.end() || found->second.shape() == parameter.shape()) return;
    throw Report("load_state_dict", fmt::format("{} has another shape than its parameter", name), at)
        .operand("given", found->second)
        .operand("p", parameter)
        .hint("the state of a model of the same sizes")
        .as<shape_error>();
  };
  visit_state({check_tensor, [&](const std::string& name, std::int64_t&) { number(name); }});
  for (const auto& [name, values] : state) {
    if (!known.contains(name)) refuse(fmt::format("{} is not known", name));
  }

  for (std::size_t group = 0; group < group_count(); ++group) set_lr(rates[group], group);
  visit_state(
      {[&](const std::string& name, Tensor& values, const Tensor& parameter) {
         const auto found = state.find(name);
         values = found == state.end() ? Tensor() : found->second.to(parameter.dtype()).detach();
       },
       [&](const std::string& name, std::int64_t& count) { count = state.at(name).item<std::int64_t>(); }});
}

namespace detail {

void check_parameters(const char* optimizer, const std::vector<Tensor>& parameters, Location at) {
  std::set<const Node*> known;
  for (const Tensor& parameter : parameters) {
    if (!known.insert(&parameter.node(at, "a parameter", optimizer)).second) {
      throw Report(optimizer, "a parameter is given twice, and would be changed twice in each step", at)
          .operand("p", parameter)
          .hint("each parameter once")
          .as<value_error>();
    }
    if (parameter.is_leaf() && parameter.requires_grad()) continue;
    throw Report(optimizer, "a parameter is no leaf that requires a gradient", at)
        .operand("p", parameter)
        .hint("requires_grad_() on it before it is used")
        .as<graph_error>();
  }
}

void throw_no_gradient(const char* optimizer, Location at) {
  throw Report(optimizer, "step: no parameter has a gradient", at)
      .hint("zero_grad(), backward(), step(), in this order; and an optimizer made after model.to(dtype)")
      .as<graph_error>();
}

void check_not_empty(const char* optimizer, bool empty, Location at) {
  if (!empty) return;
  throw Report(optimizer, "there is no parameter to optimize", at)
      .hint("EINGRAD_MEMBERS(…) in the module names its parts")
      .as<value_error>();
}

void check_option(const char* optimizer, const char* option, double value, Location at, double low,
                  double high) {
  if (std::isfinite(value) && value >= low && (high == 0 || value < high)) return;
  throw Report(optimizer, fmt::format("{} = {}", option, without_nan_sign(value)), at)
      .hint(high == 0 ? fmt::format("a finite number, {} or more", low)
                      : fmt::format("{} or more, and less than {}", low, high))
      .as<value_error>();
}

}  // namespace detail

}  // namespace eingrad::optim
