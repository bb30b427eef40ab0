#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <nn/nn.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;

namespace {

nn::Sequential classifier() {
  return nn::Sequential(nn::Linear(4, 3), nn::ReLU(), nn::BatchNorm1d(3), nn::Linear(3, 2));
}

struct Deep : nn::Module {
  nn::ModuleList<nn::Linear> layers;
  nn::Parameter scale{ones({1})};
  Tensor forgotten = ones({1}).requires_grad_();

  Deep() {
    for (int i = 0; i < 3; ++i) layers.push_back(nn::Linear(2, 2));
  }
  Tensor forward(Tensor x) const {
    for (const nn::Linear& layer : layers) x = tanh(layer(x));
    return x * scale * forgotten;
  }
  EINGRAD_MEMBERS(layers, scale)
};

}  // namespace

TEST_CASE("a sequence is its parts one after the other") {
  nn::Sequential model = classifier();
  CHECK(model.size() == 4);
  const Tensor x = ones({5, 4});
  model.eval();
  const auto& first = dynamic_cast<nn::Linear&>(model[0]);
  const auto& norm = dynamic_cast<nn::BatchNorm1d&>(model[2]);
  const auto& last = dynamic_cast<nn::Linear&>(model[3]);
  CHECK(equal(model(x), last(norm(relu(first(x))))));
  CHECK(model.state_dict().contains("2.running_mean"));
  CHECK(model.named_parameters()[0].first == "0.weight");
  model.push_back(nn::Softmax(1));
  CHECK(model(x).shape() == Shape{5, 2});
}

TEST_CASE("a copy of a sequence has parts of its own, and assignment writes into those that are there") {
  nn::Sequential model = classifier();
  const nn::Sequential best = model;
  const std::vector<Tensor> attached = model.parameters();
  nn::init::zeros_(dynamic_cast<nn::Linear&>(model[0]).weight);
  CHECK(!equal(best.parameters()[0], model.parameters()[0]));
  model = best;
  CHECK(equal(best.parameters()[0], model.parameters()[0]));
  for (std::size_t i = 0; i < attached.size(); ++i) CHECK(attached[i].is(model.parameters()[i]));
  model = nn::Sequential(nn::Linear(4, 1));
  CHECK(model.size() == 1);
}

TEST_CASE("a list of modules names its parts by number") {
  Deep deep;
  CHECK(deep.named_parameters().size() == 7);
  CHECK(deep.named_parameters()[2].first == "layers.1.weight");
  CHECK(deep.parameter_count() == 3 * 6 + 1);
  Deep copy = deep;
  CHECK(!copy.layers[0].weight.is(deep.layers[0].weight));
  std::ostringstream out;
  out << deep;
  CHECK_THAT(out.str(), ContainsSubstring("(layers): ModuleList(") && ContainsSubstring("(2): Linear("));
}

TEST_CASE("a parameter that was not declared is found") {
  const Deep deep;
  const auto found = nn::undeclared_parameters(deep, deep.forward(ones({1, 2})));
  REQUIRE(found.size() == 1);
  CHECK(found[0].is(deep.forgotten));
  const nn::Sequential model = classifier();
  CHECK(nn::undeclared_parameters(model, model(ones({3, 4}))).empty());
  const Tensor loss = deep.forward(ones({1, 2})).sum();
  loss.backward();
  CHECK_THROWS_WITH(nn::undeclared_parameters(deep, loss), ContainsSubstring("freed the graph"));
}

TEST_CASE("a module refuses a part that its macro does not name", "[members]") {
  struct Forgetful : nn::Module {
    nn::Linear hidden{2, 2};
    nn::Dropout dropout{0.5};
    Tensor forward(const Tensor& x) const { return dropout(hidden(x)); }
    EINGRAD_MEMBERS(hidden)
  };
  struct HalfSaved : nn::Module {
    nn::Buffer mean{ones({1})};
    int steps = 0;
    nn::Parameter scale{ones({1})};
    EINGRAD_MEMBERS(scale)
  };
  struct Borrowing : nn::Module {
    nn::Linear own{2, 2};
    std::shared_ptr<nn::Linear> other = std::make_shared<nn::Linear>(2, 2);
    std::vector<nn::Linear> few;
    nn::Linear& alias = *other;
    EINGRAD_MEMBERS(own)
  };
  Forgetful forgetful;
  const std::string text = error_text<value_error>([&] { forgetful.eval(); });
  CHECK_THAT(text, ContainsSubstring("Forgetful: EINGRAD_MEMBERS leaves out") &&
                       ContainsSubstring("declared right after hidden") &&
                       ContainsSubstring("containers.cpp:"));
  CHECK_THROWS_WITH(HalfSaved().state_dict(), ContainsSubstring("the part that is declared first"));
  CHECK_THROWS_AS(Forgetful(forgetful).parameters(), value_error);
  CHECK_THROWS_AS(nn::Sequential(nn::ReLU(), forgetful).parameters(), value_error);
  CHECK(Borrowing().parameters().size() == 2);
}

