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

enum class Kind { result, parameter, constant, number };

/// What stands in a node of the picture, a line each, and the box that it stands in.
struct Drawn {
  std::vector<std::string> lines;
  std::string box;
  Kind kind = Kind::number;
  std::string title;  // what others call it: its name, or the operation
};
struct Arrow {
  std::size_t from, to;
  std::string label;  // which operand it is in the notation, where there are several
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
    const Node& node = y.node();
    const std::size_t own = nodes.size();
    numbers_[&node] = own;
    nodes.push_back(drawn(y));
    const std::vector<std::string> titles = operand_titles(node);
    const bool labelled = is_ambiguous(node, titles);
    for (std::size_t i = 0; i < node.operand_count; ++i) {
      std::size_t from = nodes.size();
      if (node.is_number(i)) {
        nodes.push_back({{titles[i]}, "", Kind::number, ""});
      } else {
        from = numbers_.at(node.operands()[i].node);
      }
      arrows.push_back({from, own, labelled ? operand_name(i) : ""});
    }
  }

  Drawn drawn(const Tensor& y) const {
    const Node& node = y.node();
    Drawn all;
    all.kind = !node.is_leaf() ? Kind::result : node.requires_grad ? Kind::parameter : Kind::constant;
    std::string title;
    if (const auto named = names_.find(&node); named != names_.end()) {
      title = named->second;
      if (const std::size_t dot = title.rfind('.'); dot != std::string::npos) {
        all.box = title.substr(0, dot);
        title = title.substr(dot + 1);
      }
    } else {
      all.box = box_of(node);
    }
    if (node.is_leaf()) {
      if (title.empty()) title = node.requires_grad ? "parameter" : "constant";
      all.lines.push_back(title);
    } else {
      const std::string equals = title.empty() ? "" : title + " = ", operation = node.rule->name;
      const std::string formula = formula_of(node);
      const bool names_itself = formula.starts_with(operation + "(");
      all.lines.push_back(equals + (names_itself ? formula : operation));
      if (!names_itself) all.lines.push_back(formula);
      if (title.empty()) title = operation;
    }
    all.title = title;
    all.lines.push_back(fmt::format("{} {}", to_string(node.shape), name_of(node.dtype)));
    if (node.numel() == 1) all.lines.push_back("value " + short_text(y));
    if (const Tensor gradient = y.grad(); gradient.defined())
      all.lines.push_back(gradient.numel() == 1 ? "grad " + short_text(gradient) : "has a gradient");
    if (node.location().line != 0) all.lines.push_back(line_of(node.location()));
    return all;
  }

  /// The names, operations and numbers that an operation takes.
  std::vector<std::string> operand_titles(const Node& y) const {
    std::vector<std::string> titles;
    for (std::size_t i = 0; i < y.operand_count; ++i) {
      titles.push_back(y.is_number(i) ? short_text(operand_of(y, i))
                                      : nodes[numbers_.at(y.operands()[i].node)].title);
    }
    return titles;
  }
  /// Whether two different operands are called alike.
  static bool is_ambiguous(const Node& y, const std::vector<std::string>& titles) {
    std::map<std::string, const Node*> called;
    for (std::size_t i = 0; i < titles.size(); ++i) {
      const Node* const operand = y.is_number(i) ? nullptr : y.operands()[i].node;
      if (called.emplace(titles[i], operand).first->second != operand) return true;
    }
    return false;
  }
  /// In the names of the operands; as a, b, …, which then stand at the arrows, if two are called alike.
  std::string formula_of(const Node& y) const {
    const std::vector<std::string> titles = operand_titles(y);
    return is_ambiguous(y, titles) ? notation_of(y) : with_names(notation_of(y), titles, "");
  }

  /// The box of the parameters of an operation that takes something from elsewhere, too: that is what their
  /// module does, where the square of a weight is not.
  std::string box_of(const Node& y) const {
    std::string box;
    bool takes_input = false;
    for (std::size_t i = 0; i < y.operand_count; ++i) {
      if (y.is_number(i)) continue;
      const Drawn& operand = nodes[numbers_.at(y.operands()[i].node)];
      if (operand.kind != Kind::parameter || operand.box.empty()) {
        takes_input = true;
      } else if (box.empty() || box == operand.box) {
        box = operand.box;
      } else {
        return "";
      }
    }
    return takes_input ? box : "";
  }

  /// Without the folders, which would make the nodes wide.
  static std::string line_of(Location at) {
    const std::string_view file = at.file;
    return fmt::format("{}:{}", file.substr(file.rfind('/') + 1), at.line);
  }

  static std::string short_text(const Tensor& one) {
    return fmt::format("{:.6g}", without_nan_sign(one.item()));
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
  std::string text =
      "digraph {\n"
      "  rankdir=BT;\n"
      "  graph [fontname=\"sans-serif\", style=rounded, color=\"#8a94a0\"];\n"
      "  node [fontname=\"sans-serif\", shape=box, style=filled, fillcolor=white];\n"
      "  edge [fontname=\"sans-serif\", fontsize=11, color=\"#5b6672\"];\n";
  const auto look = [](Kind kind) {
    switch (kind) {
      case Kind::parameter:
        return R"(, style="rounded,filled", fillcolor="#ffe8bf")";
      case Kind::constant:
        return R"(, style="rounded,filled", fillcolor="#e3ecf5")";
      case Kind::number:
        return ", shape=plaintext, style=solid";
      case Kind::result:
        break;
    }
    return "";
  };
  std::size_t cluster = 0;
  for (const auto& [box, members] : boxes_of(graph)) {
    const std::string margin = box.empty() ? "  " : "    ";
    if (!box.empty())
      text += fmt::format("  subgraph cluster_{} {{\n    label=\"{}\";\n", cluster++, escaped(box, "\\\""));
    for (const std::size_t i : members) {
      std::vector<std::string> lines;
      for (const std::string& line : graph.nodes[i].lines) lines.push_back(escaped(line, "\\\""));
      text += fmt::format("{}n{} [label=\"{}\"{}];\n", margin, i, fmt::join(lines, "\\n"),
                          look(graph.nodes[i].kind));
    }
    if (!box.empty()) text += "  }\n";
  }
  for (const Arrow& arrow : graph.arrows) {
    const std::string label = arrow.label.empty() ? "" : fmt::format(" [label=\" {} \"]", arrow.label);
    text += fmt::format("  n{} -> n{}{};\n", arrow.from, arrow.to, label);
  }
  return text + "}\n";
}

