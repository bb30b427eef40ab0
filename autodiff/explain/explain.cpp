#include <algorithm>
#include <cmath>
#include <ostream>

#include <autodiff/backward.hpp>
#include <autodiff/check/differences.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/explain/explain.hpp>
#include <autodiff/explain/jacobian.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/reduction/reduction.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

std::string value_name(const std::string& of, const std::string& by) {
  return fmt::format("d{}/d{}", of, by);
}

/// The expression with tensors for the derivatives that are left in it.
Expr with_tensors(const Expr& e) {
  if (const auto* d = e.as<Derivative>()) {
    Indices indices = d->of.as<Symbol>()->indices;
    indices.insert(indices.end(), d->by.indices.begin(), d->by.indices.end());
    return Symbol{value_name(d->of.as<Symbol>()->name, d->by.name), indices};
  }
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = with_tensors(part);
  return inside.empty() ? e : with_parts(e, inside);
}

/// A gradient that is 0 but for rounding is compared as it is.
double relative_difference(double apart, double scale) { return scale > 1e-14 ? apart / scale : apart; }
double relative_difference(const Tensor& a, const Tensor& b) {
  if (a.numel() == 0) return 0;
  return relative_difference(amax(abs(a - b)).item(), amax(abs(b)).item());
}

std::vector<std::string> wanted_names(const GraphFormulas& graph, const Names& names) {
  std::vector<std::string> named, all;
  for (const Quantity& q : graph.quantities) {
    if (!q.tensor.is_leaf() || !q.tensor.requires_grad()) continue;
    const auto is_it = [&](const auto& entry) { return entry.second.get() == q.tensor.get(); };
    if (std::ranges::any_of(names, is_it)) named.push_back(q.name);
    all.push_back(q.name);
  }
  return named.empty() ? all : named;
}

/// Refuses names for parameters of which the loss depends on none: most likely they are those of a copy.
void check_named(const Names& names, const GraphFormulas& graph, const Tensor& loss) {
  const auto is_parameter = [](const auto& entry) {
    return entry.second.defined() && entry.second.is_leaf() && entry.second.requires_grad();
  };
  const auto is_in_graph = [&](const auto& entry) {
    return std::ranges::any_of(graph.quantities,
                               [&](const Quantity& q) { return q.tensor.is(entry.second); });
  };
  const auto stranger = std::ranges::find_if(names, is_parameter);
  if (stranger == names.end() || std::ranges::any_of(names, [&](const auto& entry) {
        return is_parameter(entry) && is_in_graph(entry);
      }))
    return;
  throw Report("explain", fmt::format("the loss does not depend on {}", stranger->first),
               loss.node().location())
      .operand(stranger->first, stranger->second)
      .hint("the tensor that it was computed from; a copy of a module has parameters of its own")
      .as<graph_error>();
}

/// Which operands of y's operation have this name.
std::vector<std::size_t> places_of(const std::string& name, const Quantity& y) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < y.operands.size(); ++i) {
    if (y.operands[i] == name) places.push_back(y.places[i]);
  }
  return places;
}

/// The values of all gradients, by their formulas, backward.
std::map<std::string, Tensor> values_of(const Explanation& all) {
  constexpr std::int64_t most = 10'000'000;  // elements of a Jacobian
  const no_grad guard;
  std::map<std::string, Tensor> found;
  Values values = all.graph.values;
  for (const Gradient& each : all.gradients) {
    for (const LocalDerivative& local : each.local) {
      if (!local.is_opaque) continue;
      const Quantity &of = all.graph.quantity(local.of.name), &by = all.graph.quantity(local.by.name);
      if (of.tensor.numel() * by.tensor.numel() > most) return found;
      std::vector<std::int64_t> shape;
      for (const std::string& which : {local.of.name, local.by.name}) {
        for (const std::int64_t extent : values.tensors.at(which).shape()) shape.push_back(extent);
      }
      values.tensors[value_name(local.of.name, local.by.name)] =
          jacobian_of(of.tensor, places_of(by.name, of)).to(float64).reshape(shape);
    }
    const Tensor value = evaluate(with_tensors(each.formula()), values, each.by.indices);
    values.tensors[value_name(all.graph.output().name, each.by.name)] = value;
    found[each.by.name] = value;
  }
  return found;
}

