#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/random/random.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::Record;
using testing::records;
using testing::values;

namespace {

Dtype dtype_in(const Record& record) { return record.text("dtype") == "float64" ? float64 : float32; }

void seed_as(const Record& record) { manual_seed(static_cast<std::uint64_t>(record.integer("manual_seed"))); }

std::string difference(const Record& record, const std::string& result, const Tensor& a) {
  if (Shape(record.shape(result)) != a.shape()) return "the shapes differ";
  return with_element_type(a.dtype(), [&]<class T>() -> std::string {
    if constexpr (std::same_as<T, bool>) {
      return "boolean";
    } else {
      return record.difference(result, a.span<T>());
    }
  });
}

}  // namespace

TEST_CASE("random tensors are PyTorch's after manual_seed") {
  for (const Record& record : records("torch_streams.json")) {
    const std::string function = record.text("fn");
    INFO(record.arguments());
    seed_as(record);
    if (function == "rand") CHECK(difference(record, "v", rand(record.integer("n"), dtype_in(record))) == "");
    if (function == "randn")
      CHECK(difference(record, "v", randn(record.integer("n"), dtype_in(record))) == "");
    if (function == "randperm") CHECK(difference(record, "v", randperm(record.integer("n"))) == "");
    if (function == "randint") {
      const Tensor drawn = randint(record.integer("low"), record.integer("high"), record.integer("n"));
      CHECK(difference(record, "v", drawn) == "");
    }
    if (function == "bernoulli_(0.3)") {
      Tensor drawn = zeros(record.integer("n"), int64);
      CHECK(difference(record, "v", bernoulli_(drawn, 0.3)) == "");
    }
  }
}

TEST_CASE("the dtype is the default one unless one is named") {
  CHECK(rand({2}).dtype() == float32);
  CHECK(randn({2}).dtype() == float32);
  const testing::DefaultDtype guard(float64);
  CHECK(rand({2}).dtype() == float64);
  CHECK(randn({2}, float32).dtype() == float32);
  CHECK(randint(5, {2}).dtype() == int64);
}

TEST_CASE("shapes of any rank are filled in row-major order") {
  manual_seed(3);
  const Tensor matrix = randn({4, 5});
  manual_seed(3);
  CHECK(values<float>(matrix) == values<float>(randn({20})));
  CHECK(matrix.shape() == Shape{4, 5});
  CHECK(randn({}).dim() == 0);
  CHECK(randn({0, 3}).numel() == 0);
  CHECK(randperm(0).numel() == 0);
}

TEST_CASE("a generator of one's own leaves the default one alone") {
  manual_seed(1);
  const double expected = randn({1}, float64).item();
  manual_seed(1);
  Generator own(2);
  rand({100}, float32, own);
  CHECK(randn({1}, float64).item() == expected);
}

TEST_CASE("bernoulli draws each element with its own probability, as PyTorch does") {
  // torch.manual_seed(5); torch.bernoulli(torch.tensor([.1, .3, .5, .7, .9, 0, 1], dtype=…))
  const std::vector<double> p{.1, .3, .5, .7, .9, 0, 1};
  manual_seed(5);
  CHECK(values<double>(bernoulli(tensor(p, float64))) == std::vector<double>{0, 1, 1, 1, 1, 0, 1});
  manual_seed(5);
  CHECK(values<float>(bernoulli(tensor(p, float32))) == std::vector<float>{0, 1, 0, 0, 0, 0, 1});
}

TEST_CASE("filling in place writes to every dtype that can hold the numbers") {
  Tensor a = zeros({3}, float64);
  manual_seed(0);
  uniform_(a, 2, 3);
  for (const double x : values<double>(a)) CHECK((x >= 2 && x < 3));
  CHECK(values<double>(normal_(a, 7, 0)) == std::vector<double>{7, 7, 7});
  Tensor coins = zeros({3}, boolean);
  CHECK(values<bool>(bernoulli_(coins, 1)) == std::vector<bool>{true, true, true});

  Tensor integers = zeros({3}, int64);
  CHECK_THROWS_AS(uniform_(integers), dtype_error);
  CHECK_THROWS_WITH(normal_(integers), ContainsSubstring("int64") && ContainsSubstring("random.cpp"));
  CHECK_THROWS_AS(bernoulli(integers), dtype_error);
}

TEST_CASE("a tensor that requires a gradient is filled under no_grad only") {
  Tensor w = zeros({2}).requires_grad_();
  CHECK_THROWS_AS(uniform_(w), graph_error);
  Tensor result = w * 2;
  CHECK_THROWS_WITH(bernoulli_(result), ContainsSubstring("no_grad"));
  const no_grad guard;
  CHECK_NOTHROW(normal_(w));
}

TEST_CASE("bad parameters leave the tensor as it was") {
  Tensor a = ones({3}, float64);
  CHECK_THROWS_AS(uniform_(a, 1, 0), value_error);
  CHECK_THROWS_AS(normal_(a, 0, -1), value_error);
  CHECK_THROWS_AS(bernoulli_(a, 2), value_error);
  CHECK(values<double>(a) == std::vector<double>{1, 1, 1});
  CHECK_THROWS_WITH(bernoulli(tensor({0.5, 1.5})), ContainsSubstring("element 1 is 1.5"));
  CHECK_THROWS_AS(randint(0, {2}), value_error);
  CHECK_THROWS_AS(randperm(-1), value_error);
  CHECK_THROWS_AS(rand({-1}), shape_error);
}
