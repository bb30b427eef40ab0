#pragma once
#include <autodiff/contraction/contract.hpp>

namespace eingrad::kernels {

/// y_out = Σ a_a · b_b on plain numbers, written to y's memory: eingrad::contract without the recording. Any
/// dtype with one operand whose letters are all kept; float32, float64 and int64 where there is something to
/// add.
void contract(const Contraction& letters, const Tensor& a, const Tensor* b, Tensor& y);

}  // namespace eingrad::kernels