class Checks {
 public:
  Checks(const Explanation& explanation, const Tensor& loss) : all_(explanation) {
    const auto is_opaque = [](const Quantity& each) { return !each.operation.empty(); };
    has_formulas_ = std::ranges::none_of(all_.graph.quantities, is_opaque);
    const auto formulas = std::ssize(all_.of) * std::ssize(all_.graph.quantities);
    elements_ = std::clamp<std::int64_t>(20'000 / std::max<std::int64_t>(1, formulas), 0, 64);
    std::vector<Tensor> tensors;
    for (const std::string& name : all_.of) {
      const Tensor& tensor = all_.graph.quantity(name).tensor;
      if (tensor.requires_grad()) tensors.push_back(tensor);
    }
    const std::vector<Tensor> gradients = grad(loss, tensors, {.retain_graph = true, .allow_unused = true});
    for (std::size_t i = 0; i < tensors.size(); ++i) exact_[tensors[i].get()] = gradients[i];
  }

  Agreement of(const std::string& name) const {
    Agreement agreement{name};
    const auto value = all_.values.find(name);
    if (value == all_.values.end()) return agreement;
    const Tensor flat = value->second.reshape({-1});
    const Tensor& tensor = all_.graph.quantity(name).tensor;
    if (const auto exact = exact_.find(tensor.get()); exact != exact_.end()) {
      if (exact->second.defined()) {
        agreement.autograd = relative_difference(flat, exact->second.to(float64).reshape({-1}));
      } else if (tensor.is_leaf()) {
        agreement.autograd = relative_difference(flat, zeros(flat.shape(), float64));
      }
    }
    if (has_formulas_) agreement.differences = from_differences(name, flat);
    return agreement;
  }

 private:
  // The loss as the formulas have it, of other values for one name.
  Tensor loss_at(const std::string& name, const Tensor& value) const {
    Values values = all_.graph.values;
    values.tensors[name] = value;
    bool is_behind = false;
    for (const Quantity& q : all_.graph.quantities) {
      const auto definition = all_.graph.problem.definitions.find(q.name);
      if (is_behind && definition != all_.graph.problem.definitions.end())
        values.tensors[q.name] = evaluate(definition->second.value, values, definition->second.indices);
      is_behind |= q.name == name;
    }
    return values.tensors.at(all_.graph.output().name);
  }

  // Along each element of a small tensor; of a larger one along some, and along one direction of all.
  double from_differences(const std::string& name, const Tensor& gradient) const {
    const no_grad guard;
    const std::vector<Tensor> input{all_.graph.values.tensors.at(name).clone()};
    Differences differences(
        [&](const Differences::Tensors& at) { return Differences::Tensors{loss_at(name, at[0])}; }, input);
    differences.set_cotangents({ones({}, float64)});
    const std::int64_t n = gradient.numel();
    const bool takes_all = n <= elements_;
    double apart = 0, scale = 0;
    for (std::int64_t k = 0; k < std::min(n, elements_); ++k) {
      const std::int64_t i = takes_all ? k : k * n / elements_;
      const double exact = gradient.span<double>()[static_cast<std::size_t>(i)];
      apart = std::max(apart, std::abs(differences.along(0, i, 1e-6).central - exact));
      scale = std::max(scale, std::abs(exact));
    }
    const double of_elements = relative_difference(apart, scale);
    if (takes_all) return of_elements;
    Generator generator(0);
    const Tensor direction = random_cotangent(input[0], generator);
    const double exact = dot(gradient, direction.reshape({-1})).item();
    const double slope = differences.along(0, direction, 1e-6).central;
    return std::max(of_elements, relative_difference(std::abs(slope - exact), std::abs(exact)));
  }

  const Explanation& all_;
  std::map<const Node*, Tensor> exact_;
  bool has_formulas_ = false;
  std::int64_t elements_ = 0;  // of a tensor along which differences are taken: few in a large model
};

}  // namespace

const Gradient& Explanation::gradient(const std::string& name) const {
  const auto is_it = [&](const Gradient& each) { return each.by.name == name; };
  const auto found = std::ranges::find_if(gradients, is_it);
  if (found != gradients.end()) return *found;
  throw Report("explain", fmt::format("there is no derivative by {} here", name))
      .hint("its name among `of`")
      .as<value_error>();
}

Explanation explain(const Tensor& loss, const Names& names, const ExplainOptions& options) {
  if (loss.numel() != 1) {
    throw Report("explain", "the loss has more than one element", loss.node().location())
        .operand("L", loss)
        .hint("mean(loss) or sum(loss)")
        .as<shape_error>();
  }
  if (loss.is_leaf()) {
    throw Report("explain", "the loss is not computed from anything that requires a gradient",
                 loss.node().location())
        .operand("L", loss)
        .hint("requires_grad_() on what it is to be differentiated by, and no no_grad around it")
        .as<graph_error>();
  }
  Explanation explanation{read_graph(loss, names, options.declare), {}, {}, {}, {}};
  check_named(names, explanation.graph, loss);
  for (const std::string& name : options.of) {
    if (std::ranges::find(explanation.of, name) == explanation.of.end()) explanation.of.push_back(name);
  }
  if (explanation.of.empty()) explanation.of = wanted_names(explanation.graph, names);
  explanation.gradients = chain_rule(explanation.graph, explanation.of);
  explanation.values = values_of(explanation);
  const Checks checks(explanation, loss);
  for (const std::string& name : explanation.of) explanation.checks.push_back(checks.of(name));
  return explanation;
}

std::ostream& operator<<(std::ostream& out, const Explanation& explanation) {
  return out << to_string(explanation);
}

Verdict check(std::string_view claim, const Tensor& output, const Names& names, std::string_view declare) {
  const GraphFormulas formulas = read_graph(output, names, declare);
  for (const Quantity& each : formulas.quantities) {
    if (each.operation.empty()) continue;
    throw Report("check", fmt::format("{} has no index notation", each.operation),
                 each.tensor.node().location())
        .operand(each.name, each.tensor)
        .hint("explain, which shows it as one factor")
        .as<value_error>();
  }
  return check(claim, formulas.problem);
}

}  // namespace eingrad::einstein