TEST_CASE("a module refuses a part whose class does not name its own", "[members]") {
  struct Named : nn::Module {
    nn::Linear own{2, 2};
    Tensor forward(const Tensor& x) const { return own(x); }
    EINGRAD_MEMBERS(own)
  };
  struct Nameless : nn::Module {
    nn::Linear own{2, 2};
    Tensor forward(const Tensor& x) const { return own(x); }
  };
  struct Longer : Named {
    nn::Parameter scale{ones({1})};
  };
  struct Tuned : Named {
    double slope = 0.1;
  };
  struct Outer : nn::Module {
    Named first;
    Tuned second;
    Nameless third;
    EINGRAD_MEMBERS(first, second, third)
  };
  const std::string text = error_text<value_error>([] { Outer().parameters(); });
  CHECK_THAT(text, ContainsSubstring("Nameless: its class has parts, and no EINGRAD_MEMBERS") &&
                       ContainsSubstring("part  third") && ContainsSubstring("containers.cpp:"));
  CHECK_THROWS_WITH(nn::Sequential(Named(), Longer()).state_dict(), ContainsSubstring("Longer: its class"));
  nn::ModuleList<Nameless> list(1);
  CHECK_THROWS_WITH(list.eval(), ContainsSubstring("part  0"));
  CHECK(nn::Sequential(Named(), Tuned(), nn::Dropout()).parameters().size() == 4);
}

TEST_CASE("modules go to another dtype, are frozen, and are visited part by part") {
  nn::Sequential model = classifier();
  model.to(float64);
  for (const auto& [name, values] : model.state_dict())
    CHECK(values.dtype() == (name == "2.num_batches_tracked" ? int64 : float64));
  CHECK(model(ones({2, 4}, float64)).dtype() == float64);
  CHECK(model.parameters()[0].requires_grad());
  model[0].requires_grad_(false);
  CHECK(model.parameter_count() == 15 + 6 + 8);
  CHECK(model.parameter_count(true) == 6 + 8);
  std::vector<std::string> names;
  model.apply([&](nn::Module& part) { names.push_back(part.name()); });
  CHECK(names == std::vector<std::string>{"Linear", "ReLU", "BatchNorm1d", "Linear", "Sequential"});
  model.eval();
  CHECK(!model[2].is_training());
}

TEST_CASE("a summary names shapes and counts") {
  nn::Sequential model = classifier();
  model[0].requires_grad_(false);
  CHECK(nn::summary(model) ==
        "Sequential             shape   parameters\n"
        "0.weight               (3, 4)          12  not trained\n"
        "0.bias                 (3,)             3  not trained\n"
        "2.weight               (3,)             3\n"
        "2.bias                 (3,)             3\n"
        "3.weight               (2, 3)           6\n"
        "3.bias                 (2,)             2\n"
        "2.running_mean         (3,)             3  buffer\n"
        "2.running_var          (3,)             3  buffer\n"
        "2.num_batches_tracked  ()               1  buffer\n"
        "in all                                 29, 14 of them trained\n");
}

TEST_CASE("the buffers are saved and loaded with the parameters") {
  nn::Sequential model = classifier(), other = classifier();
  model(ones({4, 4}) * arange(4).unsqueeze(-1));
  other.load_state_dict(model.state_dict());
  CHECK(equal(dynamic_cast<nn::BatchNorm1d&>(other[2]).running_mean,
              dynamic_cast<nn::BatchNorm1d&>(model[2]).running_mean));
  nn::StateDict state = model.state_dict();
  state.erase("2.running_var");
  CHECK_THROWS_AS(other.load_state_dict(state), value_error);
}
