#pragma once
#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <autodiff/anomaly.hpp>
#include <autodiff/backward_checks.hpp>
#include <autodiff/contraction/axes.hpp>
#include <autodiff/frontier.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/hooks.hpp>
#include <autodiff/marking_pass.hpp>
#include <autodiff/replay/perform.hpp>

namespace eingrad {

/// One backward pass over the part of the graph that leads from the outputs to what is asked for.
///
/// An operand is created before its result. So of the nodes that a cotangent has reached, the one created
/// last has got all contributions to its own: what could still contribute was created later, and had its
/// turn. The pass always takes that one, which visits the graph in a topological order without looking at it
/// first.
class BackwardPass final : public MarkingPass {
 public:
  BackwardPass(BackwardOptions options, Location at) : options_(options), at_(at), reached_(!is_outermost()) {
    takes_all_ = true;
  }

  /// Asks for the inputs only, and not for all leaves: what does not lead to them gets no cotangent.
  void ask_for(std::span<const Tensor> inputs, std::span<const Tensor> outputs) {
    takes_all_ = false;
    const std::uint64_t oldest = created(*std::ranges::min_element(inputs, {}, created));
    collect(outputs, oldest);
    for (const Tensor& input : inputs) {
      if (input.node().position != 0) reached_.entry(input.node()).wanted = true;
    }
    const std::span<Entry> all = reached_.entries();
    for (auto next = all.rbegin(); next != all.rend(); ++next)  // operands before results
      decide_whether_it_leads_on(*next, oldest);
    reached_.keep_entries_if([](const Entry& e) { return e.leads_on || e.wanted; });
  }

  void seed(const Tensor& output, Tensor&& cotangent) {
    Node& node = output.node();
    if (takes_all_ || node.position != 0) reached_.add_to(node, std::move(cotangent));
  }

  void run() {
    const GradMode mode(options_.create_graph);
    const bool frees = !options_.retain_graph && !options_.create_graph;
    for (Reached now; reached_.take_newest(now);) {
      Node& y = *now.tensor.get();
      y_ = &y;
      if (y.freed || detail::last_write > y.created) check_saved(y, at_);
      const bool is_watched = detail::hooked_nodes != 0 || detail::anomaly != Anomaly::none;
      if (y.retains_grad || !takes_all_ || is_watched) [[unlikely]] {
        hand_on_watched(now);
      } else {
        if (has_one_for_all_ && !y.rule->takes_one_for_all()) make_whole(now);
        y.rule->backward(now.tensor, std::move(now.cotangent), *this);
      }
      if (frees) y.free_graph();
    }
    if (detail::hooked_nodes != 0) call_hooks_at_the_ends();
  }

  /// Adds what arrived at the leaves, and where it is retained, to their gradients: last, so that a rule that
  /// throws changes none.
  void accumulate_gradients() {
    const GradMode mode(options_.create_graph);
    const detect_anomaly off(Anomaly::none);
    for (Entry& e : reached_.entries()) {
      if (!e.cotangent.defined()) continue;
      if (has_one_for_all_) make_whole(e);
      add_to_grad(*e.tensor.get(), std::move(e.cotangent));
    }
  }

  /// What arrived at one of the inputs; undefined if the outputs do not depend on it.
  Tensor cotangent_of(const Tensor& input) {
    if (input.node().position == 0) return {};
    Entry& e = reached_.entry(input.node());
    if (e.cotangent.defined()) make_whole(e);
    return e.cotangent;
  }

  [[gnu::hot]] void give(std::size_t i, Tensor&& contribution) override {
    if (!contribution.defined() || !wants(i)) return;
    Node& operand = *y_->operands()[i].node;
    if (contribution.get()->shape != operand.shape) {
      if (stands_for_many(contribution, operand)) {
        has_one_for_all_ = true;
      } else {
        undo_broadcast(contribution, operand.shape);
      }
    }
    reached_.add_to(operand, std::move(contribution));
  }

 private:
  using Entry = Frontier::Entry;

  static std::uint64_t created(const Tensor& tensor) { return tensor.node().created; }

  void mark(bool on) override { reached_.mark(on); }

