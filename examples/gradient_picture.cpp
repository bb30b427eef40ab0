// A gradient on paper and in the engine, side by side: the derivation that `explain` reads off the graph, and
// the ledger of the backward pass through the same graph. The README shows the picture.
#include <string>
#include <utility>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/explain/explain.hpp>
#include <autodiff/storage/write_file.hpp>
#include <support/options.hpp>
#include <support/svg_plot.hpp>
#include <support/svg_text.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace eingrad;
using chapter::pixels;

struct Both {
  einstein::Explanation paper;
  BackwardTrace engine;
  std::string data;
  double by_formula, by_backward;
};

std::string numbers_of(const char* name, const Tensor& a) {
  return fmt::format("{} = ({})", name, fmt::join(a.span<double>(), ", "));
}

/// Of the same numbers as in first_gradient.cpp.
Both differentiate() {
  const Tensor x = tensor({1., 2., 3.}), y = tensor({3., 5., 8.}), b = zeros({1});
  const Tensor w = ones({1}).requires_grad_();
  const Tensor yhat = b + w * x, loss = mean(square(yhat - y));
  const Names names{{"x", x}, {"y", y}, {"b", b}, {"w", w}, {"yhat", yhat}, {"L", loss}};
  Both both{einstein::explain(loss, names), trace_backward(loss, names), "", 0, 0};
  both.data =
      fmt::format("{}, {}, w = {}, b = {}", numbers_of("x", x), numbers_of("y", y), w.item(), b.item());
  both.by_formula = both.paper.values.at("w").item();
  both.by_backward = both.engine.steps.back().gradient.item();
  return both;
}

// ---- The picture ----

constexpr const char* title = "One gradient, derived on paper and found by the engine";
constexpr const char* minus = "\u2212";
constexpr double margin = 24, width = 876, height = 480;
constexpr double right = 500, box = 196;  // where the engine's part begins, and how wide a step is
constexpr double first_line = 154, line_height = 37, step_height = 50;

/// Each `what` in a text as `with`.
std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

/// Letters in braces, x_{p}, become small and low, and spaces stay beside them.
std::string formula(double x, double y, const std::string& text) {
  std::string element = chapter::text_element(x, y, "label formula", replaced(text, " ", "\u00a0"));
  const std::string low = "<tspan class=\"low\" dy=\"4\">", back = "</tspan><tspan dy=\"-4\">";
  for (std::size_t at = element.find("_{"); at != std::string::npos; at = element.find("_{", at)) {
    const std::size_t end = element.find('}', at), stop = element.find("</text>", end);
    element.insert(stop, "</tspan>");
    element.replace(end, 1, back);
    element.replace(at, 2, low);
  }
  return element;
}

std::string line(double x0, double y0, double x1, double y1, const char* classes) {
  return fmt::format("<path class=\"{}\" d=\"M{} {}L{} {}\"/>\n", classes, pixels(x0), pixels(y0), pixels(x1),
                     pixels(y1));
}

/// The colour of a quantity whose derivative stands on both sides.
const char* colour_of(const std::string& name) { return name == "w" ? "series c1" : "series c0"; }

