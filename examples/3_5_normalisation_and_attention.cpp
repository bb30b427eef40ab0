// 3.5 Normalisation and attention
//
// Two layers whose outputs depend on many inputs at once. The gradient of batch norm comes along three paths,
// and adds up to one line; that of attention is two matrix products and the Jacobian of softmax between them.
#include <algorithm>
#include <cmath>
#include <iostream>

#include <eingrad.hpp>
#include <support/options.hpp>
#include <support/regression_data.hpp>
#include <support/svg_plot.hpp>

#include <fmt/format.h>

using namespace eingrad;
using chapter::values_of;

struct Settings {
  std::uint64_t manual_seed = 0;
  std::int64_t steps = 200;
  std::string plot;
  bool explain = false, mistake = false;
};

// ---- Normalisation by hand ----

// region normalize
struct Normal {
  Tensor y, s;
};

/// y = (x - mean) / s along the axes: {0} is batch norm, {-1} layer norm.
Normal normalize(const Tensor& x, const Shape& axes) {
  const Tensor centered = x - mean(x, axes, true);
  const Tensor s = sqrt(mean(square(centered), axes, true) + 1e-5);
  return {centered / s, s};
}
// endregion normalize

// region paths
struct Paths {
  Tensor direct, by_mean, by_variance;
};

/// The gradient by x, path by path, as the derivation has it.
Paths paths(const Tensor& x, const Shape& axes, const Tensor& ybar) {
  const Tensor s = normalize(x, axes).s, centered = x - mean(x, axes, true);
  const double m = static_cast<double>(x.numel()) / static_cast<double>(s.numel());
  const Tensor sbar = -sum(ybar * centered, axes, true) / square(s);
  const Tensor vbar = sbar / (2 * s);
  const Tensor mubar = -sum(ybar, axes, true) / s;
  return {ybar / s, expand(mubar / m, x.shape()), vbar * 2 * centered / m};
}

/// Their sum.
Tensor normalize_backward(const Tensor& x, const Shape& axes, const Tensor& ybar) {
  const auto [y, s] = normalize(x, axes);
  return (ybar - mean(ybar, axes, true) - y * mean(ybar * y, axes, true)) / s;
}
// endregion paths

/// The vector-Jacobian product of y with the cotangent ybar, by autograd.
Tensor gradient(const Tensor& y, const Tensor& x, const Tensor& ybar) {
  return grad(y, {x}, {.cotangents = {ybar}})[0];
}

std::vector<double> first_row(const Tensor& a) { return values_of(slice(a, 0, 0, 1)); }

/// Numbers with six decimals, and no sign before a zero.
void print_row(const std::string& name, const std::vector<double>& values) {
  fmt::print("  {:<22}", name);
  for (const double value : values) fmt::print("{:>11.6f}", std::abs(value) < 5e-7 ? 0. : value);
  fmt::print("\n");
}

void print_headings(const std::vector<std::string>& headings) {
  fmt::print("  {:22}", "");
  for (const std::string& heading : headings) fmt::print("{:>11}", heading);
  fmt::print("\n");
}

void print_agreement(const Tensor& a, const Tensor& b) {
  fmt::print("all {} numbers agree to 1e-12: {}\n", a.numel(), allclose(a, b, 0, 1e-12) ? "yes" : "no");
}

void compare_paths() {
  const Tensor x = randn({5, 1}).requires_grad_();
  const Tensor ybar = randn({5, 1});
  const auto [direct, by_mean, by_variance] = paths(x, {0}, ybar);
  const Tensor y = normalize(x, {0}).y, total = direct + by_mean + by_variance;
  const Tensor columns = cat({direct, by_mean, by_variance, total, gradient(y, x, ybar)}, 1);
  fmt::print("One feature of five samples, dL/dx along three paths\n");
  print_headings({"direct", "mean", "variance", "sum", "autograd"});
  for (std::int64_t n = 0; n < 5; ++n)
    print_row(fmt::format("x[{}]", n), values_of(slice(columns, 0, n, n + 1)));
  print_row("sum over n", values_of(sum(columns, {0})));
  print_row("sum over n, times y", values_of(sum(columns * y, {0})));
}

void compare_norms() {
  const Tensor x = randn({8, 3}).requires_grad_();
  const Tensor ybar = randn({8, 3});
  // region one_function
  const nn::BatchNorm1d batch_norm(3);
  const nn::LayerNorm layer_norm(3);
  const Tensor down = normalize_backward(x, {0}, ybar), across = normalize_backward(x, {-1}, ybar);
  const Tensor of_batch = gradient(batch_norm(x), x, ybar), of_layer = gradient(layer_norm(x), x, ybar);
  // endregion one_function
  fmt::print("\ndL/dx of the first of 8 samples with 3 features\n");
  print_row("axis 0, by hand", first_row(down));
  print_row("nn::BatchNorm1d", first_row(of_batch));
  print_row("axis 1, by hand", first_row(across));
  print_row("nn::LayerNorm", first_row(of_layer));
  print_agreement(cat({down, across}), cat({of_batch, of_layer}));
}

