#pragma once
#include <string>

#include <autodiff/draw_graph.hpp>

namespace chapter {

/// value_error, about `option`, unless draw_graph can draw into this file: it ends in .svg, for which
/// Graphviz's program dot is there, or in .dot or .mmd, and can be written. To be asked before long work.
void check_graph_path(const std::string& option, const std::string& path);

/// Draws the graph that computed a tensor, with the user's names: as a picture into a file.svg, as the text
/// that Graphviz draws into a file.dot, and as the one of Mermaid into a file.mmd.
void draw_graph(const std::string& path, const eingrad::Tensor& output, const eingrad::Names& names);

}  // namespace chapter
