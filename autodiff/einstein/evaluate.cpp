#include <algorithm>
#include <cmath>
#include <iterator>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/einstein/evaluate.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/reduction/reduction.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

/// A tensor whose axes have letters, each once.
struct Lettered {
  Tensor values;
  Indices letters;
};

void add_missing(Indices& letters, const Indices& more) {
  for (const Index& index : more) {
    if (!contains(letters, index)) letters.push_back(index);
  }
}

class Evaluation {
 public:
  explicit Evaluation(const Values& values) : values_(values), sizes_(values.sizes) {}

  /// Learns the sizes of all axes from the tensors, before the first is asked for.
  void learn_sizes(const Expr& e) {
    if (const auto* symbol = e.as<Symbol>()) learn(*symbol);
    for (const Expr& part : parts(e)) learn_sizes(part);
  }

  Lettered of(const Expr& e) {
    return std::visit([this](const auto& node) { return of_kind(node); },
                      static_cast<const Expr::Node::variant&>(e.node()));
  }

  /// The same values with these axes, repeated along those that they lack.
  Tensor along(const Lettered& a, const Indices& letters) const {
    std::vector<std::int64_t> order, shape;
    for (const Index& index : letters) {
      const auto found = std::ranges::find(a.letters, index);
      if (found != a.letters.end()) order.push_back(found - a.letters.begin());
      shape.push_back(found != a.letters.end() ? size_of(index.axis) : 1);
    }
    Tensor values = reshape(permute(a.values, order), shape);
    for (std::size_t i = 0; i < letters.size(); ++i) shape[i] = size_of(letters[i].axis);
    return values.shape() == Shape(shape) ? values : expand(values, shape);
  }

 private:
  const Tensor& tensor_of(const Symbol& symbol) const {
    const auto found = values_.tensors.find(symbol.name);
    if (found != values_.tensors.end()) return found->second;
    throw Report("einstein", fmt::format("{} has no value", symbol.name))
        .hint("a tensor of that name among the values")
        .as<value_error>();
  }

  void learn(const Symbol& symbol) {
    const Tensor& values = tensor_of(symbol);
    if (values.shape().size() != symbol.indices.size()) {
      throw Report("einstein", fmt::format("{} has {} letters and its value {} axes", symbol.name,
                                           symbol.indices.size(), values.dim()))
          .operand(symbol.name, values)
          .hint("a value with an axis for each letter, or a letter for each axis")
          .as<shape_error>();
    }
    for (std::size_t axis = 0; axis < symbol.indices.size(); ++axis) {
      const std::string& name = symbol.indices[axis].axis;
      const std::int64_t extent = values.shape()[axis];
      const auto [known, is_new] = sizes_.emplace(name, extent);
      if (is_new || known->second == extent) continue;
      throw Report("einstein", fmt::format("|{}| is both {} and {}", name, known->second, extent))
          .operand(symbol.name, values)
          .hint("one extent for each letter, in all values")
          .as<shape_error>();
    }
  }

  std::int64_t size_of(const std::string& axis) const {
    const auto found = sizes_.find(axis);
    if (found != sizes_.end()) return found->second;
    throw Report("einstein", fmt::format("|{}| is not known", axis))
        .hint("a size for it, or a tensor with this axis")
        .as<value_error>();
  }

  /// A product of lettered tensors, summed over the letters that are not in `out`.
  Lettered contracted(std::vector<Lettered> factors, const Indices& out) const {
    Indices letters;
    for (const Lettered& factor : factors) add_missing(letters, factor.letters);
    const auto character = [&](const Index& index) {
      const auto place = std::ranges::find(letters, index) - letters.begin();
      return static_cast<char>(place < 26 ? 'a' + place : 'A' + place - 26);
    };
    std::string text;
    std::vector<Tensor> tensors;
    for (const Lettered& factor : factors) {
      if (!tensors.empty()) text += ',';
      std::ranges::transform(factor.letters, std::back_inserter(text), character);
      tensors.push_back(factor.values);
    }
    text += "->";
    std::ranges::transform(out, std::back_inserter(text), character);
    return {einsum(text, tensors), out};
  }

  std::vector<Lettered> each(const std::vector<Expr>& list) {
    std::vector<Lettered> values;
    std::ranges::transform(list, std::back_inserter(values), [this](const Expr& e) { return of(e); });
    return values;
  }

