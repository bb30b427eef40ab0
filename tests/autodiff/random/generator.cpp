#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <autodiff/error.hpp>
#include <autodiff/random/generator.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>

using namespace eingrad;
using testing::Record;
using testing::records;

namespace {

Generator seeded(const Record& record) {
  return Generator(static_cast<std::uint64_t>(record.integer("manual_seed")));
}

std::vector<Record> torch(const std::string& function) { return records("torch_streams.json", function); }

std::size_t count(const Record& record) { return static_cast<std::size_t>(record.integer("n")); }

/// Calls test.template operator()<T>() with the record's floating-point type.
template <class Test>
void with_type(const Record& record, Test test) {
  if (record.text("dtype") == "float64") {
    test.template operator()<double>();
  } else {
    test.template operator()<float>();
  }
}

std::vector<std::int64_t> bernoulli(Generator generator, std::size_t n, double p) {
  std::vector<std::int64_t> drawn(n);
  generator.fill_bernoulli(std::span(drawn), p);
  return drawn;
}

}  // namespace

TEST_CASE("uniform numbers are PyTorch's") {
  for (const Record& record : torch("rand")) {
    INFO(record.arguments());
    with_type(record, [&]<class T>() {
      std::vector<T> drawn(count(record));
      seeded(record).fill_uniform(std::span(drawn));
      CHECK(record.difference("v", drawn) == "");
    });
  }
}

TEST_CASE("normal numbers are PyTorch's, one by one and in blocks") {
  for (const Record& record : torch("randn")) {
    INFO(record.arguments());
    with_type(record, [&]<class T>() {
      std::vector<T> drawn(count(record));
      seeded(record).fill_normal(std::span(drawn));
      CHECK(record.difference("v", drawn) == "");
    });
  }
}

TEST_CASE("the spare normal number outlives draws of other kinds") {
  for (const Record& record : torch("sequence: randn(1), rand(3), randn(4), randn(2)")) {
    INFO(record.arguments());
    with_type(record, [&]<class T>() {
      std::vector<T> drawn(10);
      const std::span all(drawn);
      Generator generator = seeded(record);
      generator.fill_normal(all.subspan(0, 1));
      generator.fill_uniform(all.subspan(1, 3));
      generator.fill_normal(all.subspan(4, 4));
      generator.fill_normal(all.subspan(8, 2));
      CHECK(record.difference("v", drawn) == "");
    });
  }
}

TEST_CASE("integers, permutations and coin flips are PyTorch's") {
  for (const Record& record : torch("randint")) {
    INFO(record.arguments());
    std::vector<std::int64_t> drawn(count(record));
    seeded(record).fill_randint(drawn, record.integer("low"), record.integer("high"));
    CHECK(record.difference("v", drawn) == "");
  }
  for (const Record& record : torch("randperm")) {
    INFO(record.arguments());
    std::vector<std::int64_t> drawn(count(record));
    seeded(record).fill_randperm(drawn);
    CHECK(record.difference("v", drawn) == "");
  }
  for (const Record& record : torch("bernoulli_(0.3)")) {
    INFO(record.arguments());
    CHECK(record.difference("v", bernoulli(seeded(record), count(record), 0.3)) == "");
  }
}

TEST_CASE("dropout keeps what PyTorch keeps") {
  for (const Record& record : torch("F.dropout(ones(200), p)")) {
    INFO(record.arguments());
    const double keep = 1 - record.number("p");
    const std::vector<std::int64_t> mask = bernoulli(seeded(record), 200, keep);
    with_type(record, [&]<class T>() {
      std::vector<T> output;
      for (const std::int64_t kept : mask) output.push_back(static_cast<T>(kept) / static_cast<T>(keep));
      CHECK(record.difference("v", output) == "");
    });
  }
}

TEST_CASE("a linear layer's initial values are PyTorch's, because uniform_ fuses its multiplication") {
  for (const Record& record : torch("nn.Linear")) {
    INFO(record.arguments());
    const double inputs = static_cast<double>(record.integer("in_features"));
    const double bound =
        std::sqrt(3.0) * (std::sqrt(2 / (1 + std::sqrt(5.0) * std::sqrt(5.0))) / std::sqrt(inputs));
    with_type(record, [&]<class T>() {
      std::vector<T> bias(static_cast<std::size_t>(record.integer("out_features")));
      std::vector<T> weight(bias.size() * static_cast<std::size_t>(record.integer("in_features")));
      Generator generator = seeded(record);
      generator.fill_uniform(std::span(weight), -bound, bound);
      generator.fill_uniform(std::span(bias), -1 / std::sqrt(inputs), 1 / std::sqrt(inputs));
      CHECK(record.difference("weight", weight) == "");
      CHECK(record.difference("bias", bias) == "");
    });
  }
}

