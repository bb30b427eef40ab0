#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <autodiff/contraction/contract.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad::einstein {

/// A tensor of a graph, and how it is computed as index notation says it: what the engine does for speed or
/// for precision is seen through. A fused operation is its composition, a softmax is one operation however it
/// keeps its exponentials small, picking elements by labels is a product with a one-hot tensor.
struct Vertex {
  enum class Kind {
    given,        ///< a leaf
    number,       ///< a constant whose elements are all alike
    elementwise,  ///< `operation` on the operands, broadcast
    contraction,  ///< of one or two operands, by `letters`
    softmax,      ///< of the operand, over its axes `along`
    logsumexp,
    largest,
    same,   ///< the operand with other axes of one element
    opaque  ///< what has no index notation
  };

  Kind kind;
  Tensor value;
  std::string operation{};
  std::vector<std::size_t> operands{};  ///< places in the list, all before this one
  Contraction letters{};
  std::vector<std::size_t> along{};
  bool is_mean = false;        ///< a contraction over the number of what it adds up
  bool is_one_hot = false;     ///< given by labels
  bool is_complement = false;  ///< data that is 1 - other data, as the values show
  bool is_argument = false;    ///< of a fused operation, or of a loss written out
  enum class Role { none, prediction, target } role = Role::none;  ///< in the loss

  bool is(const char* name) const { return kind == Kind::elementwise && operation == name; }
};

/// The graph of a tensor, operands first.
class Vertices {
 public:
  /// `named` are the user's tensors. graph_error if a backward pass has freed the graph, or a value was
  /// overwritten since.
  explicit Vertices(const Tensor& output, std::vector<Tensor> named = {});

  const std::vector<Vertex>& list() const { return list_; }
  /// The place of a tensor in the list, or null if it is not in the graph.
  const std::size_t* find(const Tensor& tensor) const;
  std::size_t output() const { return output_; }

 private:
  std::size_t read(const Tensor& y);
  std::size_t add(Vertex vertex);
  void add_node(const Tensor& y);
  Vertex vertex_of(const Tensor& y);
  std::optional<std::size_t> complement_of(const Tensor& a);
  std::size_t read_fused(const Tensor& y);
  void find_residuals();

  std::vector<Tensor> named_;
  std::vector<Vertex> list_;
  std::map<const Node*, std::size_t> known_;
  std::vector<Tensor> kept_;  // what compositions were made of, so that no node takes the place of another
  std::size_t output_ = 0;
};

}  // namespace eingrad::einstein
