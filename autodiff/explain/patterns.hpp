#pragma once
#include <vector>

#include <autodiff/explain/vertices.hpp>

namespace eingrad::einstein {

/// What a vertex is in index notation, given those before it: itself as a rule; a softmax, or the logarithm
/// of one, for the operations that compute it in a range that does not overflow; a mean for a sum over its
/// number. The last of the list stands for the vertex.
std::vector<Vertex> seen_through(Vertex vertex, const std::vector<Vertex>& before);

}  // namespace eingrad::einstein