std::string to_mermaid(const Tensor& output, const Names& names) {
  const Graph graph(output, names);
  std::string text = "flowchart BT\n  classDef parameter fill:#ffe8bf\n  classDef constant fill:#e3ecf5\n";
  const auto look = [](Kind kind) {
    return kind == Kind::parameter ? ":::parameter" : kind == Kind::constant ? ":::constant" : "";
  };
  std::size_t cluster = 0;
  for (const auto& [box, members] : boxes_of(graph)) {
    if (!box.empty()) text += fmt::format("  subgraph c{} [\"{}\"]\n", cluster++, escaped(box, "#quot;"));
    for (const std::size_t i : members) {
      std::vector<std::string> lines;
      for (const std::string& line : graph.nodes[i].lines) lines.push_back(escaped(line, "#quot;"));
      const bool is_result = graph.nodes[i].kind == Kind::result;
      text += fmt::format("  n{}{}\"{}\"{}{}\n", i, is_result ? "[" : "(", fmt::join(lines, "<br>"),
                          is_result ? "]" : ")", look(graph.nodes[i].kind));
    }
    if (!box.empty()) text += "  end\n";
  }
  for (const Arrow& arrow : graph.arrows) {
    const std::string label = arrow.label.empty() ? "" : fmt::format(" -- {}", arrow.label);
    text += fmt::format("  n{}{} --> n{}\n", arrow.from, label, arrow.to);
  }
  return text;
}

}  // namespace eingrad
