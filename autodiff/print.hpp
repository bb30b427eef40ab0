#pragma once
#include <iosfwd>
#include <string>

namespace eingrad {

class Tensor;

/// A tensor as PyTorch prints it: four decimals, or none if all numbers are whole, or scientific if they are
/// far apart, very large or very small; aligned, in lines of 80 characters; of more than 1,000 elements the
/// first and last three along each axis. What follows the elements names what is not the default:
/// `dtype=float64`, `shape=(0, 3)` of a tensor without elements, `requires_grad=True`, or `grad_fn=<tanh>`,
/// the operation that computed the tensor.
std::string to_string(const Tensor& tensor);
std::ostream& operator<<(std::ostream& stream, const Tensor& tensor);

}  // namespace eingrad