// region company
/// The first feature of one sample in two batches.
void keep_company() {
  const no_grad guard;
  nn::BatchNorm1d batch_norm(3);
  const nn::LayerNorm layer_norm(3);
  for (int i = 0; i < 100; ++i) batch_norm(2 * randn({8, 3}) + 1);
  const Tensor sample = randn({1, 3}), near = randn({7, 3}), far = 2 * randn({7, 3}) + 1;
  const Tensor one = cat({sample, near}), other = cat({sample, far});
  const auto print = [&](const std::string& name, const auto& layer) {
    const Tensor y = layer(one), z = layer(other);
    print_row(name, {first_row(y)[0], first_row(z)[0]});
  };
  fmt::print("\nThe first feature of one sample in two batches\n");
  print_headings({"in one", "in other"});
  print("batch norm, training", batch_norm);
  batch_norm.eval();
  print("batch norm, eval()", batch_norm);
  print("layer norm", layer_norm);
}
// endregion company

using Norm = Tensor (*)(const Tensor&);

/// |dL/dW| of each of 20 layers of chapter 3.2, from the first to the last, with a norm before each ReLU.
std::vector<double> gradient_norms(Norm norm, std::uint64_t seed) {
  manual_seed(seed);
  const Tensor x = randn({128, 64}), y = randn({128, 64});
  Tensor a = x;
  std::vector<nn::Linear> layers;
  std::vector<Tensor> weights;
  for (int i = 0; i < 20; ++i) {
    layers.emplace_back(64, 64);
    a = relu(norm(layers.back()(a)));
    weights.push_back(layers.back().weight);
  }
  std::vector<double> lengths;
  for (const Tensor& g : grad(nn::mse_loss(a, y), weights)) lengths.push_back(std::sqrt(sum(g * g).item()));
  return lengths;
}

const std::vector<std::pair<std::string, Norm>> norms = {
    {"no norm", [](const Tensor& a) { return a; }},
    {"batch norm", [](const Tensor& a) { return normalize(a, {0}).y; }},
    {"layer norm", [](const Tensor& a) { return normalize(a, {-1}).y; }}};

std::vector<chapter::Series> compare_depth(std::uint64_t seed) {
  std::vector<chapter::Series> lines;
  fmt::print("\n|dL/dW| of 20 layers with ReLU\n");
  print_headings({"layer 1", "layer 10", "layer 20"});
  for (const auto& [name, norm] : norms) {
    const std::vector<double> lengths = gradient_norms(norm, seed);
    fmt::print("  {:22}{:>11.3g}{:>11.3g}{:>11.3g}\n", name, lengths[0], lengths[9], lengths[19]);
    lines.push_back({name, chapter::Mark::line, chapter::points(values_of(arange(1., 21.)), lengths)});
  }
  return lines;
}

// ---- Attention by hand ----

// region attention
/// A = softmax(Q Kᵀ scale)
Tensor attention_weights(const Tensor& q, const Tensor& k, double scale) {
  return softmax(scale * einsum("td,sd->ts", q, k), -1);
}

/// Of rows of weights: S̄ = A ⊙ (Ā - Σ Ā ⊙ A)
Tensor softmax_backward(const Tensor& a, const Tensor& abar) {
  return a * (abar - sum(abar * a, {-1}, true));
}

/// The gradients of O = A V by Q, K and V.
Tensors attention_backward(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& obar) {
  const double scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
  const Tensor a = attention_weights(q, k, scale);
  const Tensor sbar = softmax_backward(a, einsum("tc,sc->ts", obar, v));
  return {scale * einsum("ts,sd->td", sbar, k), scale * einsum("ts,td->sd", sbar, q),
          einsum("ts,tc->sc", a, obar)};
}
// endregion attention

void compare_attention() {
  const Tensor q = randn({3, 4}).requires_grad_(), k = randn({5, 4}).requires_grad_();
  const Tensor v = randn({5, 2}).requires_grad_();
  const Tensor obar = randn({3, 2});
  const Tensors by_hand = attention_backward(q, k, v, obar);
  const Tensors by_autograd =
      grad(nn::scaled_dot_product_attention(q, k, v), {q, k, v}, {.cotangents = {obar}});
  fmt::print("\nAttention of 3 queries over 5 keys, d = 4; the first row of each gradient\n");
  for (std::size_t i = 0; i < 3; ++i) {
    print_row(fmt::format("dL/d{}, by hand", "QKV"[i]), first_row(by_hand[i]));
    print_row(fmt::format("dL/d{}, autograd", "QKV"[i]), first_row(by_autograd[i]));
  }
  const auto flat = [](const Tensors& all) {
    return cat({flatten(all[0]), flatten(all[1]), flatten(all[2])});
  };
  print_agreement(flat(by_hand), flat(by_autograd));
}

