#include <algorithm>
#include <cmath>
#include <map>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/simplify.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/explain/assumptions.hpp>
#include <autodiff/explain/axis_names.hpp>
#include <autodiff/explain/naming.hpp>
#include <autodiff/explain/read_graph.hpp>
#include <autodiff/explain/vertices.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/number_text.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

using Kind = Vertex::Kind;

/// A constant in the graph: of float32 the shortest decimal that it stands for, 0.1 and not 0.10000000149.
double number_of(const Tensor& a) {
  const Tensor values = a.detach().to(float64);
  const double exact = values.span<double>()[0];
  return a.dtype() == float32 && std::isfinite(exact) ? std::stod(repr(static_cast<float>(exact))) : exact;
}

std::vector<Tensor> tensors_of(const std::vector<GivenName>& given) {
  std::vector<Tensor> tensors;
  for (const GivenName& each : given) tensors.push_back(each.tensor);
  return tensors;
}

class Reader {
 public:
  Reader(const Tensor& output, const Names& names, std::string_view declare)
      : given_(given_names(names)),
        vertices_(output, tensors_of(given_)),
        list_(vertices_.list()),
        names_(names_of(vertices_, given_)),
        axes_(vertices_, names_, given_) {
    Declarations& declarations = result_.problem.declarations;
    result_.users_letters = axes_.users();
    result_.values.sizes = axes_.extents();
    for (const auto& [letter, axis] : axes_.more_letters()) declarations.letter(letter, axis);
    for (std::size_t v = 0; v < list_.size(); ++v) {
      if (!names_[v].empty()) declarations.tensor(names_[v], axes_.of(v));
    }
    for (const std::string& size : axes_.sizes()) declarations.size(size, size);
    declarations.add(declare);
    for (std::size_t v = 0; v < list_.size(); ++v) {
      if (!names_[v].empty()) add(v);
      if (list_[v].is_complement) {
        const std::string what = names_[v].empty() ? "a tensor of data" : fmt::format("`{}`", names_[v]);
        result_.seen.push_back(fmt::format("{} is 1 - `{}`", what, names_[list_[v].operands[1]]));
      }
    }
  }

  GraphFormulas result() { return std::move(result_); }

 private:
  // ---- Formulas ----

  Index fresh(const std::string& axis, const Indices& in_use) const {
    return result_.fresh_letter(axis, in_use);
  }
  Indices fresh_for(std::size_t v) const {
    Indices letters;
    for (const std::string& axis : axes_.of(v)) letters.push_back(fresh(axis, letters));
    return letters;
  }

  /// What stands for a vertex with these letters at its axes: its name, or its formula.
  Expr at(std::size_t v, const Indices& letters, const Indices& in_use) const {
    return names_[v].empty() ? formula(v, letters, in_use) : Expr(Symbol{names_[v], letters});
  }

  Expr formula(std::size_t v, const Indices& letters, Indices in_use) const {
    in_use.insert(in_use.end(), letters.begin(), letters.end());
    const Vertex& y = list_[v];
    switch (y.kind) {
      case Kind::number:
        return number_of(y.value);
      case Kind::elementwise:
        return elementwise(y, letters, in_use);
      case Kind::contraction:
        return contraction(v, letters, in_use);
      case Kind::same:
        return at(y.operands[0], letters, in_use);
      case Kind::softmax:
      case Kind::logsumexp:
      case Kind::largest:
        return along(v, letters, in_use);
      default:
        return 0;  // given and opaque ones have names
    }
  }

  Expr elementwise(const Vertex& y, const Indices& letters, const Indices& in_use) const {
    const std::vector<std::size_t> own = long_axes(y.value.shape());
    std::vector<Expr> arguments;
    for (const std::size_t operand : y.operands) {
      Indices of_operand;
      const Shape& shape = list_[operand].value.shape();
      for (const std::size_t axis : long_axes(shape)) {
        const std::size_t aligned = axis + y.value.shape().size() - shape.size();
        of_operand.push_back(
            letters[static_cast<std::size_t>(std::ranges::find(own, aligned) - own.begin())]);
      }
      arguments.push_back(at(operand, of_operand, in_use));
    }
    return find_function(y.operation)->of(arguments);
  }

  Expr contraction(std::size_t v, const Indices& letters, Indices in_use) const {
    const Vertex& y = list_[v];
    std::map<char, Index> known;
    std::vector<Expr> factors;
    std::size_t next = 0;
    for (const std::size_t axis : long_axes(y.value.shape())) {
      const auto [found, is_new] = known.emplace(y.letters.out[axis], letters[next]);
      if (!is_new) factors.push_back(Delta{found->second, letters[next]});
      ++next;
    }
    Indices summed;
    const auto letters_of = [&](std::size_t operand, const std::string& text) {
      Indices all;
      const std::vector<std::string> axes = axes_.of(operand);
      for (const std::size_t axis : long_axes(list_[operand].value.shape())) {
        if (!known.contains(text[axis])) {
          const Index index = fresh(axes[all.size()], in_use);
          known.emplace(text[axis], index);
          summed.push_back(index);
          in_use.push_back(index);
        }
        all.push_back(known.at(text[axis]));
      }
      return all;
    };
    std::vector<Indices> of_operands{letters_of(y.operands[0], y.letters.a)};
    if (y.operands.size() > 1) of_operands.push_back(letters_of(y.operands[1], y.letters.b));
    for (std::size_t i = 0; i < y.operands.size(); ++i)
      factors.push_back(at(y.operands[i], of_operands[i], in_use));
    const Expr total = reduction(Over::sum, summed, product(factors));
    if (!y.is_mean) return total;
    std::vector<Expr> mean;
    for (const Index& index : summed) mean.push_back(raised(Size{index.axis}, -1));
    mean.push_back(total);
    return product(mean);
  }

