#include <algorithm>
#include <set>

#include <autodiff/einstein/print_matrices.hpp>
#include <autodiff/explain/explain.hpp>
#include <autodiff/explain/repetitions.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

class Page {
 public:
  Page(const Explanation& explanation, Format format) : all_(explanation), format_(format) {
    for (const Gradient& each : all_.gradients) {
      differentiated_.insert(each.by.name);
      braces_ |= !has_small_letters(each.product);
      for (const LocalDerivative& local : each.local) braces_ |= !has_small_letters(local.derivation);
    }
    for (const auto& [name, definition] : all_.graph.problem.definitions)
      braces_ |= !has_small_letters(definition.value);
  }

  std::string text() const { return forward() + backward() + checks(); }

 private:
  const Declarations& declarations() const { return all_.graph.problem.declarations; }
  bool is_text() const { return format_ == Format::text; }
  Spelling spelling() const { return is_text() ? Spelling::unicode : Spelling::latex; }
  std::string written(const Expr& e) const {
    return print(e, declarations(), {spelling(), Sums::shown, 6, braces_});
  }
  std::string math(const std::string& formula) const { return is_text() ? formula : "$" + formula + "$"; }

  std::string heading(const std::string& title) const {
    if (is_text()) return title + "\n\n";
    return format_ == Format::markdown ? fmt::format("### {}\n\n", title)
                                       : fmt::format("\\subsubsection*{{{}}}\n\n", title);
  }

  static std::string indented(const std::string& text) {
    std::string all = "  ";
    for (const char c : text) all += c == '\n' ? "\n  " : std::string(1, c);
    return all.substr(0, all.find_last_not_of(" \n") + 1) + "\n";
  }

  /// Lines of formulas that belong together, each with its left side and what stands behind it.
  struct Line {
    std::string left, right, remark;
  };
  std::string lines(const std::vector<Line>& all) const {
    std::string text;
    if (is_text()) {
      for (const auto& [left, right, remark] : all)
        text += fmt::format("{} = {}{}{}\n", left, right, remark.empty() ? "" : "    ", remark);
      return text;
    }
    for (const auto& [left, right, remark] : all) {
      text += fmt::format("{}{} &= {}", text.empty() ? "" : " \\\\\n", left, right);
      if (!remark.empty()) text += fmt::format(" && \\text{{{}}}", remark);
    }
    text = fmt::format("\\begin{{align*}}\n{}\n\\end{{align*}}\n", text);
    return format_ == Format::markdown ? "$$\n" + text + "$$\n" : text;
  }

  // ---- Shapes ----

  std::vector<std::string> sizes_of(const std::string& name) const {
    std::vector<std::string> sizes;
    for (const std::string& axis : *declarations().axes_of(name)) sizes.push_back(written(Size{axis}));
    return sizes;
  }
  std::string shape(const std::string& name) const {
    const std::string_view times = is_text() ? "×" : " \\times ";
    const std::vector<std::string> sizes = sizes_of(name);
    return sizes.empty() ? "" : fmt::format("({})", fmt::join(sizes, times));
  }
  /// Of ∂of/∂by in mixed layout: the axes of what is differentiated, then those of what by.
  std::string shape(const std::string& of, const std::string& by) const {
    const std::string_view times = is_text() ? "×" : " \\times ";
    std::vector<std::string> both;
    for (const std::string& name : {of, by}) {
      if (!sizes_of(name).empty()) both.push_back(shape(name));
    }
    return both.empty() ? "1" : fmt::format("{}", fmt::join(both, times));
  }
  /// How many elements there are along the axes of these.
  std::string extents(const std::set<std::string>& names) const {
    std::vector<std::string> all;
    std::set<std::string> axes;
    for (const Quantity& q : all_.graph.quantities) {
      if (!names.contains(q.name)) continue;
      for (const Index& index : q.indices) {
        if (axes.insert(index.axis).second)
          all.push_back(math(
              fmt::format("{} = {}", written(Size{index.axis}), all_.graph.values.sizes.at(index.axis))));
      }
    }
    return fmt::format("{}", fmt::join(all, ", "));
  }