TEST_CASE("mean and standard deviation are applied with one rounding") {
  // torch.manual_seed(3); torch.empty(n, dtype=…).normal_(0.3, 1.7): elements that two roundings would change
  std::vector<double> drawn(5);
  Generator(3).fill_normal(std::span(drawn), 0.3, 1.7);
  CHECK(drawn[2] == 0.4512627615439942);
  CHECK(drawn[3] == -0.7433206131399083);
  drawn.resize(32);
  Generator(3).fill_normal(std::span(drawn), 0.3, 1.7);
  CHECK(drawn[0] == -0.07017294602389908);
  CHECK(drawn[3] == -0.5740109936781842);
  std::vector<float> single(32);
  Generator(3).fill_normal(std::span(single), 0.3, 1.7);
  CHECK(single[2] == -1.0294286F);
  CHECK(single[5] == -0.18752651F);
}

TEST_CASE("only the low 32 bits of a seed matter, and seeding forgets the spare normal number") {
  Generator generator(7);
  CHECK(Generator((std::uint64_t{5} << 32) + 7).word() == generator.word());
  CHECK(Generator((std::uint64_t{5} << 32) + 7).initial_seed() == (std::uint64_t{5} << 32) + 7);

  generator.normal();
  generator.manual_seed(7);
  CHECK(generator.normal() == Generator(7).normal());
}

TEST_CASE("a copy of a generator goes on from the same state") {
  Generator generator(11);
  generator.normal();
  Generator copy = generator;
  CHECK(generator.normal() == copy.normal());
  CHECK(generator.word64() == copy.word64());
}

TEST_CASE("the moments of a million draws are right") {
  constexpr std::size_t n = 1'000'000;
  const auto moments = []<class T>(const std::vector<T>& x) {
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
    double squares = 0;
    for (const T value : x) squares += (value - mean) * (value - mean);
    return std::pair(mean, squares / n);
  };
  Generator generator(1);
  std::vector<float> x(n);
  generator.fill_normal(std::span(x), -2, 3);
  const auto [mean, variance] = moments(x);
  CHECK(std::abs(mean + 2) < 5 * 3 / std::sqrt(n));  // five standard errors
  CHECK(std::abs(variance - 9) < 5 * 9 * std::sqrt(2.0 / n));
  generator.fill_uniform(std::span(x), -1, 1);
  CHECK(std::abs(moments(x).first) < 5 * std::sqrt(1.0 / 3 / n));
  CHECK(std::ranges::minmax(x).min >= -1);
  CHECK(std::ranges::minmax(x).max <= 1);
}

TEST_CASE("the whole range of integers, a single one, and nothing") {
  std::vector<std::int64_t> drawn(100);
  Generator generator(1);
  generator.fill_randint(drawn, std::numeric_limits<std::int64_t>::min(),
                         std::numeric_limits<std::int64_t>::max());
  CHECK(std::ranges::any_of(drawn, [](auto x) { return x < 0; }));
  CHECK(std::ranges::any_of(drawn, [](auto x) { return x > 0; }));
  generator.fill_randint(drawn, 4, 5);
  CHECK(std::ranges::all_of(drawn, [](auto x) { return x == 4; }));
  generator.fill_randperm({});
  generator.fill_normal(std::span<double>());
}

TEST_CASE("parameters that no distribution has are refused") {
  Generator generator(0);
  std::vector<double> x(20);
  std::vector<std::int64_t> k(3);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH(generator.fill_uniform(std::span(x), 2, 1), ContainsSubstring("from 2 to 1"));
  CHECK_THROWS_AS(generator.fill_uniform(std::span(x), nan, 1), value_error);
  CHECK_THROWS_AS(generator.fill_uniform(std::span(x), 0, inf), value_error);
  std::vector<float> single(20);
  CHECK_THROWS_AS(generator.fill_uniform(std::span(single), 0, 1e300), value_error);
  CHECK_THROWS_WITH(generator.fill_normal(std::span(x), 0, -1), ContainsSubstring("-1"));
  CHECK_THROWS_AS(generator.fill_normal(std::span(x), nan, 1), value_error);
  CHECK_THROWS_AS(generator.fill_normal(std::span(x), 0, nan), value_error);
  CHECK_THROWS_WITH(bernoulli(generator, 2, 1.5), ContainsSubstring("1.5 is no probability"));
  CHECK_THROWS_AS(bernoulli(generator, 2, nan), value_error);
  CHECK_THROWS_WITH(generator.fill_randint(k, 3, 3), ContainsSubstring("low < high"));
}
