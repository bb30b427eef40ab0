#include <autodiff/error.hpp>
#include <data/rows.hpp>

namespace eingrad::data {

std::int64_t common_rows(const char* operation, std::span<const Tensor> tensors, Location at) {
  if (tensors.empty())
    throw Report(operation, "there is no tensor", at).hint("{x, t}, or a single tensor").as<shape_error>();
  const Tensor& first = tensors.front();
  for (const Tensor& tensor : tensors) {
    if (tensor.shape(at).empty()) {
      throw Report(operation, "a tensor without axes has no rows", at)
          .operand("A", tensor)
          .hint("unsqueeze(0) for a single row")
          .as<shape_error>();
    }
    if (tensor.size(0) != first.size(0)) {
      throw Report(operation, "the tensors differ in their number of rows", at)
          .operand("A", first)
          .operand("B", tensor)
          .hint("a row of each tensor for every sample: the first axes must be of equal extent")
          .as<shape_error>();
    }
  }
  return first.size(0);
}

}  // namespace eingrad::data