  Expr along(std::size_t v, const Indices& letters, Indices in_use) const {
    const Vertex& y = list_[v];
    const std::size_t operand = y.operands[0];
    const std::vector<std::string> axes = axes_.of(operand);
    Indices of_operand, over;
    std::size_t next = 0;
    for (const std::size_t axis : long_axes(list_[operand].value.shape())) {
      const bool is_along = std::ranges::find(y.along, axis) != y.along.end();
      if (!is_along || y.kind == Kind::softmax) {
        of_operand.push_back(letters[next++]);
        if (is_along) over.push_back(of_operand.back());
        continue;
      }
      over.push_back(fresh(axes[of_operand.size()], in_use));
      in_use.push_back(over.back());
      of_operand.push_back(over.back());
    }
    const Expr body = at(operand, of_operand, in_use);
    if (y.kind == Kind::softmax) return over.empty() ? Expr(1) : softmax(body, over[0]);
    return reduction(y.kind == Kind::largest ? Over::max : Over::logsumexp, over, body);
  }

  // ---- Quantities ----

  void add(std::size_t v) {
    const Vertex& y = list_[v];
    const std::string& name = names_[v];
    Quantity quantity{name, fresh_for(v), y.value, ""};
    quantity.is_unnamed_data = is_unnamed_data(v);
    std::vector<std::int64_t> shape;
    for (const std::size_t axis : long_axes(y.value.shape())) shape.push_back(y.value.shape()[axis]);
    Tensor& value = result_.values.tensors[name] = y.value.detach().to(float64).reshape(shape);
    if (y.kind == Kind::opaque) {
      quantity.operation = y.operation;
      for (std::size_t i = 0; i < y.operands.size(); ++i) {
        if (names_[y.operands[i]].empty()) continue;
        quantity.operands.push_back(names_[y.operands[i]]);
        quantity.places.push_back(i);
      }
    } else if (y.kind == Kind::given || y.kind == Kind::number) {
      assume(quantity, value);
    } else {
      // What the formulas say in float64, so that what they compare with it is equal to the last bit.
      const Expr formula_of = simplified(formula(v, quantity.indices, {}));
      result_.problem.definitions[name] = {quantity.indices, formula_of};
      value = evaluate(formula_of, result_.values, quantity.indices);
    }
    result_.quantities.push_back(std::move(quantity));
  }

  /// Data that the user did not name, though other data, and that has no place in the loss that says what it
  /// is.
  bool is_unnamed_data(std::size_t v) const {
    const Vertex& y = list_[v];
    const auto is_data = [](const GivenName& each) {
      return each.tensor.defined() && each.tensor.is_leaf() && !each.tensor.requires_grad();
    };
    return y.kind == Kind::given && !y.value.requires_grad() && !y.is_one_hot &&
           y.role == Vertex::Role::none &&
           std::ranges::find(given_, names_[v], &GivenName::name) == given_.end() &&
           std::ranges::any_of(given_, is_data);
  }

  void assume(const Quantity& data, const Tensor& value) {
    Declarations& declarations = result_.problem.declarations;
    const std::vector<std::string>& axes = *declarations.axes_of(data.name);
    const auto by_user = std::ranges::find(given_, data.name, &GivenName::name);
    if (by_user != given_.end() && !by_user->assumptions.empty()) {
      for (const Declarations::Assumed& assumed : by_user->assumptions) {
        if (!is_true(assumed, value, axes)) {
          throw Report("explain", fmt::format("what is assumed of {} is not true of its values", data.name))
              .operand(data.name, data.tensor)
              .hint("the declaration without it")
              .as<value_error>();
        }
        declarations.assume(data.name, assumed);
      }
      return;
    }
    const auto seen = data.tensor.requires_grad() ? std::nullopt : seen_in(value, axes);
    if (!seen) return;
    declarations.assume(data.name, *seen);
    const bool is_hot = seen->what == Declarations::Assumption::onehot;
    result_.seen.push_back(fmt::format("`{}` {} along {}: its sum over {} is 1", data.name,
                                       is_hot ? "is one-hot" : "sums to 1", data.indices.back().letter,
                                       data.indices.back().letter));
  }

  std::vector<GivenName> given_;
  Vertices vertices_;
  const std::vector<Vertex>& list_;
  std::vector<std::string> names_;  // of the vertices
  AxisNames axes_;
  GraphFormulas result_;
};

}  // namespace

Index GraphFormulas::fresh_letter(const std::string& axis, Indices in_use) const {
  const bool is_users = std::ranges::find(users_letters, axis) != users_letters.end();
  if (is_users && !contains_letter(in_use, {axis, axis})) return {axis, axis};
  for (const std::string& letter : users_letters) in_use.push_back({letter, ""});
  for (const auto& [size, extent] : values.sizes) in_use.push_back({size, ""});
  return fresh_index(axis, in_use);
}

const Quantity& GraphFormulas::quantity(const std::string& name) const {
  const auto found = std::ranges::find(quantities, name, &Quantity::name);
  if (found != quantities.end()) return *found;
  std::vector<std::string> names;
  for (const Quantity& each : quantities) names.push_back(each.name);
  throw Report("explain", fmt::format("{} is not part of the graph", name))
      .hint(fmt::format("one of {}", fmt::join(names, ", ")))
      .as<value_error>();
}

GraphFormulas read_graph(const Tensor& output, const Names& names, std::string_view declare) {
  const no_grad guard;
  Reader reader(output, names, declare);
  return reader.result();
}

}  // namespace eingrad::einstein
