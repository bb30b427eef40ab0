#pragma once
#include <compare>
#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <autodiff/einstein/number.hpp>

namespace eingrad::einstein {

/// A letter, and the axis that it runs over: the n of samples in x_n.
struct Index {
  std::string letter, axis;
  auto operator<=>(const Index&) const = default;
};
using Indices = std::vector<Index>;

class Expr;

/// The number of elements along an axis, |n|.
struct Size {
  std::string axis;
};
/// A tensor with its letters, W_io.
struct Symbol {
  std::string name;
  Indices indices;
};
/// Kronecker's δ_ij: 1 where both letters name the same element, else 0.
struct Delta {
  Index a, b;
};
/// a + b + …
struct Sum {
  std::vector<Expr> terms;
};
/// a b …
struct Product {
  std::vector<Expr> factors;
};
/// a^r, r rational: 1/a is a^-1.
struct Power;
/// f(a, …) element by element, of the operations that autodiff/elementwise/list.hpp names; with a `prime`
/// its derivative f′.
struct Function {
  std::string name;
  std::vector<Expr> arguments;
  bool prime = false;
};
/// What is taken over all values of the letters.
enum class Over { sum, mean, max, logsumexp };
struct Reduction;
/// exp(a) / Σ exp(a), the sum over the letter `along`, which stays.
struct Softmax;
/// ∂a/∂W_io, not worked out yet.
struct Derivative;
/// Which definitions a derivative goes through: all of them (a total derivative), that of what it is of (a
/// direct one), or none.
enum class Through { definitions, own_definition, nothing };

/// An expression in index notation: a value, cheap to copy, that does not change.
///
/// Every sum stands where it is taken: what the notation leaves out, parse() has put in. Sums and products
/// are flat and have their numbers folded; nothing else is simplified by itself.
class Expr {
 public:
  struct Node;  // one of the kinds above and below

  Expr(double number = 0) : Expr(Number(number)) {}
  Expr(Number number);
  Expr(Size size);
  Expr(Symbol symbol);
  Expr(Delta delta);

  /// The node if it is of this kind, else null.
  template <class Kind>
  const Kind* as() const;
  const Node& node() const { return *node_; }
  bool is_number(double value) const;

  friend Expr sum(std::vector<Expr> terms);
  friend Expr product(std::vector<Expr> factors);
  friend Expr raised(Expr base, Number exponent);
  friend Expr function(std::string name, std::vector<Expr> arguments, bool prime);
  friend Expr reduction(Over kind, Indices over, Expr body);
  friend Expr softmax(Expr body, Index along);
  friend Expr derivative(Expr of, Symbol by, Through through);

 private:
  explicit Expr(Node node);
  std::shared_ptr<const Node> node_;
};

struct Power {
  Expr base;
  Number exponent;
};
struct Reduction {
  Over kind;
  Indices over;
  Expr body;
};
struct Softmax {
  Expr body;
  Index along;
};
struct Derivative {
  Expr of;
  Symbol by;
  Through through;
};

struct Expr::Node : std::variant<Number, Size, Symbol, Delta, Sum, Product, Power, Function, Reduction,
                                 Softmax, Derivative> {
  using variant::variant;
};

// Expressions are made by these.
Expr sum(std::vector<Expr> terms);
Expr product(std::vector<Expr> factors);
Expr raised(Expr base, Number exponent);
Expr function(std::string name, std::vector<Expr> arguments, bool prime = false);
/// Over no letters it is the body itself, and Σ of Σ is one Σ.
Expr reduction(Over kind, Indices over, Expr body);
Expr softmax(Expr body, Index along);
Expr derivative(Expr of, Symbol by, Through through = Through::definitions);

// clang-format off
inline Expr operator+(const Expr& a, const Expr& b) { return sum({a, b}); }
inline Expr operator*(const Expr& a, const Expr& b) { return product({a, b}); }
inline Expr operator-(const Expr& a) { return product({-1, a}); }
inline Expr operator-(const Expr& a, const Expr& b) { return sum({a, -b}); }
inline Expr operator/(const Expr& a, const Expr& b) { return product({a, raised(b, -1)}); }
// clang-format on

template <class Kind>
const Kind* Expr::as() const {
  return std::get_if<Kind>(static_cast<const Node::variant*>(node_.get()));
}

/// The expressions directly inside of this one, in the order of writing.
std::vector<Expr> parts(const Expr& e);
/// The same expression with other parts, as many as it has.
Expr with_parts(const Expr& e, const std::vector<Expr>& parts);

/// The factors of a product; of anything else, itself.
std::vector<Expr> factors_of(const Expr& e);
/// A list without one of its elements.
std::vector<Expr> without(std::vector<Expr> list, std::size_t position);

/// Whether both are the same up to the order of terms and factors and the names of summed letters.
bool same(const Expr& a, const Expr& b);

}  // namespace eingrad::einstein
