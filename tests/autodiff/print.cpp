#include <cstdint>
#include <limits>
#include <sstream>
#include <string>

#include <autodiff/create.hpp>
#include <autodiff/print.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

// The expected texts were written by PyTorch 1.13, less its prefix of dtypes and with `shape` for its `size`.

using namespace eingrad;
using testing::infinity;
using testing::not_a_number;

TEST_CASE("whole numbers, aligned in columns", "[print]") {
  CHECK("\n" + to_string(tensor({{1., 2.}, {3., 4.}})) == R"(
tensor([[1., 2.],
        [3., 4.]]))");
  CHECK("\n" + to_string(tensor({{1., -20.}, {300., 4.}})) == R"(
tensor([[  1., -20.],
        [300.,   4.]]))");
  CHECK(to_string(tensor({0., -0., 5.})) == "tensor([0., -0., 5.])");
  CHECK("\n" + to_string(zeros({2, 3})) == R"(
tensor([[0., 0., 0.],
        [0., 0., 0.]]))");
}

TEST_CASE("four decimals", "[print]") {
  CHECK(to_string(tensor({0.5, -1.25, 100.125})) == "tensor([  0.5000,  -1.2500, 100.1250])");
  CHECK("\n" + to_string(tensor({{1. / 3, 2.}, {-0.015, 0.1}})) == R"(
tensor([[ 0.3333,  2.0000],
        [-0.0150,  0.1000]]))");
  CHECK(to_string(tensor({0.03125, 1.00005})) == "tensor([0.0312, 1.0000])");
}

TEST_CASE("scientific where numbers are far apart, very large or very small", "[print]") {
  CHECK(to_string(tensor({1., 1001.})) == "tensor([1.0000e+00, 1.0010e+03])");
  CHECK(to_string(tensor({1., 1000.})) == "tensor([   1., 1000.])");
  CHECK(to_string(tensor({0.5, 500.5})) == "tensor([5.0000e-01, 5.0050e+02])");
  CHECK(to_string(tensor({100'000'000., 200'000'000.})) == "tensor([1.0000e+08, 2.0000e+08])");
  CHECK(to_string(tensor({100'000'000.})) == "tensor([100000000.])");
  CHECK(to_string(tensor({0.00009})) == "tensor([9.0000e-05])");
  CHECK(to_string(tensor({0.0001}, float64)) == "tensor([0.0001], dtype=float64)");
  CHECK("\n" + to_string(tensor({{1e-40, 3.4e38}, {-1., 0.}})) == R"(
tensor([[ 9.9999e-41,  3.4000e+38],
        [-1.0000e+00,  0.0000e+00]]))");
  CHECK(to_string(tensor({1e-300, 1e300}, float64)) == "tensor([1.0000e-300, 1.0000e+300], dtype=float64)");
}

TEST_CASE("nan and infinity", "[print]") {
  CHECK(to_string(tensor({1., not_a_number, -infinity, infinity})) == "tensor([1., nan, -inf, inf])");
  CHECK(to_string(tensor({0.5, not_a_number, -infinity, infinity})) ==
        "tensor([0.5000,    nan,   -inf,    inf])");
  CHECK("\n" + to_string(tensor({{1e-9, not_a_number}, {infinity, 2.}})) == R"(
tensor([[1.0000e-09,        nan],
        [       inf, 2.0000e+00]]))");
  CHECK(to_string(tensor({not_a_number, not_a_number})) == "tensor([nan, nan])");
}

TEST_CASE("integers and booleans", "[print]") {
  CHECK("\n" + to_string(tensor({{1, 2}, {3, -400}})) == R"(
tensor([[   1,    2],
        [   3, -400]]))");
  CHECK(to_string(tensor({std::numeric_limits<std::int64_t>::min(), std::int64_t{0}})) ==
        "tensor([-9223372036854775808,                    0])");
  CHECK("\n" + to_string(tensor({{true, false}, {false, false}})) == R"(
tensor([[ True, False],
        [False, False]]))");
}

TEST_CASE("a tensor without axes", "[print]") {
  CHECK(to_string(tensor(3.)) == "tensor(3.)");
  CHECK(to_string(tensor(3.14159)) == "tensor(3.1416)");
  CHECK(to_string(tensor(7)) == "tensor(7)");
  CHECK(to_string(tensor(true)) == "tensor(True)");
}

TEST_CASE("more axes are set apart by empty lines", "[print]") {
  CHECK("\n" + to_string(arange(8).reshape({2, 2, 2})) == R"(
tensor([[[0, 1],
         [2, 3]],

        [[4, 5],
         [6, 7]]]))");
  CHECK("\n" + to_string(arange(4).reshape({1, 2, 1, 2})) == R"(
tensor([[[[0, 1]],

         [[2, 3]]]]))");
}

TEST_CASE("long rows are broken", "[print]") {
  CHECK("\n" + to_string(arange(30)) == R"(
tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]))");
  CHECK("\n" + to_string(arange(50).reshape({2, 25})) == R"(
tensor([[ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
         18, 19, 20, 21, 22, 23, 24],
        [25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
         43, 44, 45, 46, 47, 48, 49]]))");
  CHECK("\n" + to_string(zeros({30})) == R"(
tensor([0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.,
        0., 0., 0., 0., 0., 0.]))");
  CHECK("\n" + to_string(full({12}, 1234567.5)) == R"(
tensor([1234567.5000, 1234567.5000, 1234567.5000, 1234567.5000, 1234567.5000,
        1234567.5000, 1234567.5000, 1234567.5000, 1234567.5000, 1234567.5000,
        1234567.5000, 1234567.5000]))");
}

