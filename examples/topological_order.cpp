// Why backward goes in topological order.
//
// A result that is used twice gets two contributions to its gradient. What is to happen when the first one
// has come in? We try three answers on a small graph of our own, and count how often a rule is applied.
#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include <autodiff/autodiff.hpp>

#include <fmt/format.h>

using namespace eingrad;

// ---- A graph ----

struct Vertex;
using VertexPtr = std::shared_ptr<Vertex>;

/// dy/d(operand) of the result y that it belongs to.
struct Edge {
  VertexPtr operand;
  double derivative;
};
struct Vertex {
  double value, gradient = 0;
  std::vector<Edge> operands = {};
};

/// A number that remembers what it was computed from.
struct Variable {
  VertexPtr vertex;

  explicit Variable(double value, std::vector<Edge> operands = {})
      : vertex(std::make_shared<Vertex>(Vertex{.value = value, .operands = std::move(operands)})) {}
};
Variable operator+(const Variable& a, const Variable& b) {
  return Variable(a.vertex->value + b.vertex->value, {{a.vertex, 1}, {b.vertex, 1}});
}
Variable operator*(const Variable& a, const Variable& b) {
  return Variable(a.vertex->value * b.vertex->value,
                  {{a.vertex, b.vertex->value}, {b.vertex, a.vertex->value}});
}
Variable operator*(double a, const Variable& b) { return Variable(a * b.vertex->value, {{b.vertex, a}}); }

// ---- Three ways back ----

/// Applies the rules of results, ybar -> ybar dy/da for each operand a, and counts.
class Backward {
 public:
  std::int64_t rules_applied = 0;

  /// Depth-first: whatever comes in goes on at once.
  void at_once(Vertex& y, double contribution) {
    y.gradient += contribution;
    apply(y, contribution, [this](Vertex& a, double abar) { at_once(a, abar); });
  }

  /// Depth-first, but a result has its turn only when it is met for the first time.
  void at_first(Vertex& y, double contribution) {
    y.gradient += contribution;
    if (!met_.insert(&y).second) return;
    apply(y, contribution, [this](Vertex& a, double abar) { at_first(a, abar); });
  }

  /// A result has its turn when all results that were computed from it have had theirs.
  void in_topological_order(Vertex& loss) {
    std::vector<Vertex*> order;
    list_operands_first(loss, order);
    loss.gradient = 1;
    std::ranges::reverse(order);
    for (Vertex* y : order) apply(*y, y->gradient, [](Vertex& a, double abar) { a.gradient += abar; });
  }

 private:
  template <class Give>
  void apply(const Vertex& y, double ybar, Give give) {
    rules_applied += y.operands.empty() ? 0 : 1;
    for (const Edge& edge : y.operands) give(*edge.operand, ybar * edge.derivative);
  }

  void list_operands_first(Vertex& y, std::vector<Vertex*>& order) {
    if (!met_.insert(&y).second) return;
    for (const Edge& edge : y.operands) list_operands_first(*edge.operand, order);
    order.push_back(&y);
  }

  std::set<const Vertex*> met_;
};

struct Outcome {
  double derivative;
  std::int64_t rules_applied;
};

/// dy/dx of y = f(x), each time of a new graph.
template <class Function, class Walk>
Outcome outcome(Function f, double at, Walk walk) {
  const Variable x(at), y = f(x);
  Backward backward;
  walk(backward, *y.vertex);
  return {x.vertex->gradient, backward.rules_applied};
}
template <class Function>
Outcome at_once(Function f, double at) {
  return outcome(f, at, [](Backward& b, Vertex& y) { b.at_once(y, 1); });
}
template <class Function>
Outcome at_first(Function f, double at) {
  return outcome(f, at, [](Backward& b, Vertex& y) { b.at_first(y, 1); });
}
template <class Function>
Outcome in_topological_order(Function f, double at) {
  return outcome(f, at, [](Backward& b, Vertex& y) { b.in_topological_order(y); });
}

/// What eingrad itself does with the same function.
template <class Function>
Outcome with_eingrad(Function f, double at) {
  const Tensor x = full({}, at, float64).requires_grad_();
  const BackwardTrace trace = trace_backward(f(x));
  const auto rules =
      std::ranges::count_if(trace.steps, [](const TraceStep& s) { return !s.operation.empty(); });
  return {trace.steps.back().gradient.item(), rules};
}

// ---- Two functions, of our variables or of tensors ----

/// s is used twice: two ways lead from y to s, and the one from s to x is common to both.
template <class T>
T diamond(const T& x) {
  const T s = x * x;
  const T u = 2 * s;
  const T v = 3 * s;
  return u * v;
}

/// A diamond on a diamond on a diamond …
template <class T>
T chain(T x, int diamonds) {
  for (int i = 0; i < diamonds; ++i) x = 0.25 * x + 0.75 * x;
  return x;
}

int main() {
  constexpr double x = 1.5;
  const auto f = [](const auto& a) { return diamond(a); };
  const Outcome right = with_eingrad(f, x);
  const auto print = [&](const char* how, const Outcome& found) {
    fmt::print("  {:<36} {:>9} {:>14}{}\n", how, found.derivative, found.rules_applied,
               found.derivative == right.derivative ? "" : "   wrong");
  };
  fmt::print("A diamond: s = x x,  u = 2 s,  v = 3 s,  y = u v  at x = {}\n\n", x);
  fmt::print("  {:<36} {:>9} {:>14}\n", "", "dy/dx", "rules applied");
  print("each contribution goes on at once", at_once(f, x));
  print("only the first contribution goes on", at_first(f, x));
  print("topological order", in_topological_order(f, x));
  print("eingrad", right);
  fmt::print(
      "\nTwo contributions come to s, from u and from v. If each goes on at once, the rule of s runs twice,\n"
      "and so does all that is behind it. If only the first goes on, what v says of x is lost. In "
      "topological\n"
      "order s waits until both have come together: every rule runs once, on the whole gradient.\n");

  fmt::print("\nDiamonds in a row: s = x / 4 + 3 x / 4, again and again\n\n");
  fmt::print("  {:>8} {:>24} {:>24} {:>24}\n", "", "at once", "the first only", "topological order");
  fmt::print("  {:>8}", "diamonds");
  for (int i = 0; i < 3; ++i) fmt::print(" {:>12} {:>11}", "dy/dx", "rules");
  fmt::print("\n");
  for (const int diamonds : {1, 2, 4, 8, 16, 20}) {
    const auto g = [diamonds](const auto& a) { return chain(a, diamonds); };
    fmt::print("  {:>8}", diamonds);
    for (const Outcome& found : {at_once(g, x), at_first(g, x), in_topological_order(g, x)})
      fmt::print(" {:>12.6g} {:>11}", found.derivative, found.rules_applied);
    fmt::print("\n");
  }
  fmt::print(
      "\nEach diamond doubles the ways back, and going on at once walks every one of them. In topological\n"
      "order the work grows with the number of operations.\n");

  fmt::print("\nThe same diamond in eingrad's own ledger, trace_backward(y):\n\n");
  const Tensor a = full({}, x, float64).requires_grad_();
  const Tensor s = a * a;
  const Tensor u = 2 * s;
  const Tensor v = 3 * s;
  const Tensor y = u * v;
  fmt::print("{}", to_string(trace_backward(y, {{"x", a}, {"s", s}, {"u", u}, {"v", v}, {"y", y}})));
}