/// The forward pass, then each derivative; how a factor was derived is left out, the chain rule is not.
std::string draw_paper(const Both& both) {
  const einstein::GraphFormulas& graph = both.paper.graph;
  const auto written = [&](const einstein::Expr& e) {
    return print(e, graph.problem.declarations,
                 {einstein::Spelling::unicode, einstein::Sums::shown, 6, true});
  };
  std::string svg;
  double y = first_line;
  const auto add = [&](double indent, const std::string& text, const std::string& remark) {
    svg += formula(margin + 12 + indent, y, text) + chapter::text_element(margin + 256, y, "remark", remark);
    y += line_height;
  };
  const auto add_result = [&](const einstein::Expr& whole, const einstein::Derivation& derivation) {
    add(0, written(whole) + " = " + written(derivation.result()),
        fmt::format("by {} rules", derivation.steps.size()));
  };
  for (const einstein::Quantity& q : graph.quantities) {
    const auto definition = graph.problem.definitions.find(q.name);
    if (definition == graph.problem.definitions.end()) continue;
    add(0, written(einstein::Symbol{q.name, q.indices}) + " = " + written(definition->second.value),
        "read off the graph");
  }
  for (const auto& [by, local, product] : both.paper.gradients) {
    const double top = y - 20;
    const einstein::Expr whole = derivative(einstein::Symbol{"L", {}}, by);
    if (local.front().of.name == "L") {
      add_result(whole, product);
    } else {
      for (const einstein::LocalDerivative& factor : local)
        add_result(derivative(factor.of, factor.by), factor.derivation);
      double indent = 0;
      for (const einstein::Step& step : product.steps) {
        add(indent, (indent == 0 ? written(whole) : "") + " = " + written(step.result),
            rule_text(step.rule, graph.problem.declarations, einstein::Format::text));
        indent = 48;
      }
      add(indent, replaced(fmt::format("= {:.6g}", both.by_formula), "-", minus), "what that comes to");
    }
    svg += line(margin + 1, top, margin + 1, y - line_height + 10, colour_of(by.name));
  }
  return svg;
}

std::string numbers_of(const Summary& a) {
  const int digits = a.shape.numel() == 1 ? 6 : 4;
  std::vector<std::string> numbers;
  for (std::int64_t i = 0; i < a.shape.numel(); ++i)
    numbers.push_back(fmt::format("{:.{}g}", a.numbers.at(static_cast<std::size_t>(i)), digits));
  return replaced(fmt::format("{}", fmt::join(numbers, ", ")), "-", minus);
}

std::string draw_engine(const Both& both) {
  std::string svg;
  double y = first_line - 20;
  for (const TraceStep& step : both.engine.steps) {
    const bool shared = step.name == "w" || step.name == "yhat";
    svg += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"28\" rx=\"5\"/>\n",
                       shared ? colour_of(step.name) : "step", pixels(right), pixels(y), pixels(box));
    const std::string text = step.notation.empty() ? step.name : step.name + " = " + step.notation;
    svg += chapter::text_element(right + 10, y + 18, "label", text);
    svg += chapter::text_element(right + box + 14, y + 18, "label", numbers_of(*step.cotangent));
    for (const Contribution& given : step.contributions) {
      const bool is_summed = given.given != given.value.shape;
      svg += line(right + 18, y + 28, right + 18, y + step_height, "axis");
      svg += chapter::text_element(right + 28, y + 43, "remark",
                                   given.rule + (is_summed ? ", summed, for w went into each" : ""));
    }
    y += step_height;
  }
  return svg;
}

std::string draw(const Both& both) {
  std::string svg =
      "<style>.eingrad-plot .formula{font-size:15px}.eingrad-plot .low{font-size:11px}"
      ".eingrad-plot .step{fill:none;stroke:#8c959f}</style>\n";
  svg += chapter::text_element(margin, margin + 14, "heading", title);
  svg += chapter::text_element(margin, margin + 36, "remark", both.data);
  svg += chapter::text_element(margin, 96, "title", "On paper: explain(loss)");
  svg += chapter::text_element(margin, 115, "remark", "from the graph that ran, in index notation");
  svg += chapter::text_element(right, 96, "title", "In the engine: trace_backward(loss)");
  svg += chapter::text_element(right, 115, "remark", "each step of backward, and what arrives there");
  return chapter::svg_card(
      width, height, title,
      fmt::format("The derivative of a mean squared error by w, derived by the chain rule: {:.6g}. Beside it "
                  "the steps of the backward pass, the last of which hands w the same number: {:.6g}.",
                  both.by_formula, both.by_backward),
      svg + draw_paper(both) + draw_engine(both));
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    std::string plot;
    chapter::Options options("A gradient on paper and in the engine, side by side.");
    options.add_svg("--plot FILE", plot, "draw both into an SVG file");
    if (!options.parse(argc, argv)) return;
    set_default_dtype(float64);

    const Both both = differentiate();
    fmt::print("On paper\n\n{}\nIn the engine\n\n{}", to_string(both.paper), to_string(both.engine));
    if (!plot.empty()) write_file(plot, draw(both));
  });
}