TEST_CASE("more than 1,000 elements are shown in part", "[print]") {
  CHECK(to_string(arange(1001)) == "tensor([   0,    1,    2,  ...,  998,  999, 1000])");
  CHECK("\n" + to_string(arange(10'000).reshape({100, 100})) == R"(
tensor([[   0,    1,    2,  ...,   97,   98,   99],
        [ 100,  101,  102,  ...,  197,  198,  199],
        [ 200,  201,  202,  ...,  297,  298,  299],
        ...,
        [9700, 9701, 9702,  ..., 9797, 9798, 9799],
        [9800, 9801, 9802,  ..., 9897, 9898, 9899],
        [9900, 9901, 9902,  ..., 9997, 9998, 9999]]))");
  CHECK("\n" + to_string(arange(1200).reshape({200, 6})) == R"(
tensor([[   0,    1,    2,    3,    4,    5],
        [   6,    7,    8,    9,   10,   11],
        [  12,   13,   14,   15,   16,   17],
        ...,
        [1182, 1183, 1184, 1185, 1186, 1187],
        [1188, 1189, 1190, 1191, 1192, 1193],
        [1194, 1195, 1196, 1197, 1198, 1199]]))");
  CHECK("\n" + to_string(arange(2000).reshape({2, 1000})) == R"(
tensor([[   0,    1,    2,  ...,  997,  998,  999],
        [1000, 1001, 1002,  ..., 1997, 1998, 1999]]))");
  CHECK("\n" + to_string(arange(1600).reshape({8, 2, 100})) == R"(
tensor([[[   0,    1,    2,  ...,   97,   98,   99],
         [ 100,  101,  102,  ...,  197,  198,  199]],

        [[ 200,  201,  202,  ...,  297,  298,  299],
         [ 300,  301,  302,  ...,  397,  398,  399]],

        [[ 400,  401,  402,  ...,  497,  498,  499],
         [ 500,  501,  502,  ...,  597,  598,  599]],

        ...,

        [[1000, 1001, 1002,  ..., 1097, 1098, 1099],
         [1100, 1101, 1102,  ..., 1197, 1198, 1199]],

        [[1200, 1201, 1202,  ..., 1297, 1298, 1299],
         [1300, 1301, 1302,  ..., 1397, 1398, 1399]],

        [[1400, 1401, 1402,  ..., 1497, 1498, 1499],
         [1500, 1501, 1502,  ..., 1597, 1598, 1599]]]))");
}

TEST_CASE("no elements", "[print]") {
  CHECK(to_string(zeros({0})) == "tensor([])");
  CHECK(to_string(zeros({0, 3})) == "tensor([], shape=(0, 3))");
  CHECK(to_string(zeros({2, 0}, float64)) == "tensor([], shape=(2, 0), dtype=float64)");
  CHECK(to_string(zeros({0}, int64)) == "tensor([], dtype=int64)");
  CHECK(to_string(zeros({0, 1}, boolean)) == "tensor([], shape=(0, 1), dtype=boolean)");
}

TEST_CASE("the dtype is named unless it is the default or shows", "[print]") {
  CHECK(to_string(tensor({1., 2.}, float64)) == "tensor([1., 2.], dtype=float64)");
  CHECK(to_string(tensor({1., 2.}, float32)) == "tensor([1., 2.])");
}

TEST_CASE("what requires a gradient says so", "[print]") {
  CHECK(to_string(tensor({1., 2.}).requires_grad_()) == "tensor([1., 2.], requires_grad=True)");
  CHECK(to_string(tensor({1., 2.}, float64).requires_grad_()) ==
        "tensor([1., 2.], dtype=float64, requires_grad=True)");
  CHECK("\n" + to_string(full({9}, 0.5).requires_grad_()) == R"(
tensor([0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000],
       requires_grad=True))");
}

TEST_CASE("the name of the dtype follows the default", "[print]") {
  struct Restore {
    Dtype dtype = default_dtype();
    ~Restore() { set_default_dtype(dtype); }
  } restore;
  set_default_dtype(float64);
  CHECK(to_string(tensor({1., 2.}, float64)) == "tensor([1., 2.])");
  CHECK(to_string(tensor({1., 2.}, float32)) == "tensor([1., 2.], dtype=float32)");
  CHECK(to_string(zeros({0})) == "tensor([])");
}

TEST_CASE("the result of an operation names it", "[print]") {
  const Tensor x = tensor({0., 0.}).requires_grad_();
  CHECK(to_string(x.tanh()) == "tensor([0., 0.], grad_fn=<tanh>)");
}

TEST_CASE("a tensor that was never made", "[print]") { CHECK(to_string(Tensor()) == "tensor(undefined)"); }

TEST_CASE("a stream takes the same text", "[print]") {
  std::ostringstream stream;
  stream << tensor({1., 2.});
  CHECK(stream.str() == "tensor([1., 2.])");
}
