// An element's digits do not depend on where it stands: in which lane of a register, in the rest behind the
// last full one, alone, or beside an operand that is repeated.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <autodiff/backward.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <tests/autodiff/elementwise/samples.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::sample;
using testing::values;

namespace {

constexpr std::size_t total = 1000;

/// The result, and the gradient by each operand that has one, for elements from `first` on.
template <class T>
struct Results {
  std::vector<std::vector<T>> rows;

  Results(const ElementwiseFacts& operation, const std::vector<Tensor>& all, std::size_t first,
          std::size_t n) {
    const auto part = [&](const Tensor& a) {
      Tensor some = empty({n}, a.dtype());
      std::ranges::copy(a.span<T>().subspan(first, n), some.mutable_span<T>().begin());
      return some;
    };
    std::vector<Tensor> operands;
    for (const Tensor& a : all) {
      operands.push_back(part(a));
      if (operation.differentiable) operands.back().requires_grad_();
    }
    const Tensor y = operation.call(operands);
    rows.push_back(values<T>(y.to(dtype_of<T>())));
    if (!operation.differentiable) return;
    for (const Tensor& gradient : grad(y, operands, {.cotangents = {part(all[0])}, .allow_unused = true})) {
      if (gradient.defined()) rows.push_back(values<T>(gradient));
    }
  }
};

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b, std::size_t first) {
  return std::memcmp(a.data(), b.data() + first, a.size() * sizeof(T)) == 0;
}

template <class T>
void check_positions(const ElementwiseFacts& operation) {
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < operation.domain.size(); ++k)
    operands.push_back(sample(operation, k, {total}, dtype_of<T>()));
  const Results<T> whole(operation, operands, 0, total);
  std::string differences;
  for (const std::size_t n : {1U, 2U, 3U, 4U, 5U, 8U, 33U}) {
    for (std::size_t first = 0; first < 70; ++first) {
      const Results<T> part(operation, operands, first, n);
      for (std::size_t row = 0; row < part.rows.size(); ++row) {
        if (same_bits(part.rows[row], whole.rows[row], first)) continue;
        differences +=
            " row " + std::to_string(row) + " of " + std::to_string(n) + " from " + std::to_string(first);
      }
    }
  }
  CHECK(differences == "");
}

}  // namespace

TEST_CASE("lanes: an element's digits do not depend on its position", "[sweep]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    INFO(operation.name);
    check_positions<double>(operation);
    check_positions<float>(operation);
  }
}

TEST_CASE("lanes: an operand that is repeated gives the digits of one that is written out", "[sweep]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    INFO(operation.name);
    for (const Dtype dtype : {float32, float64}) {
      for (std::size_t repeated = 0; repeated < operation.domain.size(); ++repeated) {
        std::vector<Tensor> operands, written_out;
        for (std::size_t k = 0; k < operation.domain.size(); ++k) {
          operands.push_back(sample(operation, k, k == repeated ? Shape{1} : Shape{37}, dtype));
          written_out.push_back(k == repeated ? full({37}, operands.back().item<double>(), dtype)
                                              : operands.back());
        }
        const Tensor y = operation.call(operands).to(float64), z = operation.call(written_out).to(float64);
        if (operation.domain.size() > 1) CHECK(values<double>(y) == values<double>(z));
      }
    }
  }
}
