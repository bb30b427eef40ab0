#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/error.hpp>
#include <autodiff/explain/cancelled_fractions.hpp>
#include <autodiff/explain/chain_rule.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

bool has_few_parts(const Expr& e, int& parts_left) {
  if (e.as<Reduction>() != nullptr || e.as<Derivative>() != nullptr || --parts_left < 0) return false;
  return std::ranges::all_of(parts(e), [&](const Expr& part) { return has_few_parts(part, parts_left); });
}
/// A formula that is put into others as it is, rather than by its name: no sum, no derivative of its own.
bool is_short(const Expr& e, int most_parts = 16) { return has_few_parts(e, most_parts); }

Expr direct(const Symbol& of, const Symbol& by) { return derivative(of, by, Through::own_definition); }

/// The names in an expression, in the order of writing.
void add_names(const Expr& e, std::vector<std::string>& names) {
  const auto* symbol = e.as<Symbol>();
  if (symbol != nullptr && std::ranges::find(names, symbol->name) == names.end())
    names.push_back(symbol->name);
  for (const Expr& part : parts(e)) add_names(part, names);
}

class ChainRule {
 public:
  explicit ChainRule(const GraphFormulas& graph) : graph_(graph) {
    for (const Quantity& q : graph.quantities) {
      operands_[q.name] = operands_of(q);
      for (const std::string& operand : operands_[q.name]) consumers_[operand].push_back(&q);
    }
  }

  std::vector<Gradient> gradients(const std::vector<std::string>& names) {
    find_between(names);
    std::vector<Gradient> all;
    for (const Quantity* q : in_order()) {
      all.push_back(gradient(*q));
      done_.emplace(q->name, all.back());
    }
    for (const std::string& name : names) {
      if (between_.contains(name)) continue;
      const Symbol by{name, graph_.quantity(name).indices};
      const Expr whole = derivative(Symbol{graph_.output().name, {}}, by);
      all.push_back({by, {}, {whole, {{fmt::format("the formulas do not contain `{}`", name), 0}}}});
    }
    return all;
  }

 private:
  bool is_given(const Quantity& q) const {
    return q.operation.empty() && !graph_.problem.definitions.contains(q.name);
  }

  bool leads_on(const Quantity& q) const { return &q == &graph_.output() || between_.contains(q.name); }

  // Backward; what is given as soon as all that is computed from it has had its turn.
  std::vector<const Quantity*> in_order() const {
    std::vector<const Quantity*> order;
    std::map<std::string, std::ptrdiff_t> open;  // consumers that have not
    for (const auto& [name, consumers] : consumers_)
      open[name] = std::ranges::count_if(consumers, [&](const Quantity* each) { return leads_on(*each); });
    for (auto q = graph_.quantities.rbegin(); q != graph_.quantities.rend(); ++q) {
      if (is_given(*q) || !leads_on(*q)) continue;
      if (&*q != &graph_.output()) order.push_back(&*q);
      for (const std::string& name : operands_.at(q->name)) {
        const Quantity& operand = graph_.quantity(name);
        if (--open.at(name) == 0 && is_given(operand) && between_.contains(name)) order.push_back(&operand);
      }
    }
    return order;
  }

  std::vector<std::string> operands_of(const Quantity& q) const {
    std::vector<std::string> operands;
    for (const std::string& name : q.operands) {
      if (std::ranges::find(operands, name) == operands.end()) operands.push_back(name);
    }
    const auto definition = graph_.problem.definitions.find(q.name);
    if (definition != graph_.problem.definitions.end()) add_names(definition->second.value, operands);
    return operands;
  }

  // What is computed from one of the names, and leads to the output.
  void find_between(const std::vector<std::string>& names) {
    std::set<std::string> from(names.begin(), names.end()), to{graph_.output().name};
    for (const Quantity& q : graph_.quantities) {
      if (!from.contains(q.name)) continue;
      for (const Quantity* consumer : consumers_[q.name]) from.insert(consumer->name);
    }
    for (auto q = graph_.quantities.rbegin(); q != graph_.quantities.rend(); ++q) {
      const auto& all = consumers_[q->name];
      if (std::ranges::any_of(all, [&](const Quantity* consumer) { return to.contains(consumer->name); }))
        to.insert(q->name);
    }
    std::ranges::set_intersection(from, to, std::inserter(between_, between_.end()));
  }

  Indices fresh(const Indices& like, Indices in_use) const {
    Indices letters;
    for (const Index& index : like) {
      letters.push_back(graph_.fresh_letter(index.axis, in_use));
      in_use.push_back(letters.back());
    }
    return letters;
  }

