#include <cmath>
#include <limits>
#include <random>
#include <set>

#include <support/plot_scale.hpp>
#include <tests/catch.hpp>

using namespace chapter;
using Kind = PlotScale::Kind;

namespace {

std::vector<std::string> labels(std::vector<double> values, Kind kind, std::size_t most) {
  std::vector<std::string> result;
  for (const Tick& tick : PlotScale(values, kind).ticks(most)) result.push_back(tick.label);
  return result;
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("ticks are multiples of 1, 2 or 5 times a power of ten", "[plot_scale]") {
  CHECK(labels({0, 10}, Kind::linear, 6) == Labels{"0", "2", "4", "6", "8", "10"});
  CHECK(labels({0, 10}, Kind::linear, 5) == Labels{"0", "5", "10"});
  CHECK(labels({-2.3, 2.6}, Kind::linear, 6) == Labels{"−2", "−1", "0", "1", "2"});
  CHECK(labels({0.1, 0.42}, Kind::linear, 5) == Labels{"0.1", "0.2", "0.3", "0.4"});
  CHECK(labels({0.1, 0.18}, Kind::linear, 5) == Labels{"0.10", "0.12", "0.14", "0.16", "0.18"});
  CHECK(labels({0, 120'000}, Kind::linear, 4) == Labels{"0", "50,000", "100,000"});
  CHECK(labels({-20'000, 1000}, Kind::linear, 4) == Labels{"−20,000", "−10,000", "0"});
}

TEST_CASE("very large and very small ticks share a power of ten", "[plot_scale]") {
  CHECK(labels({0, 2.1e6}, Kind::linear, 6) == Labels{"0", "0.5·10⁶", "1.0·10⁶", "1.5·10⁶", "2.0·10⁶"});
  CHECK(labels({-1e9, 1e9}, Kind::linear, 4) == Labels{"−10⁹", "0", "10⁹"});
  CHECK(labels({1e-12, 3e-12}, Kind::linear, 4) == Labels{"10⁻¹²", "2·10⁻¹²", "3·10⁻¹²"});
}

TEST_CASE("integers have ticks at integers", "[plot_scale]") {
  CHECK(labels({0, 1}, Kind::integers, 6) == Labels{"0", "1"});
  CHECK(labels({0, 15}, Kind::integers, 8) == Labels{"0", "2", "4", "6", "8", "10", "12", "14"});
  CHECK(labels({7}, Kind::integers, 6) == Labels{"7"});
}

TEST_CASE("a log scale has ticks at powers of ten", "[plot_scale]") {
  CHECK(labels({1.1, 950}, Kind::log, 6) == Labels{"1", "10", "100", "1000"});
  CHECK(labels({1, 90}, Kind::log, 8) == Labels{"1", "2", "5", "10", "20", "50", "100"});
  CHECK(labels({0.02, 50'000}, Kind::log, 9) == Labels{"0.1", "1", "10", "100", "1000", "10,000"});
  CHECK(labels({1e-6, 1}, Kind::log, 6) == Labels{"10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"});
  CHECK(labels({2.2, 4.4}, Kind::log, 6) == Labels{"2.5", "3.0", "3.5", "4.0", "4.5"});

  const std::vector<double> values{1, 100};
  const PlotScale scale(values, Kind::log);
  CHECK(scale(10) == Approx(0.5));
  CHECK(scale(1) > 0);
  CHECK(scale(100) < 1);
}

TEST_CASE("values without a place do not matter", "[plot_scale]") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(labels({0, std::nan(""), infinity, 10, -infinity, 1e301}, Kind::linear, 5) == Labels{"0", "5", "10"});
  CHECK(labels({1.1, 0, -5, 950}, Kind::log, 6) == Labels{"1", "10", "100", "1000"});
  CHECK(PlotScale::has_place(0, Kind::linear));
  CHECK_FALSE(PlotScale::has_place(0, Kind::log));
  CHECK_FALSE(PlotScale::has_place(std::nan(""), Kind::log));
}

TEST_CASE("equal values and none at all still make a scale", "[plot_scale]") {
  CHECK(labels({}, Kind::linear, 5) == Labels{"0", "0.5", "1.0"});
  CHECK(labels({2, 2}, Kind::linear, 5) == Labels{"1.8", "1.9", "2.0", "2.1", "2.2"});
  CHECK(labels({0}, Kind::linear, 5) == Labels{"−1.0", "−0.5", "0", "0.5", "1.0"});
  const std::vector<double> one{3};
  CHECK(PlotScale(one, Kind::log)(3) == Approx(0.5));
}

TEST_CASE("any data give a few well-formed ticks", "[plot_scale]") {
  std::mt19937 random(0);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  for (int i = 0; i < 20'000; ++i) {
    const Kind kind = static_cast<Kind>(i % 3);
    const double center = std::pow(10, uniform(-297, 297)) * (kind != Kind::log && i % 2 == 0 ? -1 : 1);
    const std::vector<double> values{center, center * (1 + std::pow(10, uniform(-16, 2)))};
    const PlotScale scale(values, kind);
    const std::size_t most = 2 + static_cast<std::size_t>(i) % 9;
    const std::vector<Tick> ticks = scale.ticks(most);
    INFO("values " << values[0] << " and " << values[1] << ", kind " << i % 3 << ", at most " << most);
    REQUIRE(ticks.size() <= most);
    if (kind != Kind::integers && most > 5) REQUIRE(ticks.size() >= 2);
    std::set<std::string> labels;
    double last = -1e-9;
    for (const Tick& tick : ticks) {
      REQUIRE(tick.position > last);
      REQUIRE(tick.label.size() < 40);
      REQUIRE(tick.label.find("n") == std::string::npos);
      labels.insert(tick.label);
      last = tick.position;
    }
    REQUIRE(last <= 1 + 1e-9);
    REQUIRE(labels.size() == ticks.size());
    for (const double value : values) REQUIRE((scale(value) >= 0 && scale(value) <= 1));
  }
}
