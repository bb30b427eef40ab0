// The first bytes are the operands' shapes: how many there are, then for each its rank and its extents, all
// small. The rest is the subscripts.
#include <vector>

#include <autodiff/contraction/einsum.hpp>
#include <autodiff/create.hpp>
#include <tests/fuzz/fuzz.hpp>

namespace {

void read(std::string_view bytes) {
  const auto next = [&](std::size_t below) {
    if (bytes.empty()) return std::size_t{0};
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    return byte % below;
  };
  std::vector<eingrad::Tensor> operands;
  for (std::size_t count = next(4); count > 0; --count) {
    eingrad::Shape shape = eingrad::Shape::filled(next(4));
    for (std::int64_t& extent : shape) extent = static_cast<std::int64_t>(next(4));
    operands.push_back(eingrad::ones(shape, eingrad::float64));
  }
  eingrad::einsum(bytes, operands);
}

}  // namespace

EINGRAD_FUZZ(read)
