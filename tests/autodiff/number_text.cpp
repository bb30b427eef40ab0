#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <autodiff/error.hpp>
#include <autodiff/number_text.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

namespace {

struct Printed {
  std::uint64_t bits;
  std::string text;
};

// Written by Python 3.11: repr of edge cases, of numbers from the chapters, and of random bit patterns.
const Printed python_repr[] = {
    {0x0000000000000000, "0.0"},
    {0x8000000000000000, "-0.0"},
    {0x3ff0000000000000, "1.0"},
    {0xbff0000000000000, "-1.0"},
    {0x4069000000000000, "200.0"},
    {0x40894de353f7ced9, "809.736"},
    {0x3fb999999999999a, "0.1"},
    {0x3fd3333333333334, "0.30000000000000004"},
    {0x3fd5555555555555, "0.3333333333333333"},
    {0x3fe5555555555555, "0.6666666666666666"},
    {0x4059000000000000, "100.0"},
    {0x419d6f3454000000, "123456789.0"},
    {0x430c6bf526340000, "1000000000000000.0"},
    {0x4341c37937e07fff, "9999999999999998.0"},
    {0x4341c37937e08000, "1e+16"},
    {0x4376345785d8a000, "1e+17"},
    {0x4340000000000000, "9007199254740992.0"},
    {0x4340000000000001, "9007199254740994.0"},
    {0x4480f0cf064dd592, "1e+22"},
    {0x44b52d02c7e14af6, "1e+23"},
    {0x3f50624dd2f1a9fc, "0.001"},
    {0x3f1a36e2eb1c432d, "0.0001"},
    {0x3f1a36e2eb1c432c, "9.999999999999999e-05"},
    {0x3ee4f8b588e368f1, "1e-05"},
    {0x3cad664586671bda, "2.04e-16"},
    {0x4086f82c3c9eecc0, "735.0216"},
    {0x408db170d844d014, "950.1801"},
    {0x400921fb54442d18, "3.141592653589793"},
    {0x4005bf0a8b145769, "2.718281828459045"},
    {0x0000000000000001, "5e-324"},
    {0x0010000000000000, "2.2250738585072014e-308"},
    {0x7fefffffffffffff, "1.7976931348623157e+308"},
    {0x2b3147f19dd7eb02, "1.2345e-100"},
    {0x7ff0000000000000, "inf"},
    {0xfff0000000000000, "-inf"},
    {0xf2a74de452e6b438, "-1.989032661366619e+244"},
    {0x6513270e269e0d37, "7.761117632285041e+178"},
    {0x0c5c7fd0a6a3a450, "3.980498358697587e-249"},
    {0xd23f0824128b2f33, "-1.5432835417340557e+88"},
    {0x1818e811892f902b, "1.3647584518757569e-192"},
    {0x9531985d5d9dc9f8, "-1.3701135617873088e-206"},
    {0xe8e25d940ed90475, "-1.7160537630466207e+197"},
    {0x36f675cc81e74ef5, "6.294675241195386e-44"},
    {0xc08ce811c8741b05, "-925.0086831160303"},
    {0xc06096ad1e6e9f70, "-132.70863267522827"},
    {0xc08ae2502f5eac8c, "-860.2891528507621"},
    {0xc08994977f51e7cf, "-818.5739733122699"},
    {0xc062dec59ae71db8, "-150.96162171497213"},
    {0x40846da24d7ae84a, "653.7042493440761"},
};

struct Rounded {
  double x;
  int digits;
  double result;
};

// Written by Python 3.11: round(x, digits) of ties, near ties, and of what is too short or too long to round.
const Rounded python_round[] = {
    {735.02163456789, 4, 735.0216},
    {950.18005, 4, 950.1801},
    {5e-05, 4, 0.0001},
    {2.675, 2, 2.67},
    {2.665, 2, 2.67},
    {1.005, 2, 1.0},
    {0.125, 2, 0.12},
    {0.375, 2, 0.38},
    {0.5, 0, 0.0},
    {1.5, 0, 2.0},
    {2.5, 0, 2.0},
    {-0.4, 0, -0.0},
    {-2.5, 0, -2.0},
    {1e-05, 4, 0.0},
    {-1e-05, 4, -0.0},
    {1234.5, -2, 1200.0},
    {1250.0, -2, 1200.0},
    {1350.0, -2, 1400.0},
    {50.0, -2, 0.0},
    {50.00000000000001, -2, 100.0},
    {49.99, -2, 0.0},
    {5e+23, -24, 0.0},
    {5.0000000000000006e+23, -24, 1e+24},
    {0.05, 1, 0.1},
    {0.15, 1, 0.1},
    {0.25, 1, 0.2},
    {0.35, 1, 0.3},
    {1e+22, 2, 1e+22},
    {1.2345678901234568e+17, 3, 1.2345678901234568e+17},
    {1.7976931348623157e+308, 4, 1.7976931348623157e+308},
    {5e-324, 323, 0.0},
    {5e-324, 324, 5e-324},
    {3e-320, 322, 3e-320},
    {0.3333333333333333, 17, 0.3333333333333333},
    {0.3333333333333333, 16, 0.3333333333333333},
    {0.3333333333333333, 30, 0.3333333333333333},
    {999.99995, 4, 1000.0},
    {999.99994999, 4, 999.9999},
    {1e+300, -299, 1e+300},
    {0.0, 3, 0.0},
    {-0.0, 3, -0.0},
    {812.3, std::numeric_limits<int>::max(), 812.3},
    {812.3, std::numeric_limits<int>::min(), 0.0},
};

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

}  // namespace

