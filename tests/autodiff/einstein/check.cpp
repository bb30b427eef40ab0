// What check() and check_derivation() say besides the name of a mistake.
#include <chrono>

#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/equations.hpp>
#include <autodiff/error.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

#include <fmt/format.h>

using namespace eingrad;
using namespace eingrad::einstein;
using eingrad::testing::error_text;

namespace {

Problem regression() {
  Problem problem;
  problem.declarations = Declarations::parse("x[n] y[n] yhat[n] w[] b[] L[] m = |n|");
  problem.define("yhat_n = b + w x_n");
  problem.define("L = 1/m (yhat_n - y_n)^2");
  return problem;
}

}  // namespace

TEST_CASE("a derivation is summed up in one sentence", "[einstein]") {
  const Problem problem = regression();
  const auto summary = [&](const std::vector<std::string>& lines) {
    return check_derivation(lines, problem).summary;
  };
  CHECK(summary({"dL/dw = dL/dyhat_n * dyhat_n/dw", "= 2/m (yhat_n - y_n) x_n"}) == "steps 1 and 2 hold");
  CHECK(
      summary({"dL/dw = dL/dyhat_n * dyhat_n/dw = 2/m (yhat_n - y_n) x_n = 1/m (yhat_n - y_n) x_n",
               "= 1/m (b + w x_n - y_n) x_n", "= 2/m (b + w x_n - y_n) x_n"}) ==
      "steps 1 and 2 hold; step 3 is wrong (factor): it is 1/2 times the right one; step 4 follows from step "
      "3; step 5 holds");
  CHECK(summary({"dL/dw = 2/m (yhat_n - y_n) z_n", "= 2/m (yhat_n - y_n) x_n"}) ==
        "step 1 is wrong (name): column 28: z is not declared; step 2 holds");
}

TEST_CASE("a wrong step is told beside the step before it", "[einstein]") {
  const Problem problem = regression();
  const CheckedDerivation checked = check_derivation(
      {"dL/db = 2/m sum_n (b + w x_n - y_n)", "= 2/m sum_n (b - y_n)", "= 2/m sum_n (b + y_n)"}, problem);
  REQUIRE(checked.steps.size() == 3);
  CHECK(!checked.is_right());
  CHECK(checked.steps[1].verdict.mistake == Mistake::missing_term);
  CHECK_THAT(checked.steps[1].verdict.message, ContainsSubstring("w"));
  CHECK(checked.steps[2].verdict.mistake == Mistake::sign);
  CHECK(!checked.steps[2].follows);
}

TEST_CASE("a chain of equations is one equation for each side", "[einstein]") {
  CHECK(equations_of("a = b") == std::vector<std::string>{"a = b"});
  CHECK(equations_of("a = b = c") == std::vector<std::string>{"a = b", "a = c"});
  CHECK(equations_of("a &= [b = c] = \\sum_{n=1} d") ==
        std::vector<std::string>{"a = [b = c]", "a = \\sum_{n=1} d"});
  CHECK(equations_of("a == b") == std::vector<std::string>{"a == b"});
  CHECK(check("dL/dw = dL/dyhat_n * dyhat_n/dw = x_n y_n = 2", regression()).mistake != Mistake::none);
}

TEST_CASE("the loss that a gradient is of is L, else the scalar defined last", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n] w[] E[] F[]");
  CHECK_THAT(check("dw = 2 w", problem).message, ContainsSubstring("there is no loss"));
  problem.define("E = x_n x_n");
  problem.define("F = w^2");
  CHECK(check("dw = 2 w", problem).is_right());
  CHECK(check("xbar_n = 0", problem).is_right());
  CHECK(check("dx_n = 2 x_n", problem).mistake != Mistake::none);
}

TEST_CASE("a derivative that grows beyond all bounds is refused in time", "[einstein]") {
  for (const int depth : {3, 10, 40}) {
    Problem problem;
    problem.declarations = Declarations::parse("x[k] L[]");
    std::string nested = "x_k";
    for (int i = 0; i < depth; ++i) nested = fmt::format("softmax_k({})", nested);
    problem.define(fmt::format("L = sum_k {}^2", nested));
    const auto start = std::chrono::steady_clock::now();
    const std::string refusal = error_text<value_error>([&] { check("dL/dx_k = 2 x_k", problem); });
    CHECK(std::chrono::steady_clock::now() - start <
          std::chrono::seconds(20));  // a tenth of one, but for asan
    if (depth >= 10) CHECK_THAT(refusal, ContainsSubstring("the derivative is too long"));
  }
}
