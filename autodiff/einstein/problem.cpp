#include <algorithm>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/implied_declaration.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/problem.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/reduction/reduction.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

using Assumption = Declarations::Assumption;

Tensor with_assumption(const Tensor& values, const Declarations::Assumed& assumed,
                       const std::vector<std::string>& axes) {
  const auto axis = std::ranges::find(axes, assumed.axis) - axes.begin();
  switch (assumed.what) {
    case Assumption::positive:
      return abs(values) + 0.1;
    case Assumption::symmetric:
      return (values + values.t()) / 2;
    case Assumption::simplex:
      return eingrad::softmax(values * 2, axis);
    default:
      return eq(values, amax(values, {axis}, true)).to(float64);
  }
}

class Point {
 public:
  Point(const Problem& problem, const Drawing& drawing)
      : problem_(problem), drawing_(drawing), generator_(drawing.seed) {
    for (const std::string& name : problem.declarations.names()) {
      if (const auto* axes = problem.declarations.axes_of(name)) {
        for (const std::string& axis : *axes) add_size(axis);
      } else {
        add_size(*problem.declarations.sized_axis(name));
      }
    }
    for (const std::string& name : problem.inputs()) values_.tensors[name] = input(name);
    for (const auto& [name, definition] : problem.definitions) define(name);
  }

  Values values() { return std::move(values_); }

 private:
  void add_size(const std::string& axis) {
    // No two axes have one size, and another seed gives others, of which no product is another's.
    static constexpr std::int64_t extents[] = {3, 2, 5, 4, 7, 6, 8, 9};
    const std::int64_t next = extents[(values_.sizes.size() + drawing_.seed) % std::size(extents)];
    values_.sizes.emplace(axis, axis == drawing_.single ? 1 : next);
  }

  Tensor input(const std::string& name) {
    const std::vector<std::string>& axes = *problem_.declarations.axes_of(name);
    std::vector<std::int64_t> shape;
    for (const std::string& axis : axes) shape.push_back(values_.sizes.at(axis));
    Tensor values = empty(shape, float64);
    uniform_(values, drawing_.low * drawing_.scale, drawing_.high * drawing_.scale, generator_);
    for (const Declarations::Assumed& assumed : problem_.declarations.assumptions_of(name))
      values = with_assumption(values, assumed, axes);
    if (name == drawing_.simplex)
      values = with_assumption(values, {Assumption::simplex, drawing_.along}, axes);
    const bool is_square = axes.size() == 2 && axes[0] == axes[1];
    return drawing_.symmetric && is_square ? (values + values.t()) / 2 : values;
  }

  void define(const std::string& name) {
    if (values_.tensors.contains(name)) return;
    const Definition& definition = problem_.definitions.at(name);
    for (const auto& [other, unused] : problem_.definitions) {
      if (other != name && depends_on(definition.value, other, problem_.definitions)) define(other);
    }
    const Expr value = without_derivatives(definition.value, problem_.definitions);
    values_.tensors[name] = evaluate(value, values_, definition.indices);
  }

  const Problem& problem_;
  const Drawing& drawing_;
  Generator generator_;
  Values values_;
};

}  // namespace

void Problem::define(std::string_view written) {
  const Declarations with_them = with_arguments(written, declarations, definitions);
  const std::string line = without_arguments(written, with_them);
  if (const std::vector<std::string> steps = equations_of(line); steps.size() > 1)
    throw Report("einstein", "a definition has one right side")
        .line("text", line)
        .hint(steps[0] + ", or dL/dw = … for a claim with several steps")
        .as<value_error>();
  Declarations with_name = with_defined_name(line, with_sizes_of_sums(line, with_them), definitions);
  const Statement read = parse_statement(line, with_name);
  const auto* target = read.target.as<Symbol>();
  const auto refuse = [&](const std::string& problem, const char* hint) {
    throw Report("einstein", problem).line("text", line).hint(hint).as<value_error>();
  };
  if (target == nullptr) refuse("a derivative cannot be defined", "check() for a claim");
  if (definitions.contains(target->name))
    refuse(fmt::format("{} is defined twice; its first definition stays", target->name), "another name");
  Definitions with_it = definitions;
  with_it[target->name] = {target->indices, read.value};
  if (depends_on(read.value, target->name, with_it))
    refuse(fmt::format("{} is defined by itself; it stays what it was", target->name),
           "another name on the left");
  if (line != written) with_name.arguments(target->name, arguments_of(written));
  definitions = std::move(with_it);
  declarations = std::move(with_name);
  declarations.defined(target->name);
}

std::vector<std::string> Problem::inputs() const {
  std::vector<std::string> names = declarations.names();
  std::erase_if(names, [&](const std::string& name) {
    return declarations.axes_of(name) == nullptr || definitions.contains(name);
  });
  return names;
}

Values draw(const Problem& problem, const Drawing& drawing) { return Point(problem, drawing).values(); }

}  // namespace eingrad::einstein
