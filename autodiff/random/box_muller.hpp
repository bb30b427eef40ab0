#pragma once
#include <cstddef>
#include <span>

namespace eingrad {

/// PyTorch transforms uniform numbers into normal ones in blocks of 16: the j-th of the first eight is the
/// radius, the j-th of the last eight the angle of the j-th pair.
inline constexpr std::size_t box_muller_block = 16;

/// Turns numbers that are uniform on [0, 1) into normal ones, in place, with log, sin and cos of the C
/// library. The size is a multiple of box_muller_block.
void box_muller(std::span<double> blocks, double mean, double std);

/// The same in float, with the polynomials of Moshier's Cephes library in the arrangement of PyTorch's AVX2
/// kernel: the numbers are those of PyTorch on every processor.
void box_muller(std::span<float> blocks, float mean, float std);

}  // namespace eingrad
