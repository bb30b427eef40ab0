#include <algorithm>

#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/explain/patterns.hpp>
#include <autodiff/explain/vertices.hpp>
#include <autodiff/fused.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/selection.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

using Kind = Vertex::Kind;

bool is_uniform(const Tensor& a) {
  if (a.numel() == 0) return false;
  const Tensor values = a.detach().to(float64);
  const auto elements = values.span<double>();
  return std::ranges::all_of(elements, [&](double x) { return x == elements[0]; });
}

bool is_data(const Tensor& a) {
  return a.defined() && a.is_leaf() && !a.requires_grad() && is_floating(a.dtype());
}

std::vector<std::int64_t> without_ones(const Shape& shape) {
  std::vector<std::int64_t> extents(shape.begin(), shape.end());
  std::erase(extents, 1);
  return extents;
}

void check_usable(const Tensor& y) {
  const Node& node = y.node();
  if (node.freed) {
    throw Report("explain", "a backward pass has freed the graph of the loss", node.location())
        .hint("explain before backward, or backward({.retain_graph = true})")
        .as<graph_error>();
  }
  for (std::size_t i = 0; i < node.operand_count; ++i) {
    if (node.is_number(i) || node.operands()[i].node->written <= node.created) continue;
    throw Report("explain", fmt::format("an operand of {} was overwritten since", node.rule->name),
                 node.location())
        .operand("x", operand_of(node, i))
        .hint("explain before the optimizer's step")
        .as<graph_error>();
  }
}

/// 1 where a pick points: what picks one element a row along the last axis, as a product. Undefined if the
/// picks are none of these.
Tensor one_hot_of(const Selection& selection, const Tensor& operand, const Tensor& y) {
  const Shape &from = operand.shape(), &to = y.shape();
  if (selection.transposed || selection.maps.size() != 1 || from.empty() || from.size() != to.size() ||
      to.back() != 1)
    return {};
  const IndexMap& map = *selection.maps[0];
  const std::int64_t rows = y.numel(), classes = from.back();
  if (map.run != 1 || std::ssize(map.picks) != rows || operand.numel() != rows * classes) return {};
  Tensor hot = zeros(from, float64);
  auto* elements = static_cast<double*>(hot.node().data);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t pick = map.picks[static_cast<std::size_t>(row)];
    if (pick / classes != row) return {};
    elements[pick] = 1;
  }
  return hot;
}

}  // namespace

Vertices::Vertices(const Tensor& output, std::vector<Tensor> named)
    : named_(std::move(named)), output_(read(output)) {
  find_residuals();
}

// (A - B)² and |A - B| for data B: a loss written out.
void Vertices::find_residuals() {
  for (const Vertex& y : list_) {
    if (!y.is("square") && !y.is("abs")) continue;
    const Vertex& residual = list_[y.operands[0]];
    if (!residual.is("sub")) continue;
    Vertex &a = list_[residual.operands[0]], &b = list_[residual.operands[1]];
    const bool is_data = b.is_complement || (b.kind == Kind::given && !b.value.requires_grad());
    if (a.kind == Kind::given || !is_data) continue;
    a.is_argument = true;
    a.role = Vertex::Role::prediction;
    b.role = Vertex::Role::target;
  }
}

const std::size_t* Vertices::find(const Tensor& tensor) const {
  const auto found = known_.find(tensor.get());
  return found == known_.end() ? nullptr : &found->second;
}

std::size_t Vertices::add(Vertex vertex) {
  list_.push_back(std::move(vertex));
  return list_.size() - 1;
}

// Without recursion, which deep graphs would not stand: operands are created before their results.
std::size_t Vertices::read(const Tensor& y) {
  std::vector<Tensor> nodes, open{y};
  std::map<const Node*, bool> seen;
  while (!open.empty()) {
    const Tensor next = std::move(open.back());
    open.pop_back();
    if (known_.contains(next.get()) || std::exchange(seen[next.get()], true)) continue;
    nodes.push_back(next);
    if (next.is_leaf()) continue;
    check_usable(next);
    for (std::size_t i = 0; i < next.node().operand_count; ++i) {
      if (!next.node().is_number(i)) open.push_back(operand_of(next.node(), i));
    }
  }
  std::ranges::sort(nodes, {}, [](const Tensor& node) { return node.node().created; });
  for (const Tensor& node : nodes) {
    if (!known_.contains(node.get())) add_node(node);
  }
  return known_.at(y.get());
}

