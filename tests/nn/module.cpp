#include <sstream>
#include <string>
#include <vector>

#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <nn/nn.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::values;

namespace {

struct Scaled : nn::Module {
  nn::Linear inner{2, 1};
  nn::Parameter scale{ones({1})};
  nn::Parameter absent;

  Tensor forward(const Tensor& x) const { return inner(x) * scale; }
  EINGRAD_MEMBERS(inner, scale, absent)
};

struct Net : nn::Module {
  nn::Linear hidden{3, 2};
  Scaled out;

  Tensor forward(const Tensor& x) const { return out.forward(tanh(hidden(x))); }
  EINGRAD_MEMBERS(hidden, out)
};

std::vector<std::string> names(const nn::Module& module) {
  std::vector<std::string> list;
  for (const auto& [name, parameter] : module.named_parameters()) list.push_back(name);
  return list;
}

bool same_values(const nn::Module& a, const nn::Module& b) {
  const auto left = a.parameters(), right = b.parameters();
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (values<float>(left[i]) != values<float>(right[i])) return false;
  }
  return left.size() == right.size();
}

}  // namespace

TEST_CASE("parameters have the names of the members, in their order; undefined ones are left out") {
  const Net net;
  CHECK(names(net) == std::vector<std::string>{"hidden.weight", "hidden.bias", "out.inner.weight",
                                               "out.inner.bias", "out.scale"});
  CHECK(net.parameters().size() == 5);
  CHECK(net.parameters()[0].is(net.hidden.weight));
  CHECK(net.name() == "Net");
}

TEST_CASE("a model is a value: a copy has parameters of its own") {
  Net net;
  const Net best = net;
  CHECK(same_values(best, net));
  net.hidden.bias = ones({2});
  CHECK(!same_values(best, net));
  CHECK(!best.hidden.bias.is(net.hidden.bias));
}

TEST_CASE("assignment writes into the parameters that are there; a move hands them over") {
  Net net;
  const Net best;
  const std::vector<Tensor> attached = net.parameters();
  REQUIRE(!same_values(best, net));
  net = best;
  CHECK(same_values(best, net));
  for (std::size_t i = 0; i < attached.size(); ++i) CHECK(attached[i].is(net.parameters()[i]));
  net = Net();
  for (std::size_t i = 0; i < attached.size(); ++i) CHECK(attached[i].is(net.parameters()[i]));

  const Net moved = std::move(net);
  for (std::size_t i = 0; i < attached.size(); ++i) CHECK(attached[i].is(moved.parameters()[i]));
}

TEST_CASE("a state_dict is a copy that can be loaded again") {
  Net net;
  const nn::StateDict state = net.state_dict();
  CHECK(state.size() == 5);
  CHECK(!state.at("out.scale").requires_grad());
  const Net before = net;
  const std::vector<Tensor> attached = net.parameters();
  for (nn::Parameter* p : {&net.hidden.weight, &net.hidden.bias, &net.out.inner.weight, &net.out.scale})
    *p = *p * 2 + 1;
  CHECK(!same_values(before, net));
  net.load_state_dict(state);
  CHECK(same_values(before, net));
  CHECK(attached[0].is(net.parameters()[0]));
  CHECK(attached[0].requires_grad());
}

TEST_CASE("a state_dict of another model is refused, and nothing has changed then") {
  Net net;
  const Net before = net;

  nn::StateDict other = Net().state_dict();
  other.erase("out.scale");
  CHECK_THAT(error_text<value_error>([&] { net.load_state_dict(other); }), ContainsSubstring("out.scale"));
  other = Net().state_dict();
  other.emplace("further", ones({1}));
  CHECK_THAT(error_text<value_error>([&] { net.load_state_dict(other); }), ContainsSubstring("further"));
  other = Net().state_dict();
  other["out.inner.bias"] = ones({2});
  CHECK_THAT(error_text<shape_error>([&] { net.load_state_dict(other); }),
             ContainsSubstring("out.inner.bias") && ContainsSubstring("(1,)") && ContainsSubstring("(2,)"));
  other["out.inner.bias"] = Tensor();
  CHECK_THROWS_AS(net.load_state_dict(other), value_error);

  CHECK(same_values(before, net));

  const nn::StateDict wider = nn::Linear(4, 3).state_dict();
  const std::string made = "tests/nn/module.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(error_text<shape_error>([&] { nn::Linear(2, 3).load_state_dict(wider); }),
             ContainsSubstring("weight") && ContainsSubstring("(3, 4) float32     " + made));
}

