#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::at;
using testing::each_index;
using testing::error_text;
using testing::numbers;
using testing::Place;
using testing::values;

namespace {

/// What the subscripts say, with a loop over every letter. All letters are named, with "->"; an extent of 1
/// stands for any.
Tensor brute_force(const std::string& subscripts, const std::vector<Tensor>& operands) {
  std::vector<std::string> terms(1);
  for (const char c : subscripts.substr(0, subscripts.find("->"))) {
    if (c == ',') {
      terms.emplace_back();
    } else {
      terms.back() += c;
    }
  }
  const std::string out = subscripts.substr(subscripts.find("->") + 2);

  std::string letters = out;  // those of the result first
  std::map<char, std::int64_t> extents;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    for (std::size_t axis = 0; axis < terms[k].size(); ++axis) {
      const char letter = terms[k][axis];
      if (letters.find(letter) == std::string::npos) letters += letter;
      const auto [entry, is_new] = extents.emplace(letter, operands[k].shape()[axis]);
      if (entry->second == 1) entry->second = operands[k].shape()[axis];
    }
  }
  Shape all = Shape::filled(letters.size()), kept = Shape::filled(out.size());
  for (std::size_t i = 0; i < letters.size(); ++i) all[i] = extents.at(letters[i]);
  for (std::size_t i = 0; i < out.size(); ++i) kept[i] = extents.at(out[i]);

  std::map<Place, double> sums;
  each_index(all, [&](const Place& assignment) {
    double product = 1;
    for (std::size_t k = 0; k < terms.size(); ++k) {
      Place index;
      for (std::size_t axis = 0; axis < terms[k].size(); ++axis) {
        const std::int64_t i = assignment[letters.find(terms[k][axis])];
        index.push_back(operands[k].shape()[axis] == 1 ? 0 : i);
      }
      product *= at(operands[k], index);
    }
    sums[Place(assignment.begin(), assignment.begin() + static_cast<std::ptrdiff_t>(out.size()))] += product;
  });
  return testing::build(kept, [&](const Place& index) { return sums[index]; });
}

struct Case {
  std::string subscripts;
  std::vector<Shape> shapes;
  std::string written_out = subscripts;  // with all letters and "->"
};

