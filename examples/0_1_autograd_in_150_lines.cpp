// 0.1 An autograd in 150 lines
//
// Reverse mode with nothing but the standard library: results that remember what they were computed from, a
// rule for each operation, and a pass that applies the rules in the right order. It trains chapter 1.1's
// model, and then leaves out, one by one, the three things that a pass must do.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#ifndef EINGRAD_DATA_DIR
#define EINGRAD_DATA_DIR "examples/data"
#endif

using Vector = std::vector<double>;
using Vectors = std::vector<Vector>;

// ---- The graph ----

// region node
struct Node;
using Var = std::shared_ptr<Node>;
using Rule = std::function<Vectors(const Vector& ybar)>;

/// A vector, and the operation that made it. A number is a vector of one element.
struct Node {
  Vector value;
  std::vector<Var> operands = {};
  Rule rule = {};  ///< from dL/dy of this result y to a contribution to dL/da for each operand a
  Vector gradient = Vector(value.size(), 0);
  long created = ++clock;

  inline static long clock = 0;
};
Var record(Vector value, std::vector<Var> operands = {}, Rule rule = {}) {
  return std::make_shared<Node>(Node{std::move(value), std::move(operands), std::move(rule)});
}
// endregion node

// ---- Operations ----

// region operations
/// f of each pair of elements. A number is broadcast: it meets every element of the other vector.
Vector pairwise(auto f, const Vector& a, const Vector& b) {
  if (a.size() != b.size() && a.size() != 1 && b.size() != 1) throw std::invalid_argument("sizes differ");
  Vector y(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = f(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]);
  return y;
}
Vector plus(const Vector& a, const Vector& b) { return pairwise(std::plus(), a, b); }
Vector times(const Vector& a, const Vector& b) { return pairwise(std::multiplies(), a, b); }
double total(const Vector& a) { return std::accumulate(a.begin(), a.end(), 0.0); }

Var operator+(const Var& a, const Var& b) {
  return record(plus(a->value, b->value), {a, b}, [](const Vector& ybar) { return Vectors{ybar, ybar}; });
}
Var operator*(const Var& a, const Var& b) {
  return record(times(a->value, b->value), {a, b}, [a, b](const Vector& ybar) {
    return Vectors{times(ybar, b->value), times(ybar, a->value)};
  });
}
Var operator*(double factor, const Var& a) { return record({factor}) * a; }
Var operator-(const Var& a, const Var& b) { return a + -1 * b; }
Var sum(const Var& a) {
  return record({total(a->value)}, {a},
                [n = a->value.size()](const Vector& ybar) { return Vectors{Vector(n, ybar[0])}; });
}
Var mean(const Var& a) { return 1 / static_cast<double>(a->value.size()) * sum(a); }
// endregion operations

// ---- Backward ----

// region backward
/// What a backward pass must do. Without one of these it finds wrong gradients.
struct Pass {
  bool takes_newest = true, adds = true, sums_broadcasts = true;
};

void give(Node& a, Vector contribution, Pass pass) {
  if (contribution.size() != a.value.size())  // a was broadcast
    contribution = {pass.sums_broadcasts ? total(contribution) : contribution[0]};
  a.gradient = pass.adds ? plus(a.gradient, contribution) : contribution;
}

void backward(const Var& loss, Pass pass = {}) {
  const auto has_turn_before = [pass](const Node* a, const Node* b) {
    return pass.takes_newest ? a->created > b->created : a->created < b->created;
  };
  std::set<Node*, decltype(has_turn_before)> reached({loss.get()}, has_turn_before);
  loss->gradient = {1};
  while (!reached.empty()) {
    const Node& y = *reached.extract(reached.begin()).value();
    if (!y.rule) continue;
    const Vectors contributions = y.rule(y.gradient);
    for (std::size_t k = 0; k < y.operands.size(); ++k) {
      give(*y.operands[k], contributions[k], pass);
      reached.insert(y.operands[k].get());
    }
  }
}
// endregion backward

// ---- The model of chapter 1.1 ----

// region model
constexpr int epochs = 16;
constexpr double learning_rate = 0.01;
constexpr std::size_t batch_rows = 33;

/// y = b + w x, from the numbers where chapter 1.1 starts: those that a layer of PyTorch's seed 0 has.
struct Line {
  Var b = record({0.4156397287995759}), w = record({0.940106003613106});

  Var predict(const Vector& x) const { return b + w * record(x); }
};

using Loss = Var (*)(const Var& yhat, const Var& y);
Var of_difference(const Var& yhat, const Var& y) {
  const Var d = yhat - y;
  return mean(d * d);
}
Var written_out(const Var& yhat, const Var& y) {
  const Var product = yhat * y;
  const Var square = yhat * yhat;
  return mean(square - 2 * product + y * y);
}

struct Samples {
  Vector x, y;
  /// The rows of a mini-batch.
  Samples batch(std::size_t start) const {
    const std::size_t n = std::min(batch_rows, x.size() - start);
    return {{&x[start], &x[start] + n}, {&y[start], &y[start] + n}};
  }
};

/// L, and its gradients in the parameters.
double forward_and_backward(Line& line, const Samples& batch, Loss loss, Pass pass) {
  line.b->gradient = line.w->gradient = {0};
  const Var l = loss(line.predict(batch.x), record(batch.y));
  backward(l, pass);
  return l->value[0];
}

/// The mean loss of the mini-batches of an epoch, each with a step of gradient descent.
double train_epoch(Line& line, const Samples& data, Loss loss, Pass pass = {}) {
  Vector losses;
  for (std::size_t start = 0; start < data.x.size(); start += batch_rows) {
    losses.push_back(forward_and_backward(line, data.batch(start), loss, pass));
    for (const Var& p : {line.b, line.w}) p->value[0] -= learning_rate * p->gradient[0];
  }
  return total(losses) / static_cast<double>(losses.size());
}
// endregion model

void print_row(const char* what, const Samples& data, Pass pass) {
  std::printf("  %-24s", what);
  for (const Loss loss : {of_difference, written_out}) {
    Line line;
    forward_and_backward(line, data.batch(0), loss, pass);
    std::printf("%10.4g%10.4g", line.b->gradient[0], line.w->gradient[0]);
    double mse = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) mse = train_epoch(line, data, loss, pass);
    std::printf("%10.4g", mse);
  }
  std::printf("\n");
}

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : EINGRAD_DATA_DIR "/regression_1_1.csv";
  std::ifstream file(path);
  std::string header;
  Samples data;
  char comma;
  std::getline(file, header);
  for (double x, y; file >> x >> comma >> y;) data.x.push_back(x), data.y.push_back(y);
  if (data.x.empty()) return std::fprintf(stderr, "no samples x,y in %s\n", path), 2;

  Line line;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const double mse = std::round(1e4 * train_epoch(line, data, of_difference)) / 1e4;
    std::printf("epoch: %d - MSE: %.10g\n", epoch, mse);
  }
  std::printf("final b, w: %.17g %.17g\n\n", line.b->value[0], line.w->value[0]);

  std::printf("%56s%30s\n", "of_difference", "written_out");
  std::printf("%36s%10s%10s%10s%10s%10s\n", "dL/db", "dL/dw", "last MSE", "dL/db", "dL/dw", "last MSE");
  print_row("all three", data, {});
  print_row("the oldest first", data, {.takes_newest = false});
  print_row("= instead of +=", data, {.adds = false});
  print_row("no sum over a broadcast", data, {.sums_broadcasts = false});
}
