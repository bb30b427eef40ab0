#pragma once
// libtorch's headers. Their macros CHECK and the like are taken back, so that they are Catch2's.
#include <torch/torch.h>
#undef CHECK
#undef CHECK_EQ
#undef CHECK_NE
#undef CHECK_LT
#undef CHECK_LE
#undef CHECK_GT
#undef CHECK_GE

#include <functional>
#include <vector>

namespace eingrad::testing {

using OnTorchTensors = std::function<torch::Tensor(const std::vector<torch::Tensor>&)>;

}  // namespace eingrad::testing
