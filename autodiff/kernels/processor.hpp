#pragma once

namespace eingrad::kernels {

/// The kinds of processor that kernels are compiled for. Each gives the same digits.
enum class Processor { baseline, avx2, avx512 };

/// The best kind that this processor is, or the one that the environment variable EINGRAD_ARCH names
/// (baseline, avx2, avx512). value_error if it names one that this processor is not.
Processor processor();

}  // namespace eingrad::kernels
