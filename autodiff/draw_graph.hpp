#pragma once
#include <string>
#include <utility>
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

// The graph that computed a tensor, as a picture: each tensor with the operation that made it, its formula in
// the names of its operands, shape, line, and of a single element the value and the gradient. Parameters,
// constants and results differ in colour; where two operands are called alike, arrows say which is a and b.
//
// `names` are the user's: {{"x", x}, {"loss", loss}}, or a module's named_parameters(). Parameters whose
// names have a dot stand in a box called by what is in front of it: layer.weight and layer.bias in the box
// `layer`, and with them the operation that takes them beside its input.

using Names = std::vector<std::pair<std::string, Tensor>>;

/// In the language of Graphviz: `dot -Tsvg` draws it.
std::string to_dot(const Tensor& output, const Names& names = {});
/// In the language of Mermaid, which Markdown renderers draw.
std::string to_mermaid(const Tensor& output, const Names& names = {});

}  // namespace eingrad
