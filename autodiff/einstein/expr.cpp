#include <algorithm>
#include <iterator>

#include <autodiff/einstein/indices.hpp>

namespace eingrad::einstein {

Expr::Expr(Node node) : node_(std::make_shared<const Node>(std::move(node))) {}
Expr::Expr(Number number) : Expr(Node(number)) {}
Expr::Expr(Size size) : Expr(Node(std::move(size))) {}
Expr::Expr(Symbol symbol) : Expr(Node(std::move(symbol))) {}
Expr::Expr(Delta delta) : Expr(Node(std::move(delta))) {}

bool Expr::is_number(double value) const {
  const auto* number = as<Number>();
  return number != nullptr && *number == Number(value);
}

// ---- How expressions are made ----

namespace {

/// The list with sums in place of a sum, or products of a product.
template <class Kind>
std::vector<Expr> flattened(const std::vector<Expr>& list) {
  std::vector<Expr> flat;
  for (const Expr& each : list) {
    if (each.as<Kind>() != nullptr) {
      std::ranges::copy(parts(each), std::back_inserter(flat));
    } else {
      flat.push_back(each);
    }
  }
  return flat;
}

/// Takes the numbers out of a list, and folds them into one.
template <class Fold>
Number take_numbers(std::vector<Expr>& list, Number start, Fold fold) {
  for (const Expr& each : list) {
    if (const auto* number = each.as<Number>()) start = fold(start, *number);
  }
  std::erase_if(list, [](const Expr& each) { return each.as<Number>() != nullptr; });
  return start;
}

Number power_of(Number base, double exponent) {
  Number result = 1;
  for (double k = 0; k < std::abs(exponent); ++k) result = result * base;
  return exponent < 0 ? Number(result.denominator(), result.numerator()) : result;
}

}  // namespace

Expr sum(std::vector<Expr> terms) {
  terms = flattened<Sum>(terms);
  const Number constant = take_numbers(terms, 0, [](Number a, Number b) { return a + b; });
  if (!(constant == Number(0)) || terms.empty()) terms.emplace_back(constant);
  return terms.size() == 1 ? terms[0] : Expr(Expr::Node(Sum{std::move(terms)}));
}

Expr product(std::vector<Expr> factors) {
  factors = flattened<Product>(factors);
  const Number constant = take_numbers(factors, 1, [](Number a, Number b) { return a * b; });
  if (constant == Number(0)) return 0;
  if (!(constant == Number(1)) || factors.empty()) factors.insert(factors.begin(), constant);
  return factors.size() == 1 ? factors[0] : Expr(Expr::Node(Product{std::move(factors)}));
}

Expr raised(Expr base, Number exponent) {
  if (exponent == Number(0)) return 1;
  if (exponent == Number(1)) return base;
  const auto* number = base.as<Number>();
  const bool folds = exponent.is_whole() && std::abs(exponent.value()) <= 64;
  if (number != nullptr && folds && (exponent.value() > 0 || !(*number == Number(0))))
    return power_of(*number, exponent.value());
  const auto* inner = base.as<Power>();  // (a^r)^s = a^(r s) where s is whole
  if (inner != nullptr && exponent.is_whole()) return raised(inner->base, inner->exponent * exponent);
  return Expr(Expr::Node(Power{std::move(base), exponent}));
}

Expr function(std::string name, std::vector<Expr> arguments, bool prime) {
  return Expr(Expr::Node(Function{std::move(name), std::move(arguments), prime}));
}

Expr reduction(Over kind, Indices over, Expr body) {
  if (over.empty()) return body;
  const auto* inner = body.as<Reduction>();
  const auto is_inner_too = [&](const Index& index) { return contains(inner->over, index); };
  if (kind == Over::sum && inner != nullptr && inner->kind == kind &&
      std::ranges::none_of(over, is_inner_too)) {
    over.insert(over.end(), inner->over.begin(), inner->over.end());
    return reduction(kind, over, inner->body);
  }
  std::ranges::sort(over);
  return Expr(Expr::Node(Reduction{kind, std::move(over), std::move(body)}));
}

Expr softmax(Expr body, Index along) { return Expr(Expr::Node(Softmax{std::move(body), std::move(along)})); }

Expr derivative(Expr of, Symbol by, Through through) {
  return Expr(Expr::Node(Derivative{std::move(of), std::move(by), through}));
}

// ---- Parts ----

std::vector<Expr> parts(const Expr& e) {
  if (const auto* s = e.as<Sum>()) return s->terms;
  if (const auto* p = e.as<Product>()) return p->factors;
  if (const auto* p = e.as<Power>()) return {p->base};
  if (const auto* f = e.as<Function>()) return f->arguments;
  if (const auto* r = e.as<Reduction>()) return {r->body};
  if (const auto* s = e.as<Softmax>()) return {s->body};
  if (const auto* d = e.as<Derivative>()) return {d->of};
  return {};
}

Expr with_parts(const Expr& e, const std::vector<Expr>& parts) {
  if (e.as<Sum>() != nullptr) return sum(parts);
  if (e.as<Product>() != nullptr) return product(parts);
  if (const auto* p = e.as<Power>()) return raised(parts[0], p->exponent);
  if (const auto* f = e.as<Function>()) return function(f->name, parts, f->prime);
  if (const auto* r = e.as<Reduction>()) return reduction(r->kind, r->over, parts[0]);
  if (const auto* s = e.as<Softmax>()) return softmax(parts[0], s->along);
  if (const auto* d = e.as<Derivative>()) return derivative(parts[0], d->by, d->through);
  return e;
}

std::vector<Expr> factors_of(const Expr& e) {
  const auto* p = e.as<Product>();
  return p != nullptr ? p->factors : std::vector{e};
}

std::vector<Expr> without(std::vector<Expr> list, std::size_t position) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(position));
  return list;
}

}  // namespace eingrad::einstein