void Vertices::add_node(const Tensor& y) {
  if (!y.is_leaf() && dynamic_cast<const FusedRule*>(y.node().rule) != nullptr) {
    known_[y.get()] = read_fused(y);
    return;
  }
  if (const auto other = complement_of(y)) {
    Vertex vertex{Kind::elementwise, y, "sub"};
    vertex.operands = {add({Kind::number, ones({}, y.dtype())}), *other};
    vertex.is_complement = true;
    known_[y.get()] = add(std::move(vertex));
    return;
  }
  Vertex vertex = vertex_of(y);
  if (vertex.kind == Kind::opaque) {
    known_[y.get()] = add(std::move(vertex));
    return;
  }
  std::vector<Vertex> read = seen_through(std::move(vertex), list_);
  for (Vertex& each : read) known_[y.get()] = add(std::move(each));
}

std::size_t Vertices::read_fused(const Tensor& y) {
  const enable_grad guard;
  const bool is_loss = std::string_view(y.node().rule->name).ends_with("loss");
  std::vector<Tensor> copies;
  for (std::size_t i = 0; i < y.node().operand_count; ++i) {
    const Tensor operand = operand_of(y.node(), i);
    copies.push_back(operand.detach());
    if (is_floating(operand.dtype())) copies.back().requires_grad_();
    const std::size_t place = known_.at(operand.get());
    known_[copies.back().get()] = place;
    list_[place].is_argument = true;
    if (is_loss) list_[place].role = i == 0 ? Vertex::Role::prediction : Vertex::Role::target;
  }
  const Tensor result = static_cast<const FusedRule*>(y.node().rule)->composed(copies);
  kept_.insert(kept_.end(), copies.begin(), copies.end());
  kept_.push_back(result);
  return read(result);
}

// Of 1 - b for data b, which no graph records, the place of b.
std::optional<std::size_t> Vertices::complement_of(const Tensor& a) {
  const auto is_it = [&](const Tensor& b) { return b.is(a); };
  if (!is_data(a) || is_uniform(a) || std::ranges::any_of(named_, is_it)) return {};
  const auto fits = [&](const Tensor& b) {
    return is_data(b) && b.dtype() == a.dtype() && b.shape() == a.shape() && equal(a, 1 - b);
  };
  for (const Tensor& b : named_) {
    if (!fits(b)) continue;
    if (!known_.contains(b.get())) known_[b.get()] = add(vertex_of(b));
    return known_.at(b.get());
  }
  for (std::size_t v = 0; v < list_.size(); ++v) {
    if (list_[v].kind == Kind::given && fits(list_[v].value)) return v;
  }
  return {};
}

Vertex Vertices::vertex_of(const Tensor& y) {
  const Node& node = y.node();
  if (y.is_leaf()) return {y.requires_grad() || !is_uniform(y) ? Kind::given : Kind::number, y};
  Vertex vertex{Kind::opaque, y, node.rule->name};
  std::vector<Tensor> operands;
  for (std::size_t i = 0; i < node.operand_count; ++i) {
    operands.push_back(operand_of(node, i));
    vertex.operands.push_back(node.is_number(i) ? add({Kind::number, operands[i]})
                                                : known_.at(operands[i].get()));
  }
  if (const auto* contraction = dynamic_cast<const ContractionAttributes*>(node.attributes())) {
    vertex.kind = Kind::contraction;
    vertex.letters = contraction->letters;
    return vertex;
  }
  const auto& elementwise = elementwise_operations();
  if (std::ranges::find(elementwise, std::string_view(node.rule->name), &ElementwiseFacts::name) !=
      elementwise.end()) {
    vertex.kind = Kind::elementwise;
    return vertex;
  }
  const bool is_one_to_one =
      vertex.operation == "reshape" || vertex.operation == "clone" || vertex.operation == "to";
  if (is_one_to_one && without_ones(operands[0].shape()) == without_ones(y.shape())) {
    vertex.kind = Kind::same;
    return vertex;
  }
  if (vertex.operation == "amax" && operands[0].dim() == y.dim() + 1) {
    vertex.kind = Kind::largest;
    vertex.along = {static_cast<std::size_t>(y.dim())};
    return vertex;
  }
  const auto* selection = dynamic_cast<const Selection*>(node.attributes());
  if (selection != nullptr && vertex.operation == "gather") {
    const Tensor hot = one_hot_of(*selection, operands[0], y);
    if (!hot.defined()) return vertex;
    Vertex labels{Kind::given, hot};
    labels.is_one_hot = true;
    vertex.operands.insert(vertex.operands.begin(), add(std::move(labels)));
    vertex.kind = Kind::contraction;
    const std::string letters = axis_letters(operands[0].shape().size());
    vertex.letters = {letters, letters, letters.substr(0, letters.size() - 1) + "z"};
  }
  return vertex;
}

}  // namespace eingrad::einstein
