#include <algorithm>
#include <map>
#include <string_view>

#include <autodiff/draw_graph.hpp>
#include <autodiff/notation.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad {

namespace {

/// What stands in a node of the picture, a line each, and the box that it stands in.
struct Drawn {
  std::vector<std::string> lines;
  std::string box;
  bool is_leaf = true;
};
struct Arrow {
  std::size_t from, to;
};

class Graph {
 public:
  Graph(const Tensor& output, const Names& names) {
    for (const auto& [name, tensor] : names) names_[tensor.get()] = name;
    // Operands first, without recursion: graphs may be deep.
    std::vector<Tensor> open{output};
    while (!open.empty()) {
      const Tensor y = open.back();
      const bool ready =
          std::ranges::all_of(operands_of(y), [&](const Tensor& a) { return numbers_.contains(a.get()); });
      if (!ready && !numbers_.contains(y.get())) {
        for (const Tensor& operand : operands_of(y)) open.push_back(operand);
        continue;
      }
      open.pop_back();
      if (!numbers_.contains(y.get())) add(y);
    }
  }

  std::vector<Drawn> nodes;
  std::vector<Arrow> arrows;

 private:
  static std::vector<Tensor> operands_of(const Tensor& y) {
    std::vector<Tensor> operands;
    for (std::size_t i = 0; i < y.node().operand_count; ++i) {
      if (!y.node().is_number(i)) operands.push_back(operand_of(y.node(), i));
    }
    return operands;
  }

  void add(const Tensor& y) {
    const std::size_t own = nodes.size();
    numbers_[y.get()] = own;
    nodes.push_back(drawn(y));
    for (const Tensor& operand : operands_of(y)) arrows.push_back({numbers_.at(operand.get()), own});
    for (std::size_t i = 0; i < y.node().operand_count; ++i) {
      if (!y.node().is_number(i)) continue;
      arrows.push_back({nodes.size(), own});
      nodes.push_back({{repr(operand_of(y.node(), i).item())}, "", true});
    }
  }

  Drawn drawn(const Tensor& y) const {
    const Node& node = y.node();
    Drawn all;
    all.is_leaf = node.is_leaf();
    std::string title;
    if (const auto named = names_.find(&node); named != names_.end()) {
      title = named->second;
      const std::size_t dot = title.rfind('.');
      if (dot != std::string::npos) all.box = title.substr(0, dot);
    }
    if (!node.is_leaf()) title += (title.empty() ? "" : " = ") + std::string(node.rule->name);
    if (title.empty()) title = node.requires_grad ? "parameter" : "constant";
    all.lines.push_back(title);
    if (const std::string formula = notation_of(node); !formula.empty()) all.lines.push_back(formula);
    all.lines.push_back(fmt::format("{} {}", to_string(node.shape), name_of(node.dtype)));
    if (node.numel() == 1) all.lines.push_back("value " + repr(y.item()));
    if (const Tensor gradient = y.grad(); gradient.defined())
      all.lines.push_back(gradient.numel() == 1 ? "grad " + repr(gradient.item()) : "has a gradient");
    if (node.location().line != 0)
      all.lines.push_back(fmt::format("{}:{}", node.location().file, node.location().line));
    return all;
  }

  std::map<const Node*, std::string> names_;
  std::map<const Node*, std::size_t> numbers_;
};

std::string escaped(std::string_view text, std::string_view quote) {
  std::string safe;
  for (const char c : text) safe += c == '"' ? std::string(quote) : c == '\\' ? "\\\\" : std::string(1, c);
  return safe;
}

/// The nodes of each box; those of "" stand in none.
std::map<std::string, std::vector<std::size_t>> boxes_of(const Graph& graph) {
  std::map<std::string, std::vector<std::size_t>> boxes;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) boxes[graph.nodes[i].box].push_back(i);
  return boxes;
}

}  // namespace

std::string to_dot(const Tensor& output, const Names& names) {
  const Graph graph(output, names);
  std::string text = "digraph {\n  rankdir=BT;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  std::size_t cluster = 0;
  for (const auto& [box, members] : boxes_of(graph)) {
    const std::string margin = box.empty() ? "  " : "    ";
    if (!box.empty())
      text += fmt::format("  subgraph cluster_{} {{\n    label=\"{}\";\n", cluster++, escaped(box, "\\\""));
    for (const std::size_t i : members) {
      std::vector<std::string> lines;
      for (const std::string& line : graph.nodes[i].lines) lines.push_back(escaped(line, "\\\""));
      text += fmt::format("{}n{} [label=\"{}\"{}];\n", margin, i, fmt::join(lines, "\\n"),
                          graph.nodes[i].is_leaf ? ", style=rounded" : "");
    }
    if (!box.empty()) text += "  }\n";
  }
  for (const Arrow& arrow : graph.arrows) text += fmt::format("  n{} -> n{};\n", arrow.from, arrow.to);
  return text + "}\n";
}

std::string to_mermaid(const Tensor& output, const Names& names) {
  const Graph graph(output, names);
  std::string text = "flowchart BT\n";
  std::size_t cluster = 0;
  for (const auto& [box, members] : boxes_of(graph)) {
    if (!box.empty()) text += fmt::format("  subgraph c{} [\"{}\"]\n", cluster++, escaped(box, "#quot;"));
    for (const std::size_t i : members) {
      std::vector<std::string> lines;
      for (const std::string& line : graph.nodes[i].lines) lines.push_back(escaped(line, "#quot;"));
      const bool is_leaf = graph.nodes[i].is_leaf;
      text += fmt::format("  n{}{}\"{}\"{}\n", i, is_leaf ? "(" : "[", fmt::join(lines, "<br>"),
                          is_leaf ? ")" : "]");
    }
    if (!box.empty()) text += "  end\n";
  }
  for (const Arrow& arrow : graph.arrows) text += fmt::format("  n{} --> n{}\n", arrow.from, arrow.to);
  return text;
}

}  // namespace eingrad