  /// All pieces, but of blocks that look alike the first alone.
  std::string without_repetitions(const std::vector<Piece>& pieces) const {
    std::string text;
    for (std::size_t at = 0; at < pieces.size();) {
      const Repetition found = repetition_at(pieces, at, declarations());
      for (std::size_t i = at; i < at + found.length; ++i) text += pieces[i].text;
      std::vector<std::string> names;
      for (std::size_t i = at + found.length; i < at + found.times * found.length; ++i)
        names.push_back(math(written(Symbol{pieces[i].name, {}})));
      if (names.size() > 8) {
        names.erase(names.begin() + 4, names.end() - 4);
        names.insert(names.begin() + 4, "…");
      }
      if (found.times > 1)
        text += fmt::format("{}… and {} times more in the same way: {}\n\n", is_text() ? "  " : "",
                            found.times - 1, fmt::join(names, ", "));
      at += found.times * found.length;
    }
    return text;
  }

  // ---- The parts of the page ----

  /// What the derivatives asked for pass through, or all of it if nothing was left out.
  bool is_on_the_way(const std::string& name) const {
    return name == all_.graph.output().name || differentiated_.contains(name);
  }

  std::string forward() const {
    std::vector<Piece> pieces;
    std::set<std::string> mentioned;
    for (const Quantity& q : all_.graph.quantities) {
      const auto definition = all_.graph.problem.definitions.find(q.name);
      const bool is_given = definition == all_.graph.problem.definitions.end() && q.operation.empty();
      if (is_given || !is_on_the_way(q.name)) continue;
      const std::string left = written(Symbol{q.name, q.indices});
      if (q.operation.empty()) {
        const Expr& value = definition->second.value;
        for (const Quantity& other : all_.graph.quantities) {
          if (depends_on(value, other.name)) mentioned.insert(other.name);
        }
        pieces.push_back({q.name, body(lines({{left, written(value), ""}})), {value}});
        continue;
      }
      std::vector<std::string> operands;
      for (const std::string& operand : q.operands) operands.push_back(written(Symbol{operand, {}}));
      mentioned.insert(q.operands.begin(), q.operands.end());
      const std::string call =
          is_text() ? fmt::format("{}({})", q.operation, fmt::join(operands, ", "))
                    : fmt::format("\\mathrm{{{}}}({})", escaped(q.operation), fmt::join(operands, ", "));
      pieces.push_back({q.name,
                        body(lines({{left, call, "no index notation: its derivative stays as it is"}})),
                        {as_call(q)}});
    }
    std::vector<std::string> given, unnamed;
    for (const Quantity& q : all_.graph.quantities) {
      const bool is_computed = all_.graph.problem.definitions.contains(q.name) || !q.operation.empty();
      if (!mentioned.contains(q.name) || (is_computed && is_on_the_way(q.name))) continue;
      const std::string sizes = shape(q.name);
      given.push_back(math(written(Symbol{q.name, {}})) + (sizes.empty() ? "" : " " + math(sizes)));
      if (q.is_unnamed_data) unnamed.push_back(math(written(Symbol{q.name, {}})));
    }
    std::string text = heading("The forward pass") + without_repetitions(pieces) + (is_text() ? "\n" : "");
    if (!given.empty()) {
      const std::string sizes = extents(mentioned);
      text += body(
          fmt::format("given: {}{}{}\n", fmt::join(given, ", "), sizes.empty() ? "" : ", where ", sizes));
    }
    if (!unnamed.empty())
      text += body(
          fmt::format("{}: data without a name, computed from no parameter\n", fmt::join(unnamed, ", ")));
    for (const std::string& seen : all_.graph.seen)
      text +=
          body(fmt::format("assumed, as the values show: {}\n", rule_text(seen, declarations(), format_)));
    return text + (is_text() ? "\n" : "");
  }

  /// What has no formula, for comparison.
  static Expr as_call(const Quantity& q) {
    std::vector<Expr> operands;
    for (const std::string& operand : q.operands) operands.push_back(Symbol{operand, {}});
    return function(q.operation, operands);
  }

  std::string body(const std::string& text) const {
    if (is_text()) return indented(text);
    const bool begins_with_words = format_ == Format::latex && !text.starts_with('\\');
    return (begins_with_words ? "\\noindent " : "") + text + "\n";
  }

  static std::string escaped(std::string text) {
    for (std::size_t i = text.find('_'); i != std::string::npos; i = text.find('_', i + 2))
      text.insert(i, "\\");
    return text;
  }