  Lettered of_kind(const Number& number) { return {full({}, number.value(), float64), {}}; }
  Lettered of_kind(const Size& size) {
    return {full({}, static_cast<double>(size_of(size.axis)), float64), {}};
  }
  Lettered of_kind(const Symbol& symbol) {
    Indices once;
    add_missing(once, symbol.indices);
    const Lettered whole{tensor_of(symbol).to(float64), symbol.indices};
    return once.size() == symbol.indices.size() ? whole : contracted({whole}, once);
  }
  Lettered of_kind(const Delta& delta) {
    if (delta.a == delta.b) return {ones({size_of(delta.a.axis)}, float64), {delta.a}};
    return {eye(size_of(delta.a.axis), float64), {delta.a, delta.b}};
  }
  Lettered of_kind(const Sum& s) {
    const std::vector<Lettered> terms = each(s.terms);
    Lettered total;
    for (const Lettered& term : terms) add_missing(total.letters, term.letters);
    for (const Lettered& term : terms) {
      const Tensor values = along(term, total.letters);
      total.values = total.values.defined() ? total.values + values : values;
    }
    return total;
  }
  Lettered of_kind(const Product& p) {
    std::vector<Lettered> factors = each(p.factors);
    Indices out;
    for (const Lettered& factor : factors) add_missing(out, factor.letters);
    return contracted(std::move(factors), out);
  }
  Lettered of_kind(const Power& p) {
    Lettered base = of(p.base);
    base.values = pow(base.values, p.exponent.value());
    return base;
  }
  Lettered of_kind(const Function& f) {
    const KnownFunction* known = find_function(f.name);
    if (known == nullptr) {
      throw Report("einstein", fmt::format("there is no function {}", f.name)).as<value_error>();
    }
    if (f.prime) return of(known->partials(f.arguments, known->of(f.arguments))[0]);
    const std::vector<Lettered> arguments = each(f.arguments);
    Lettered y;
    for (const Lettered& argument : arguments) add_missing(y.letters, argument.letters);
    std::vector<Tensor> values;
    for (const Lettered& argument : arguments) values.push_back(along(argument, y.letters));
    y.values = known->call(values).to(float64);
    return y;
  }
  Lettered of_kind(const Reduction& r) {
    const auto is_over = [&](const Index& index) { return contains(r.over, index); };
    if (const auto* p = r.body.as<Product>(); p != nullptr && r.kind == Over::sum) {
      std::vector<Lettered> factors = each(p->factors);
      Indices all, out;
      for (const Lettered& factor : factors) add_missing(all, factor.letters);
      std::ranges::remove_copy_if(all, std::back_inserter(out), is_over);
      return {scaled(contracted(std::move(factors), out).values, r.over, all), out};
    }
    const Lettered body = of(r.body);
    Indices out;
    std::ranges::remove_copy_if(body.letters, std::back_inserter(out), is_over);
    if (r.kind == Over::sum) return {scaled(contracted({body}, out).values, r.over, body.letters), out};
    if (r.kind == Over::mean) {
      double count = 1;
      for (const Index& index : body.letters)
        count *= is_over(index) ? static_cast<double>(size_of(index.axis)) : 1;
      return {contracted({body}, out).values / count, out};
    }
    std::vector<std::int64_t> axes;
    for (std::size_t axis = 0; axis < body.letters.size(); ++axis) {
      if (is_over(body.letters[axis])) axes.push_back(static_cast<std::int64_t>(axis));
    }
    const double repeated = repeats(r.over, body.letters);
    if (r.kind == Over::max) return {axes.empty() ? body.values : amax(body.values, axes), out};
    return {(axes.empty() ? body.values : logsumexp(body.values, axes)) + std::log(repeated), out};
  }
  Lettered of_kind(const Softmax& s) {
    Lettered body = of(s.body);
    const auto place = std::ranges::find(body.letters, s.along) - body.letters.begin();
    if (place == static_cast<std::ptrdiff_t>(body.letters.size()))  // all its elements are alike
      return {full({size_of(s.along.axis)}, 1. / static_cast<double>(size_of(s.along.axis)), float64),
              {s.along}};
    body.values = eingrad::softmax(body.values, place);
    return body;
  }
  Lettered of_kind(const Derivative& d) {
    throw Report("einstein", fmt::format("a derivative by {} is not worked out", d.by.name))
        .hint("differentiate() before evaluate()")
        .as<value_error>();
  }

  /// How many values the letters have that are not present.
  double repeats(const Indices& letters, const Indices& present) const {
    double count = 1;
    for (const Index& index : letters) {
      if (!contains(present, index)) count *= static_cast<double>(size_of(index.axis));
    }
    return count;
  }

  /// A sum over letters that the terms lack takes each as often as these have values.
  Tensor scaled(const Tensor& values, const Indices& over, const Indices& present) const {
    const double count = repeats(over, present);
    return count == 1 ? values : values * count;
  }

  const Values& values_;
  std::map<std::string, std::int64_t> sizes_;
};

}  // namespace

Tensor evaluate(const Expr& e, const Values& values, const Indices& letters) {
  Evaluation evaluation(values);
  evaluation.learn_sizes(e);
  const Lettered value = evaluation.of(e);
  for (const Index& index : value.letters) {
    if (contains(letters, index)) continue;
    throw Report("einstein", fmt::format("the letter {} is free but not asked for", index.letter))
        .hint("a sum over it, or its place in the result")
        .as<value_error>();
  }
  return evaluation.along(value, letters);
}

}  // namespace eingrad::einstein
