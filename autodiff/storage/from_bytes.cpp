#include <bit>
#include <cstring>

#include <autodiff/create.hpp>
#include <autodiff/storage/from_bytes.hpp>

namespace eingrad {

static_assert(std::endian::native == std::endian::little, "elements are copied as they stand in memory");

Tensor from_bytes(const Shape& shape, Dtype dtype, std::string_view elements, Location at) {
  Tensor values = eingrad::empty(shape, dtype, at);
  if (!elements.empty()) std::memcpy(values.node().data, elements.data(), elements.size());
  if (dtype != boolean) return values;
  auto* byte = static_cast<unsigned char*>(values.node().data);
  for (std::int64_t i = 0; i < values.numel(); ++i) byte[i] = byte[i] != 0 ? 1 : 0;
  return values;
}

}  // namespace eingrad