const std::vector<Case> cases{
    // One operand: traces, diagonals, sums, transposes.
    {"ii", {{3, 3}}, "ii->"},
    {"ii->", {{3, 3}}},
    {"ii->i", {{3, 3}}},
    {"iii->i", {{2, 2, 2}}},
    {"iij->j", {{3, 3, 2}}},
    {"iij->ij", {{3, 3, 2}}},
    {"iji->j", {{3, 2, 3}}},
    {"iijj->ji", {{2, 2, 3, 3}}},
    {"i->i", {{4}}},
    {"i->", {{4}}},
    {"->", {Shape{}}},
    {"ij->", {{2, 3}}},
    {"ij->i", {{2, 3}}},
    {"ij->j", {{2, 3}}},
    {"ij->ji", {{2, 3}}},
    {"ijk->kij", {{2, 3, 4}}},
    {"ijk->ik", {{2, 3, 4}}},
    {"ijk->ki", {{2, 3, 4}}},
    {"ijk->j", {{2, 3, 4}}},
    {"ba", {{2, 3}}, "ba->ab"},
    {"aB", {{2, 3}}, "aB->Ba"},
    // Two operands.
    {"ij,jk->ik", {{2, 3}, {3, 4}}},
    {"ij,jk", {{2, 3}, {3, 4}}, "ij,jk->ik"},
    {" i j , j k -> i k ", {{2, 3}, {3, 4}}, "ij,jk->ik"},
    {"ij,jk->ki", {{2, 3}, {3, 4}}},
    {"ji,jk->ik", {{3, 2}, {3, 4}}},
    {"ij,kj->ik", {{2, 3}, {4, 3}}},
    {"ji,kj->ki", {{3, 2}, {4, 3}}},
    {"ij,jk->", {{2, 3}, {3, 4}}},
    {"ij,jk->k", {{2, 3}, {3, 4}}},
    {"ij,j->i", {{2, 3}, {3}}},
    {"i,ij->j", {{2}, {2, 3}}},
    {"ij,i->j", {{2, 3}, {2}}},
    {"ij,j->ij", {{2, 3}, {3}}},
    {"bij,bjk->bik", {{2, 3, 4}, {2, 4, 2}}},
    {"bij,jk->bik", {{2, 3, 4}, {4, 2}}},
    {"ibj,kbj->bki", {{3, 2, 4}, {2, 2, 4}}},
    {"bij,bij->b", {{2, 3, 4}, {2, 3, 4}}},
    {"i,j->ij", {{2}, {3}}},
    {"i,j->ji", {{2}, {3}}},
    {"i,j->", {{2}, {3}}},
    {"i,i->", {{4}, {4}}},
    {"i,i", {{4}, {4}}, "i,i->"},
    {"i,i->i", {{4}, {4}}},
    {"ij,ij->", {{2, 3}, {2, 3}}},
    {"ij,ij->ij", {{2, 3}, {2, 3}}},
    {"ij,ij->ji", {{2, 3}, {2, 3}}},
    {"ij,ij->i", {{2, 3}, {2, 3}}},
    {"ij,ji->", {{2, 3}, {3, 2}}},
    {"ij,->ij", {{2, 3}, Shape{}}},
    {",->", {Shape{}, Shape{}}},
    {"ij,kl->il", {{2, 3}, {4, 2}}},
    {"ij,kl->ijkl", {{2, 3}, {1, 2}}},
    {"ii,i->i", {{3, 3}, {3}}},
    {"ii,ii->", {{3, 3}, {3, 3}}},
    {"ii,jj->ij", {{3, 3}, {2, 2}}},
    {"iij,jk->ik", {{2, 2, 3}, {3, 4}}},
    {"abc,cd->abd", {{2, 3, 4}, {4, 2}}},
    {"abcd,bd->ac", {{2, 3, 2, 2}, {3, 2}}},
    {"abcd,cbe->aed", {{2, 3, 2, 2}, {2, 3, 2}}},
    // Three and more.
    {"ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 2}}},
    {"i,ij,j->", {{2}, {2, 3}, {3}}},
    {"i,j,k->ijk", {{2}, {3}, {4}}},
    {"i,i,i->", {{4}, {4}, {4}}},
    {"ij,jk,ki->", {{2, 3}, {3, 4}, {4, 2}}},
    {"bi,bj,bk->ijk", {{2, 2}, {2, 3}, {2, 2}}},
    {"ij,j,i,->ji", {{2, 3}, {3}, {2}, Shape{}}},
    // Axes without a letter.
    {"...->", {{2, 3}}, "ab->"},
    {"...", {{2, 3}}, "ab->ab"},
    {"i...->i", {{2, 3, 2}}, "iab->i"},
    {"i...->...i", {{2, 3, 2}}, "iab->abi"},
    {"...ij->...ji", {{2, 3, 4}}, "aij->aji"},
    {"...ij,...jk->...ik", {{2, 3, 4}, {2, 4, 2}}, "aij,ajk->aik"},
    {"...ij,...jk->...ik", {{3, 4}, {2, 4, 2}}, "ij,ajk->aik"},
    {"...ij,...jk->...ik", {{2, 1, 3, 4}, {5, 4, 2}}, "abij,bjk->abik"},
    {"...ij,jk", {{2, 3, 4}, {4, 2}}, "aij,jk->aik"},
    {"...,...->...", {{2, 3}, {3}}, "ab,b->ab"},
    {"...,...->...", {{2, 1}, {1, 3}}, "ab,ab->ab"},
    {"...i,...i->...", {{2, 3}, {3}}, "ai,i->a"},
    {"i...,i->...", {{2, 3}, {2}}, "ia,i->a"},
    // Extents of 1 and 0.
    {"ij,jk->ik", {{1, 3}, {3, 1}}},
    {"ij,jk->ik", {{2, 1}, {1, 3}}},
    {"ij,jk->ik", {{1, 1}, {1, 1}}},
    {"ij,jk->ik", {{2, 0}, {0, 3}}},
    {"ij,jk->ik", {{0, 3}, {3, 2}}},
    {"ij->", {{0, 3}}},
    {"ij->j", {{0, 3}}},
    {"ii->i", {{0, 0}}},
    {"i,j->ij", {{0}, {3}}},
};

std::vector<Tensor> operands_for(const Case& one) {
  std::vector<Tensor> operands;
  for (const Shape& shape : one.shapes)
    operands.push_back(numbers(shape, static_cast<int>(operands.size()) + 1).requires_grad_());
  return operands;
}

std::string text_of(const Case& one) {
  std::string text = one.subscripts;
  for (const Shape& shape : one.shapes) text += " " + to_string(shape);
  return text;
}

void check(const Case& one) {
  INFO(text_of(one));
  const std::vector<Tensor> operands = operands_for(one);
  const Tensor y = einsum(one.subscripts, operands), expected = brute_force(one.written_out, operands);
  REQUIRE(y.shape() == expected.shape());
  CHECK(allclose(y, expected, 1e-14, 1e-14));
  const auto f = [&](const std::vector<Tensor>& x) { return einsum(one.subscripts, x); };
  CHECK(gradcheck(f, operands));
  CHECK(gradgradcheck(f, operands));
}

}  // namespace