  std::string backward() const {
    std::vector<Piece> pieces;
    for (const Gradient& each : all_.gradients) {
      Piece piece{each.by.name, section(each), {}};
      for (const LocalDerivative& local : each.local) piece.formulas.push_back(local.derivation.result());
      piece.formulas.push_back(each.formula());
      pieces.push_back(std::move(piece));
    }
    return without_repetitions(pieces);
  }

  std::string section(const Gradient& gradient) const {
    const std::string& output = all_.graph.output().name;
    const Expr whole = derivative(Symbol{output, {}}, {gradient.by.name, {}});
    const std::string sizes = shape(gradient.by.name);
    std::string text = heading(math(written(whole)) + (sizes.empty() ? "" : ", of shape " + math(sizes)));
    const bool is_direct = gradient.local.size() == 1 && gradient.local[0].of.name == output;
    if (!is_direct) {
      for (const LocalDerivative& local : gradient.local)
        text += body(local_text(local)) + (is_text() ? "\n" : "");
    }
    const bool is_factor = is_direct && gradient.local[0].is_opaque;  // it says nothing of its own
    if (is_factor) return text + body(local_text(gradient.local[0])) + (is_text() ? "\n" : "");
    text += body(to_string(gradient.product, declarations(), format_, braces_));
    if (const auto matrices =
            print_matrices(gradient.formula(), gradient.by.indices, declarations(), spelling())) {
      if (!gradient.by.indices.empty() || has_letters(gradient.formula()))
        text += body(fmt::format("in matrices: {}\n", math(written(whole) + " = " + *matrices)));
    }
    return text + (is_text() ? "\n" : "");
  }

  static bool has_letters(const Expr& e) {
    return e.as<Reduction>() != nullptr || std::ranges::any_of(parts(e), has_letters);
  }

  std::string local_text(const LocalDerivative& local) const {
    const std::string sizes = shape(local.of.name, local.by.name);
    const std::string name = written(derivative(Symbol{local.of.name, {}}, {local.by.name, {}}));
    if (local.is_opaque) return fmt::format("{}, of shape {}, stays as it is\n", math(name), math(sizes));
    std::string title = fmt::format("{}, of shape {}", math(name), math(sizes)), left;
    if (local.of.name == all_.graph.output().name) {
      std::vector<std::string> constant;
      for (const std::string& other : local.held_constant) constant.push_back(written(Symbol{other, {}}));
      const std::string list = fmt::format("{}", fmt::join(constant, ", "));
      title = fmt::format("{} has {} in its formula, too; with {} held constant", math(written(local.of)),
                          math(written(Symbol{local.by.name, {}})), math(list));
      const std::string start = written(local.derivation.start);
      left = is_text() ? fmt::format("{}|{}", start, list)
                       : fmt::format("\\left.{}\\right|_{{{}}}", start, list);
    }
    return fmt::format("{}:\n{}{}", title, is_text() ? "" : "\n",
                       to_string(local.derivation, declarations(), format_, braces_, left));
  }

  // Of float32 and of a difference quotient.
  static constexpr double most_by_rounding = 1e-3;

  static std::string agreement(const Agreement& each) {
    if (!each.autograd && !each.differences) return "nothing to compare with";
    std::string text;
    const auto add = [&](double x, const char* from) {
      const char* const differs = !(x < most_by_rounding) ? "DIFFERS " : text.empty() ? "differs " : "";
      text += fmt::format("{}{}by {} from {}", text.empty() ? "" : ", ", differs,
                          x == 0 ? "0" : fmt::format("{:.1e}", x), from);
    };
    if (each.autograd) add(*each.autograd, "backward's");
    if (each.differences) add(*each.differences, "differences");
    return text + (each.differences ? "" : "; no differences, for not all of the graph has formulas");
  }

  std::string checks() const {
    std::string text = heading("Check");
    for (const Agreement& each : all_.checks) {
      const std::string name =
          math(written(derivative(Symbol{all_.graph.output().name, {}}, {each.name, {}})));
      const bool is_coarse = all_.graph.quantity(each.name).tensor.dtype() == float32;
      text += body(fmt::format("{}: {}{}\n", name, agreement(each), is_coarse ? ", in float32" : ""));
    }
    return text;
  }

  const Explanation& all_;
  Format format_;
  bool braces_ = false;
  std::set<std::string> differentiated_;
};

}  // namespace

std::string to_string(const Explanation& explanation, Format format) {
  return Page(explanation, format).text();
}

}  // namespace eingrad::einstein