  bool has_users_letters(const Quantity& q) const {
    return std::ranges::any_of(q.indices, [&](const Index& index) {
      return std::ranges::find(graph_.users_letters, index.letter) != graph_.users_letters.end();
    });
  }

  Gradient gradient(const Quantity& q) {
    const Expr output = Symbol{graph_.output().name, {}};
    Gradient all{{q.name, {}}, {}, {output, {}}};
    std::vector<Expr> chain, put_in;
    for (const Quantity* consumer : consumers_[q.name]) {
      if (consumer != &graph_.output() && !between_.contains(consumer->name)) continue;
      Symbol of{consumer->name, consumer->indices};
      if (all.local.empty()) all.by.indices = has_users_letters(q) ? q.indices : fresh(q.indices, of.indices);
      if (std::ranges::any_of(of.indices,
                              [&](const Index& index) { return contains_letter(all.by.indices, index); }))
        of.indices = fresh(of.indices, all.by.indices);
      all.local.push_back(local(*consumer, of, all.by));
      const Expr own = all.local.back().derivation.result();
      if (consumer == &graph_.output()) {
        all.local.back().held_constant = operands_of_output_behind(q);
        chain.push_back(own);
        put_in.push_back(own);
        continue;
      }
      const Gradient& outer = done_.at(consumer->name);
      Expr formula = derivative(output, of);
      chain.push_back(reduction(Over::sum, of.indices, formula * direct(of, all.by)));
      const Expr found = renamed(outer.formula(), outer.by.indices, of.indices);
      if (is_short(found) || cancels(found, of.indices, own)) formula = found;
      put_in.push_back(reduction(Over::sum, of.indices, formula * own));
    }
    all.product.start = derivative(output, all.by);
    const bool is_direct = all.local.size() == 1 && all.local[0].of.name == graph_.output().name;
    if (is_direct) {
      all.product = all.local[0].derivation;
      return all;
    }
    std::vector<Step>& steps = all.product.steps;
    steps.push_back({"the chain rule", sum(chain)});
    const Expr whole = sum(put_in);
    if (!same(whole, steps.back().result)) steps.push_back({"with what they are", whole});
    simplify(all.product, graph_.problem.declarations);
    cancel_fractions(all.product, graph_.problem.declarations);
    return all;
  }

  /// Whether a long formula becomes a short one beside a local derivative, as that of a cross-entropy does.
  bool cancels(const Expr& formula, const Indices& over, const Expr& local) const {
    if (!is_short(formula, 40)) return false;
    Derivation derivation{reduction(Over::sum, over, formula * local), {}};
    simplify(derivation, graph_.problem.declarations);
    return cancel_fractions(derivation, graph_.problem.declarations) && is_short(derivation.result());
  }

  std::vector<std::string> operands_of_output_behind(const Quantity& by) const {
    std::set<std::string> behind{by.name};
    const auto is_behind = [&](const std::string& name) { return behind.contains(name); };
    for (const Quantity& q : graph_.quantities) {
      if (std::ranges::any_of(operands_.at(q.name), is_behind)) behind.insert(q.name);
    }
    behind.erase(by.name);
    std::vector<std::string> operands;
    std::ranges::copy_if(operands_.at(graph_.output().name), std::back_inserter(operands), is_behind);
    return operands;
  }

  LocalDerivative local(const Quantity& q, const Symbol& of, const Symbol& by) const {
    LocalDerivative all{of, by, {direct(of, by), {}}, !q.operation.empty()};
    if (all.is_opaque) return all;
    const Definitions own{{q.name, graph_.problem.definitions.at(q.name)}};
    std::vector<Step>& steps = all.derivation.steps;
    while (auto step = differentiation_step(all.derivation.result(), own)) steps.push_back(std::move(*step));
    simplify(all.derivation, graph_.problem.declarations);
    const Expr named = called_by_name(all.derivation.result(), q.name, own.at(q.name));
    if (!same(named, all.derivation.result())) {
      steps.push_back({fmt::format("`{}` by its name", q.name), named});
      simplify(all.derivation, graph_.problem.declarations);
    }
    return all;
  }

  const GraphFormulas& graph_;
  std::map<std::string, std::vector<std::string>> operands_;
  std::map<std::string, std::vector<const Quantity*>> consumers_;
  std::set<std::string> between_;
  std::map<std::string, Gradient> done_;
};

}  // namespace

std::vector<Gradient> chain_rule(const GraphFormulas& graph, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (&graph.quantity(name) != &graph.output()) continue;
    throw Report("explain", fmt::format("{} is the loss itself", name))
        .hint("the names of what it is computed from")
        .as<value_error>();
  }
  return ChainRule(graph).gradients(names);
}

}  // namespace eingrad::einstein