TEST_CASE("einsum: values, gradients and second derivatives of a table of subscripts", "[einsum]") {
  for (const Case& one : cases) check(one);
}

TEST_CASE("einsum: float32 and int64", "[einsum]") {
  for (const Case& one : cases) {
    INFO(text_of(one));
    std::vector<Tensor> single, whole, as_double;
    for (const Tensor& operand : operands_for(one)) {
      single.push_back(operand.detach().to(float32));
      whole.push_back((operand * 3).detach().to(int64));
      as_double.push_back(whole.back().to(float64));
    }
    const Tensor y = einsum(one.subscripts, single);
    CHECK(y.dtype() == float32);
    CHECK(allclose(y.to(float64), einsum(one.subscripts, operands_for(one)), 1e-5, 1e-5));
    CHECK(equal(einsum(one.subscripts, whole), brute_force(one.written_out, as_double).to(int64)));
  }
}

TEST_CASE("einsum: random subscripts of two operands", "[einsum]") {
  std::mt19937 random(7);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string alphabet = "abcd";
  const std::int64_t extents[] = {2, 3, 1, 2};
  for (int round = 0; round < 200; ++round) {
    std::string terms[2], used;
    Case one;
    for (std::string& term : terms) {
      Shape shape = Shape::filled(below(4));
      for (std::int64_t& extent : shape) {
        const std::size_t letter = below(alphabet.size());
        term += alphabet[letter];
        extent = extents[letter];
        if (used.find(alphabet[letter]) == std::string::npos) used += alphabet[letter];
      }
      one.shapes.push_back(shape);
    }
    std::ranges::shuffle(used, random);
    one.subscripts = terms[0] + "," + terms[1] + "->" + used.substr(0, below(used.size() + 1));
    one.written_out = one.subscripts;
    check(one);
  }
}

TEST_CASE("einsum: products beyond the threshold, where another kernel computes", "[einsum]") {
  const std::vector<Case> large{
      {"ij,jk->ik", {{33, 34}, {34, 35}}},          {"ji,jk->ik", {{34, 33}, {34, 35}}},
      {"ij,kj->ik", {{33, 34}, {35, 34}}},          {"ij,kj->ki", {{33, 34}, {35, 34}}},
      {"bij,bjk->bik", {{2, 33, 33}, {2, 33, 34}}}, {"ij,j->i", {{200, 170}, {170}}}};
  for (const Case& one : large) {
    INFO(text_of(one));
    const std::vector<Tensor> operands = operands_for(one);
    const Tensor expected = brute_force(one.written_out, operands);
    CHECK(allclose(einsum(one.subscripts, operands), expected, 1e-12, 1e-12));
    CHECK(allclose(einsum(one.subscripts, {operands[0].to(float32), operands[1].to(float32)}).to(float64),
                   expected, 1e-4, 1e-4));
  }
}

