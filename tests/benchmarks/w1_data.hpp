#pragma once
#include <array>

/// Workload W1, a step of chapter 1.1: y = b + w x in double precision on a mini-batch of 33, the mean
/// squared error, its value read, the gradients, and an update by gradient descent.
namespace w1 {

inline constexpr int batch = 33;
inline constexpr double lr = 0.01;
inline constexpr double first_b = 0.1, first_w = 0.3;

extern const std::array<double, batch> x, t;

}  // namespace w1