TEST_CASE("repr is Python's", "[number_text]") {
  for (const auto& [pattern, text] : python_repr) CHECK(repr(std::bit_cast<double>(pattern)) == text);
  CHECK(repr(std::nan("")) == "nan");
  CHECK(repr(-std::nan("")) == "nan");
}

TEST_CASE("repr of a float is the shortest that reads back as that float", "[number_text]") {
  CHECK(repr(0.1f) == "0.1");
  CHECK(repr(200.0f) == "200.0");
  CHECK(repr(1.0f / 3) == "0.33333334");
  CHECK(repr(16777216.0f) == "16777216.0");
  CHECK(repr(1e15f) == "1000000000000000.0");
  CHECK(repr(1e16f) == "1e+16");
  CHECK(repr(-1e-5f) == "-1e-05");
  CHECK(repr(std::numeric_limits<float>::max()) == "3.4028235e+38");
  CHECK(repr(-std::numeric_limits<float>::infinity()) == "-inf");
}

TEST_CASE("what repr writes reads back bit for bit", "[number_text]") {
  std::mt19937_64 random(0);
  const auto comes_back = [](double x) { return bits(std::stod(repr(x))) == bits(x); };
  const auto comes_back_as_float = [](float x) {
    return std::bit_cast<std::uint32_t>(std::stof(repr(x))) == std::bit_cast<std::uint32_t>(x);
  };
  int failures = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t pattern = random();
    const auto any = std::bit_cast<double>(pattern);
    const auto any_float = std::bit_cast<float>(static_cast<std::uint32_t>(pattern));
    // std::stod throws on subnormal numbers, which the table has.
    if (std::isnormal(any) && !comes_back(any)) ++failures;
    if (std::isnormal(any_float) && !comes_back_as_float(any_float)) ++failures;
    if (!comes_back(static_cast<double>(pattern >> 11) * 0x1p-53)) ++failures;
  }
  CHECK(failures == 0);
}

TEST_CASE("round_to is Python's round", "[number_text]") {
  for (const auto& [x, digits, result] : python_round) {
    INFO("round(" << repr(x) << ", " << digits << ") = " << repr(result));
    CHECK(bits(round_to(x, digits)) == bits(result));
  }
  CHECK(std::isnan(round_to(std::nan(""), 4)));
  CHECK(round_to(-INFINITY, -4) == -INFINITY);
}

TEST_CASE("round_to refuses a result that no double can hold", "[number_text]") {
  CHECK_THROWS_AS(round_to(1.7e308, -308), value_error);
}

TEST_CASE("round_to stays within half a unit and rounds once", "[number_text]") {
  std::mt19937_64 random(0);
  for (int i = 0; i < 1000; ++i) {
    const double x = static_cast<double>(random() >> 11) * 0x1p-53 * 2000 - 1000;
    const double rounded = round_to(x, 4);
    REQUIRE(std::abs(rounded - x) <= 0.5e-4 * (1 + 1e-9));
    REQUIRE(round_to(rounded, 4) == rounded);
  }
}