TEST_CASE("einsum: the same tensor twice", "[einsum]") {
  const Tensor a = numbers({3, 3}).requires_grad_();
  const auto square = [](const Tensor& x) { return einsum("ij,jk->ik", x, x); };
  CHECK(gradcheck(square, a));
  CHECK(gradgradcheck(square, a));
  const auto cube = [](const Tensor& x) { return einsum("ij,jk,ki->", x, x, x); };
  CHECK(gradcheck(cube, a));
  CHECK(gradgradcheck(cube, a));
}

TEST_CASE("einsum: dtypes are promoted, booleans are counted", "[einsum]") {
  CHECK(einsum("i,i->", ones({2}, float32), ones({2}, float64)).dtype() == float64);
  CHECK(einsum("i,i->i", ones({2}, int64), ones({2}, float32)).dtype() == float32);
  const Tensor count = einsum("i->", tensor({true, false, true}));
  CHECK(count.dtype() == int64);
  CHECK(count.item<std::int64_t>() == 2);
  const Tensor x = ones({2}, float32).requires_grad_();
  einsum("i,i->", x, ones({2}, float64)).backward();
  CHECK(x.grad().dtype() == float32);
}

TEST_CASE("einsum: what cannot be read is refused, with the text and a cure", "[einsum]") {
  const Tensor a = ones({2, 3}), b = ones({3, 4});
  const auto refused = [&](const std::string& subscripts, const std::string& text) {
    CHECK_THAT(error_text<value_error>([&] { einsum(subscripts, a, b); }),
               StartsWith("value_error: einsum:") && ContainsSubstring(text) &&
                   ContainsSubstring("\"" + subscripts + "\"") && ContainsSubstring("try"));
  };
  refused("ij->ij", "1 subscript for 2 operands");
  refused("ij,jk,kl->il", "3 subscripts for 2 operands");
  refused("ij,jk->ii", "names i twice");
  refused("ij,jk->il", "no operand has the letter l");
  refused("i1,1k->ik", "'1' is no letter");
  refused("i......,jk->ik", "\"...\" at most");
  refused("ij,jk->i->k", "is no letter");
  CHECK_THROWS_AS(einsum("", std::vector<Tensor>()), value_error);
}

TEST_CASE("einsum: shapes that do not fit are refused, with the operands and their lines", "[einsum]") {
  const Tensor a = ones({2, 3}), b = ones({4, 5});
  const std::string text = error_text<shape_error>([&] { einsum("ij,jk->ik", a, b); });
  const auto line = "tests/autodiff/contraction/einsum.cpp:" + std::to_string(__LINE__ - 1);
  const auto made = "tests/autodiff/contraction/einsum.cpp:" + std::to_string(__LINE__ - 3);
  CHECK_THAT(text, ContainsSubstring("the axes called j differ: 3 and 4") && ContainsSubstring(line) &&
                       ContainsSubstring(made) && ContainsSubstring("(2, 3)") && ContainsSubstring("(4, 5)"));
  CHECK_THAT(error_text<shape_error>([&] { einsum("i,jk->ik", a, b); }),
             ContainsSubstring("operand A has 2 axes, its subscripts name 1"));
  CHECK_THROWS_AS(einsum("ijk,jk->ik", a, b), shape_error);
  CHECK_THROWS_AS(einsum("ijk...,jk->ik", a, b), shape_error);
  CHECK_THROWS_AS(einsum("ii->", a), shape_error);
  CHECK_THROWS_AS(einsum("...,...->...", a, b), shape_error);
  CHECK_THROWS_AS(einsum("ij,jk->ik", a, Tensor()), value_error);
}