TEST_CASE("zero_grad and requires_grad_ reach every parameter") {
  const Net net;
  net.forward(ones({4, 3})).sum().backward();
  for (const Tensor& p : net.parameters()) CHECK(p.grad().defined());
  net.zero_grad();
  for (const Tensor& p : net.parameters()) CHECK(!p.grad().defined());
  net.requires_grad_(false);
  CHECK(!net.forward(ones({4, 3})).requires_grad());
  net.requires_grad_();
  CHECK(net.forward(ones({4, 3})).requires_grad());
}

TEST_CASE("train and eval reach every part") {
  Net net;
  CHECK(net.is_training());
  net.eval();
  CHECK(!net.is_training());
  CHECK(!net.out.is_training());
  CHECK(!net.out.inner.is_training());
  net.train();
  CHECK(net.out.inner.is_training());
}

TEST_CASE("a module prints its parts, indented") {
  std::ostringstream out;
  out << Net();
  CHECK("\n" + out.str() == R"(
Net(
  (hidden): Linear(in_features=3, out_features=2, bias=True)
  (out): Scaled(
    (inner): Linear(in_features=2, out_features=1, bias=True)
  )
))");
}

TEST_CASE("a forward hook sees what a part takes and gives, and may replace it") {
  nn::Sequential model(nn::Linear(3, 2), nn::ReLU());
  const Tensor x = ones({4, 3});
  std::vector<std::string> seen;
  HookHandle handle =
      model[0].register_forward_hook([&](const nn::Module& part, const Tensor& in, const Tensor& y) {
        seen.push_back(part.name() + to_string(in.shape()) + to_string(y.shape()));
        return -abs(y);
      });
  CHECK(model(x).sum().item() == 0);  // ReLU of what is negative
  CHECK(seen == std::vector<std::string>{"Linear(4, 3)(4, 2)"});

  nn::Sequential copy = model;
  copy(x);
  CHECK(seen.size() == 1);  // a copy has no hooks
  handle.remove();
  CHECK(allclose(model(x), copy(x)));
  model.register_forward_hook([](const nn::Module&, const Tensor&, const Tensor&) { return Tensor(); });
  CHECK(allclose(model(x), copy(x)));
}

TEST_CASE("layers with more than one result show their hooks the first") {
  nn::LSTM lstm(3, 2);
  lstm.register_forward_hook([](const nn::Module&, const Tensor&, const Tensor& y) { return y * 0; });
  CHECK(lstm(ones({5, 1, 3})).output.sum().item() == 0);
  CHECK(lstm(ones({5, 1, 3})).h_n.sum().item() != 0);
  nn::MultiheadAttention attention(4, 2);
  attention.register_forward_hook([](const nn::Module&, const Tensor&, const Tensor& y) { return y * 0; });
  const Tensor q = ones({2, 1, 4});
  CHECK(attention(q, q, q).output.sum().item() == 0);
}

namespace {

struct Doubled : nn::Linear {
  using nn::Linear::Linear;
  Tensor forward(const Operand& x) const { return 2 * nn::Linear::forward(x); }
};

/// A part of one's own, with a forward and nothing else.
struct Plain : nn::Module {
  Tensor forward(const Tensor& x) const { return x + 1; }
};

Tensor negated(const nn::Module&, const Tensor&, const Tensor& y) { return -y; }

}  // namespace

TEST_CASE("a Sequential calls each part's own forward, and its hooks") {
  const Tensor x = ones({1, 2});
  const Doubled doubled(2, 1);
  nn::Sequential model(doubled, Plain());
  CHECK(model(x).item() == Approx(2 * static_cast<const nn::Linear&>(doubled)(x).item() + 1));
  const double before = model(x).item();
  model[1].register_forward_hook(negated);
  CHECK(model(x).item() == -before);
}

TEST_CASE("hooks follow a module that is moved or swapped, and stay where a new value is assigned") {
  const Tensor x = ones({1, 2});
  nn::Linear a(2, 1), b(2, 1);
  const double of_a = a(x).item(), of_b = b(x).item();
  a.register_forward_hook(negated);
  std::swap(a, b);
  CHECK(a(x).item() == Approx(of_b));
  CHECK(b(x).item() == Approx(-of_a));
  b = nn::Linear(a);
  CHECK(b(x).item() == Approx(-of_b));
}
