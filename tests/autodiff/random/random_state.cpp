#include <algorithm>
#include <numeric>
#include <vector>

#include <autodiff/error.hpp>
#include <autodiff/random/random_state.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>

using namespace eingrad;
using testing::Record;

namespace {

/// Draws as many values as each record of the function has, and compares.
template <class Draw>
void check_random_state(const std::string& function, Draw draw) {
  for (const Record& record : testing::records("numpy_sklearn_misc.json", function)) {
    INFO(record.arguments());
    RandomState state(record.integer("seed"));
    std::vector<decltype(draw(state))> drawn;
    for (std::int64_t i = 0; i < record.shape("v").front(); ++i) drawn.push_back(draw(state));
    CHECK(record.difference("v", drawn) == "");
  }
}

}  // namespace

TEST_CASE("RandomState draws NumPy's numbers") {
  check_random_state("RandomState.random_sample", [](RandomState& state) { return state.random_sample(); });
  check_random_state("RandomState.standard_normal",
                     [](RandomState& state) { return state.standard_normal(); });
  check_random_state("RandomState.randint(0,1000)",
                     [](RandomState& state) { return state.randint(0, 1000); });
}

TEST_CASE("RandomState permutes as NumPy does") {
  for (const Record& record : testing::records("numpy_sklearn_misc.json", "RandomState.permutation")) {
    INFO(record.arguments());
    CHECK(record.difference("v", RandomState(record.integer("seed")).permutation(record.integer("n"))) == "");
  }
}

TEST_CASE("more than 32 bits are drawn high word first, as NumPy does") {
  // numpy.random.RandomState(5).randint(0, 2**40, size=4)
  RandomState state(5);
  for (const std::int64_t expected : {425438759118, 1030067709629, 989404716150, 622681974857}) {
    CHECK(state.randint(0, std::int64_t{1} << 40) == expected);
  }
}

TEST_CASE("the spare normal number outlives other draws") {
  RandomState state(0);
  RandomState plain(0);
  CHECK(state.standard_normal() == plain.standard_normal());
  state.random_sample();
  CHECK(state.standard_normal() == plain.standard_normal());
}

TEST_CASE("a range of one integer draws no word") {
  RandomState state(3);
  CHECK(state.randint(7, 8) == 7);
  CHECK(state.permutation(1) == std::vector<std::int64_t>{0});
  CHECK(state.permutation(0).empty());
  CHECK(state.random_sample() == RandomState(3).random_sample());
}

TEST_CASE("uniform, normal and the ends of the integers") {
  RandomState state(9);
  for (int i = 0; i < 1000; ++i) {
    const double x = state.uniform(-3, 2);
    CHECK((x >= -3 && x < 2));
  }
  CHECK(RandomState(4).normal(10, 0.5) == 10 + 0.5 * RandomState(4).standard_normal());
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  CHECK(state.randint(least, least + 1) == least);
  CHECK_NOTHROW(state.randint(least, std::numeric_limits<std::int64_t>::max()));
}

TEST_CASE("RandomState refuses what NumPy refuses") {
  CHECK_NOTHROW(RandomState(4294967295));
  CHECK_THROWS_WITH(RandomState(-1), ContainsSubstring("-1 is no seed"));
  CHECK_THROWS_AS(RandomState(4294967296), value_error);
  CHECK_THROWS_AS(RandomState(0).randint(5, 5), value_error);
  CHECK_THROWS_AS(RandomState(0).permutation(-1), value_error);
}
