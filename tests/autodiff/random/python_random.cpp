#include <limits>
#include <vector>

#include <autodiff/error.hpp>
#include <autodiff/random/python_random.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>

using namespace eingrad;
using testing::Record;

namespace {

template <class Draw>
void check_python_random(const std::string& function, Draw draw) {
  for (const Record& record : testing::records("numpy_sklearn_misc.json", function)) {
    INFO(record.arguments());
    PythonRandom random(static_cast<std::uint64_t>(record.integer("seed")));
    std::vector<decltype(draw(random))> drawn;
    for (std::int64_t i = 0; i < record.shape("v").front(); ++i) drawn.push_back(draw(random));
    CHECK(record.difference("v", drawn) == "");
  }
}

constexpr std::int64_t least_int64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t greatest_int64 = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("random and randint are Python's") {
  check_python_random("python random.seed; random.random",
                      [](PythonRandom& random) { return random.random(); });
  check_python_random("python random.seed; random.randint(-5,5)",
                      [](PythonRandom& random) { return random.randint(-5, 5); });
}

TEST_CASE("seeds and ranges of more than 32 bits are Python's") {
  // random.seed(2**63 + 5); random.random(), random.randint(0, 2**40), …
  PythonRandom random((std::uint64_t{1} << 63) + 5);
  CHECK(random.random() == 0.3442386103531446);
  CHECK(random.randint(0, std::int64_t{1} << 40) == 73454593221);
}

TEST_CASE("seeding again starts anew") {
  PythonRandom random(3);
  const double first = random.random();
  random.random();
  random.seed(3);
  CHECK(random.random() == first);
}

TEST_CASE("randint reaches both ends") {
  PythonRandom random(0);
  bool low = false;
  bool high = false;
  for (int i = 0; i < 200; ++i) {
    const std::int64_t drawn = random.randint(greatest_int64 - 2, greatest_int64);
    low = low || drawn == greatest_int64 - 2;
    high = high || drawn == greatest_int64;
  }
  CHECK((low && high));
  CHECK(random.randint(least_int64, least_int64) == least_int64);
}

TEST_CASE("randint refuses an empty range and the one that 64 bits cannot count") {
  PythonRandom random(0);
  CHECK_THROWS_WITH(random.randint(2, 1), ContainsSubstring("from 2 to 1"));
  CHECK_THROWS_AS(random.randint(least_int64, greatest_int64), value_error);
  CHECK_NOTHROW(random.randint(least_int64 + 1, greatest_int64));
}
