#include <autodiff/contraction/axes.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/reduction/rows.hpp>

namespace eingrad {

Tensor as_rows(const Tensor& a, const std::vector<bool>& reduced, Location at) {
  std::vector<std::int64_t> order;
  Shape matrix{1, 1};
  for (const bool taken : {false, true}) {
    for (std::size_t axis = 0; axis < reduced.size(); ++axis) {
      if (reduced[axis] != taken) continue;
      order.push_back(static_cast<std::int64_t>(axis));
      matrix[taken ? 1 : 0] *= a.shape()[axis];
    }
  }
  if (std::ranges::is_sorted(order)) return reshape(Operand(a, at.file, at.line), matrix);
  return reshape(Operand(permute(Operand(a, at.file, at.line), order), at.file, at.line), matrix);
}

}  // namespace eingrad