  // All nodes between the outputs and what is as old as the oldest input, results before operands.
  void collect(std::span<const Tensor> outputs, std::uint64_t oldest) {
    const auto meet = [&](Node* node) {
      if (node->requires_grad && node->position == 0 && node->created >= oldest)
        reached_.enter(*node, {}, false);
    };
    for (const Tensor& output : outputs) meet(output.get());
    for (std::size_t next = 0; next < reached_.entries().size(); ++next) {
      const Node& y = *reached_.entries()[next].tensor.get();
      for (std::size_t i = 0; i < y.operand_count; ++i) {
        if (!y.is_number(i)) meet(y.operands()[i].node);
      }
    }
    reached_.sort_entries();
  }

  // Of what was freed nobody knows where it led: when its turn comes, it is refused.
  void decide_whether_it_leads_on(Entry& e, std::uint64_t oldest) {
    y_ = e.tensor.get();
    e.leads_on = y_->freed && y_->created > oldest;
    for (std::size_t i = 0; i < y_->operand_count && !e.leads_on; ++i) {
      const Node* const operand = y_->is_number(i) ? nullptr : y_->operands()[i].node;
      if (operand == nullptr || operand->position == 0) continue;
      const Entry& below = reached_.entry(*operand);
      e.leads_on = below.leads_on || below.wanted;
    }
  }

  // Where somebody looks at the cotangent, or it is to stay.
  [[gnu::noinline]] void hand_on_watched(Reached& now) {
    Node& y = *y_;
    make_whole(now);
    if (y.has_hooks) now.cotangent = detail::call_hooks(y, std::move(now.cotangent));
    if (detail::hooked_nodes != 0) check_saved(y, at_);  // a hook may have written, or run a pass of its own
    if (detail::anomaly != Anomaly::none) check_incoming(y, now.cotangent);
    if (y.position != 0) {
      reached_.entry(y).cotangent = now.cotangent;
    } else if (y.retains_grad) {
      reached_.enter(y, Tensor(now.cotangent), true);
    }
    y.rule->backward(now.tensor, std::move(now.cotangent), *this);
    if (detail::anomaly != Anomaly::none) check_operands();
  }

  // A leaf has got all contributions only when all others have had their turn, so these hooks come last.
  void call_hooks_at_the_ends() {
    for (Entry& e : reached_.entries()) {
      if (!e.cotangent.defined() || e.leads_on) continue;
      const Node& node = *e.tensor.get();
      if (!node.has_hooks) continue;
      make_whole(e);
      e.cotangent = detail::call_hooks(node, std::move(e.cotangent));
    }
  }

  // What the rule of y just gave.
  void check_operands() {
    for (std::size_t i = 0; i < y_->operand_count; ++i) {
      if (!wants(i)) continue;
      const Node& operand = *y_->operands()[i].node;
      const Reached* const reached = reached_.find(operand);
      if (reached != nullptr && reached->cotangent.defined()) check_cotangent(*y_, i, reached->cotangent);
    }
  }

  static void make_whole(Reached& r) {
    if (stands_for_many(r.cotangent, *r.tensor.get())) r.cotangent = repeated(r.cotangent, *r.tensor.get());
  }

  // Further contributions are added in place, so what the leaf keeps must be nobody else's.
  static void add_to_grad(Node& node, Tensor&& gradient) {
    Node* const before = node.grad();
    if (before == nullptr) {
      if (!gradient.get()->is_unshared()) gradient = gradient.clone();
      if (replay::listener != nullptr) return replay::listener->set_grad(node, gradient.get());
      node.exchange_grad(gradient.take());
      return;
    }
    if (replay::listener != nullptr) replay::listener->set_grad(node, before);
    Tensor sum(node.exchange_grad(nullptr));
    try {
      add_term(sum, std::move(gradient));
    } catch (...) {  // there was no memory: what it was it stays
      node.exchange_grad(sum.take());
      throw;
    }
    Node* const after = sum.take();
    node.exchange_grad(after);
    if (replay::listener != nullptr && after != before) replay::listener->set_grad(node, after);
  }

  BackwardOptions options_;
  Location at_;
  Frontier reached_;
  bool has_one_for_all_ = false;  // whether a cotangent may stand for many
};

}  // namespace eingrad