double median(const Tensor& a) {
  std::vector<double> values = values_of(a);
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Saturation {
  double variance, weight, gap, slope;
};

/// Of 512 queries over 16 keys of standard normal numbers: the variance of the scores, and the medians of the
/// largest weight, of the gap between the two largest scores, and of the length of the gradient by the
/// scores, S̄, for random Ā.
Saturation saturation(std::int64_t d, double scale) {
  const Tensor q = randn({512, d}), k = randn({16, d}), abar = randn({512, 16});
  const Tensor a = attention_weights(q, k, scale);
  const Tensor sbar = softmax_backward(a, abar);
  const Tensor scores = scale * einsum("td,sd->ts", q, k), largest = topk(scores, 2).values;
  return {.variance = mean(square(scores)).item(),
          .weight = median(amax(a, {-1})),
          .gap = median(slice(largest, 1, 0, 1) - slice(largest, 1, 1, 2)),
          .slope = median(sqrt(sum(square(sbar), {-1})))};
}

std::vector<chapter::Series> compare_scaling(std::uint64_t seed) {
  std::vector<chapter::Series> lines = {{"Q Kᵀ", chapter::Mark::line, {}},
                                        {"Q Kᵀ/√d", chapter::Mark::line, {}}};
  fmt::print("\nScores of standard normal queries and keys\n  {:6}{:>28}{:>40}\n", "", "Q Kᵀ", "Q Kᵀ/√d");
  fmt::print("  {:>6}", "d");
  for (int twice = 0; twice < 2; ++twice)
    fmt::print("{:>10}{:>10}{:>10}{:>10}", "variance", "weight", "gap", "|dL/dS|");
  fmt::print("\n");
  for (const int d : {1, 4, 16, 64, 256, 1024}) {
    fmt::print("  {:>6}", d);
    for (const std::size_t scaled : {0U, 1U}) {
      manual_seed(seed);
      const auto [variance, weight, gap, slope] = saturation(d, scaled == 1 ? 1 / std::sqrt(d) : 1);
      fmt::print("{:>10.2f}{:>10.3f}{:>10.2f}{:>10.2g}", variance, weight, gap, slope);
      lines[scaled].points.push_back({static_cast<double>(d), slope});
    }
    fmt::print("\n");
  }
  return lines;
}

// ---- Attention that learns to look something up ----

// region lookup
/// Six of eight symbols, each with one of four values, and a question: which value has this symbol?
struct Questions {
  Tensor keys, values, query, answer;
};

Questions ask(std::int64_t count) {
  const Tensor keys = slice(argsort(rand({count, 8})), 1, 0, 6);
  const Tensor values = randint(4, {count, 6}), place = randint(6, {count, 1});
  return {keys, values, gather(keys, 1, place), squeeze(gather(values, 1, place), {1})};
}

struct Lookup : nn::Module {
  nn::Embedding symbol{8, 16}, value{4, 16};
  nn::LayerNorm norm{16};
  nn::Linear to_query{16, 16}, to_key{16, 16}, out{16, 4};

  Tensor attend(const Questions& q, const Tensor& v) const {
    const Tensor query = to_query(norm(symbol(q.query))), key = to_key(norm(symbol(q.keys)));
    return squeeze(nn::scaled_dot_product_attention(query, key, v), {1});
  }
  Tensor forward(const Questions& q) const { return out(attend(q, value(q.values))); }

  EINGRAD_MEMBERS(symbol, value, norm, to_query, to_key, out)
};
// endregion lookup

void train(std::int64_t steps) {
  Lookup model;
  optim::Adam optimizer(model.parameters(), {.lr = 0.01});
  const Questions one = ask(1);
  // With the identity for V, the output is the weights.
  const auto print_weights = [&] { print_row("weights", values_of(model.attend(one, eye(6).unsqueeze(0)))); };
  std::vector<std::string> symbols;
  for (const double key : values_of(one.keys)) symbols.emplace_back(1, static_cast<char>('a' + int(key)));
  const char query = static_cast<char>('a' + one.query.item<std::int64_t>());
  fmt::print("\nA lookup: which value has {}?\n", query);
  print_headings(symbols);
  print_weights();
  for (std::int64_t step = 0; step < steps; ++step) {
    const Questions questions = ask(64);
    const Tensor loss = nn::cross_entropy(model.forward(questions), questions.answer);
    if (step % 50 == 0) fmt::print("step {:4}  loss {:.4f}\n", step, loss.item());
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  const no_grad guard;
  const Questions questions = ask(1000);
  const double right = mean((argmax(model.forward(questions), 1) == questions.answer).to(float64)).item();
  print_headings(symbols);
  print_weights();
  fmt::print("{:.1f} % of 1000 new questions answered\n", 100 * right);
}

// ---- Derivations, mistakes, pictures ----

void explain() {
  const Tensor x = randn({5, 2}).requires_grad_(), g = randn({5, 2});
  // region explain
  const Tensor mu = mean(x, {0}), v = mean(square(x - mu), {0}), s = sqrt(v + 1e-5), y = (x - mu) / s;
  const Tensor loss = sum(g * y);
  const Names names{{"x[n,i]", x}, {"g", g}, {"mu", mu}, {"v", v}, {"s", s}, {"y", y}, {"L", loss}};
  std::cout << "Batch norm\n\n" << to_string(einstein::explain(loss, names, {.declare = "m = |n|"}));
  // endregion explain

  const Tensor q = randn({3, 4}).requires_grad_(), k = randn({5, 4}).requires_grad_();
  const Tensor values = randn({5, 2}).requires_grad_(), h = randn({3, 2});
  const Tensor z = einsum("td,sd->ts", q, k), scores = z / 2, a = softmax(scores, 1), o = matmul(a, values);
  const Tensor total = sum(h * o);
  const Names parts{{"Q[t,d]", q}, {"K[s,d]", k}, {"V[s,c]", values}, {"G", h},    {"Z", z},
                    {"S", scores}, {"A", a},      {"O", o},           {"L", total}};
  std::cout << "\nAttention with d = 4\n\n" << to_string(einstein::explain(total, parts));
}

// region mistake
/// Batch norm with a backward that takes s for a constant.
const Function forgetful(
    "forgetful", [](const Tensors& x) { return normalize(x[0], {0}).y; },
    [](const Tensor& ybar, const Tensors& x, const Tensor&) -> Tensors {
      return {(ybar - mean(ybar, {0}, true)) / normalize(x[0], {0}).s};
    });

void make_mistakes() {
  const Tensor x = randn({3, 1}).requires_grad_();
  std::cout << gradcheck([](const Tensors& in) { return forgetful(in); }, {x}) << "\n\n";
  try {
    const nn::BatchNorm1d batch_norm(3);
    batch_norm(randn({1, 3}));
  } catch (const error& e) {
    fmt::print("{}\n", e.what());
  }
}
// endregion mistake

void plot(const std::string& file, const std::vector<chapter::Series>& depth,
          const std::vector<chapter::Series>& scaling) {
  using enum chapter::PlotScale::Kind;
  const chapter::Panel left{.title = "Through 20 layers",
                            .x = {.label = "layer", .kind = integers},
                            .y = {.label = "|dL/dW|, log scale", .kind = log},
                            .series = depth};
  const chapter::Panel right{.title = "Through softmax",
                             .x = {.label = "d, log scale", .kind = log},
                             .y = {.label = "|dL/dS|, log scale", .kind = log},
                             .series = scaling};
  chapter::write_svg(file, {.title = "3.5 Normalisation and attention", .panels = {left, right}});
}

void run(const Settings& s) {
  manual_seed(s.manual_seed);
  if (s.explain) return explain();
  if (s.mistake) return make_mistakes();
  compare_paths();
  compare_norms();
  keep_company();
  compare_attention();
  const std::vector<chapter::Series> depth = compare_depth(s.manual_seed);
  const std::vector<chapter::Series> scaling = compare_scaling(s.manual_seed);
  if (!s.plot.empty()) plot(s.plot, depth, scaling);
  manual_seed(s.manual_seed);
  train(s.steps);
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    Settings s;
    set_default_dtype(float64);
    chapter::Options line(
        "3.5 Normalisation and attention: three paths of a gradient, and softmax in the middle.");
    line.add("--steps N", s.steps, "steps of training the lookup");
    line.add("--manual-seed SEED", s.manual_seed, "seed of data and parameters");
    line.add_svg("--plot FILE", s.plot, "draw gradients by depth, and by d, into an SVG file");
    line.add_flag("--explain", s.explain, "derive both gradients, one rule a line");
    line.add_flag("--mistake", s.mistake, "make the chapter's mistakes, to see what eingrad says");
    if (!line.parse(argc, argv)) return;
    if (s.steps < 0) chapter::refuse("--steps", fmt::format("{} steps", s.steps), "0 or more");
    run(s);
  });
}
