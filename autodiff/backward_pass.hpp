#pragma once
#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <autodiff/anomaly.hpp>
#include <autodiff/backward_checks.hpp>
#include <autodiff/contraction/axes.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/hooks.hpp>
#include <autodiff/replay/perform.hpp>
#include <autodiff/rule.hpp>

namespace eingrad {

// sum = sum + term, in sum's own memory where nobody else looks at it.
inline void add_term(Tensor& sum, Tensor&& term) {
  if (sum.get()->is_unshared() && sum.is_leaf() && term.is_leaf()) {
    add_in_place(sum, term);
  } else {
    sum = add(sum, term);
  }
}

inline void accumulate(Tensor& sum, Tensor&& term) {
  if (sum.defined()) {
    if (stands_for_many(sum, *term.get())) std::swap(sum, term);
    return add_term(sum, std::move(term));
  }
  sum = std::move(term);
}

/// A walk that marks nodes by their `position`. One that a hook or a rule starts inside another one lets that
/// take its marks away until it ends.
class MarkingPass : public Cotangents {
 public:
  MarkingPass(const MarkingPass&) = delete;
  MarkingPass& operator=(const MarkingPass&) = delete;

 protected:
  MarkingPass() : outer_(std::exchange(running, this)) {
    if (outer_ != nullptr) outer_->mark(false);
  }
  /// The derived class has taken its own marks away by then.
  ~MarkingPass() {
    if (outer_ != nullptr) outer_->mark(true);
    running = outer_;
  }
  bool is_outermost() const noexcept { return outer_ == nullptr; }
  /// Writes the positions into the nodes, or clears them.
  virtual void mark(bool on) = 0;

 private:
  static inline thread_local MarkingPass* running = nullptr;

  MarkingPass* outer_;
};

/// One backward pass over the part of the graph that leads from the outputs to what is asked for.
///
/// An operand is created before its result, so the nodes in descending order of creation are in topological
/// order: when a result's turn comes, all contributions to it have arrived. Leaves have nothing to hand on to
/// and may stand anywhere.
class BackwardPass final : public MarkingPass {
 public:
  explicit BackwardPass(BackwardOptions options)
      : options_(options), entries_(is_outermost() ? first : own_) {}
  ~BackwardPass() { entries_.clear(); }

  /// Finds the nodes that lead from the outputs to the inputs, or to all leaves if there are none, and checks
  /// that they can be differentiated.
  void plan(std::span<const Tensor> outputs, std::span<const Tensor> inputs) {
    oldest_ = inputs.empty() ? 0 : inputs[0].node().created;
    for (const Tensor& input : inputs) oldest_ = std::min<std::uint64_t>(oldest_, input.node().created);
    collect(outputs);
    if (!inputs.empty()) keep_what_leads_to(inputs);
    if (in_doubt_) std::ranges::for_each(entries_, check);
  }

  void seed(const Tensor& output, Tensor cotangent) {
    if (output.node().position != 0) accumulate(entry(output.node()).cotangent, std::move(cotangent));
  }

  void run() {
    const GradMode mode(options_.create_graph);
    const bool frees = !options_.retain_graph && !options_.create_graph;
    for (Entry& e : entries_) {
      if (!e.cotangent.defined() || !e.leads_on) continue;
      y_ = e.tensor.get();
      const bool keeps = e.wanted || y_->retains_grad;
      const bool is_watched = detail::hooked_nodes != 0 || detail::anomaly != Anomaly::none;
      if (keeps || is_watched) [[unlikely]] {
        hand_on_watched(e, keeps);
      } else {
        if (has_one_for_all_ && !y_->rule->takes_one_for_all()) make_whole(e);
        Tensor cotangent = std::move(e.cotangent);
        y_->rule->backward(e.tensor, std::move(cotangent), *this);
      }
      if (!frees) continue;
      y_->free_graph();
      if (!keeps) e.forget();
    }
    if (detail::hooked_nodes != 0) call_hooks_at_the_ends();
  }

  /// Adds what arrived at the leaves, and where it is retained, to their gradients: last, so that a rule that
  /// throws changes none.
  void accumulate_gradients() {
    const GradMode mode(options_.create_graph);
    const detect_anomaly off(Anomaly::none);
    for (; !entries_.empty(); entries_.pop_back()) {
      Entry& e = entries_.back();
      if (!e.cotangent.defined()) continue;
      if (has_one_for_all_) make_whole(e);
      add_to_grad(*e.tensor.get(), std::move(e.cotangent));
    }
  }

  /// What arrived at one of the inputs; undefined if the outputs do not depend on it.
  Tensor cotangent_of(const Tensor& input) {
    if (input.node().position == 0) return {};
    Entry& e = entry(input.node());
    if (e.cotangent.defined()) make_whole(e);
    return e.cotangent;
  }

  [[gnu::hot]] void give(std::size_t i, Tensor&& contribution) override {
    if (!contribution.defined() || !wants(i)) return;
    const Node& operand = *y_->operands()[i].node;
    if (contribution.get()->shape != operand.shape) {
      if (stands_for_many(contribution, operand)) {
        has_one_for_all_ = true;
      } else {
        undo_broadcast(contribution, operand.shape);
      }
    }
    accumulate(entry(operand).cotangent, std::move(contribution));
  }

 private:
  /// A node whose `position` counts the entries up to this one. Nothing flows to a node without a position.
  struct Entry {
    Tensor tensor{}, cotangent{};
    bool wanted = false;  // is itself asked for by grad()
    bool leads_on;        // has operands that lead to what is asked for

    explicit Entry(Node* node) : tensor(retain(node)), leads_on(node->rule != nullptr) {}
    Entry(Entry&&) noexcept = default;
    Entry& operator=(Entry&&) noexcept = default;
    ~Entry() { mark(0); }

    void mark(std::uint32_t position) const {
      if (tensor.defined()) tensor.get()->position = position;
    }
    void forget() {
      mark(0);
      tensor = {};
    }
  };

  Entry& entry(const Node& node) { return entries_[node.position - 1]; }

  void mark(bool on) override {
    std::uint32_t position = 0;
    for (const Entry& e : entries_) {
      ++position;
      e.mark(on ? position : 0);
    }
  }

  // Never inlined, where it would compete for registers.
  [[gnu::hot, gnu::noinline]] void collect(std::span<const Tensor> outputs) {
    std::vector<Entry>& entries = entries_;
    const std::uint64_t oldest = oldest_;
    std::uint32_t count = 0;
    const auto visit = [&](Node* node) {
      if (!node->requires_grad || node->position != 0 || node->created < oldest) return;
      entries.emplace_back(node);
      node->position = ++count;
    };
    for (const Tensor& output : outputs) visit(output.get());
    bool in_order = true, in_doubt = false;
    std::uint64_t last = ~std::uint64_t{0};
    for (std::uint32_t next = 0; next < count; ++next) {
      const Node& y = *entries[next].tensor.get();
      if (y.rule == nullptr) continue;
      in_order &= y.created < last;
      last = y.created;
      std::uint64_t written = y.written;
      unsigned number = y.numbers;
      for (const Slot& slot : y.operands()) {
        if ((number & 1) == 0) {
          written = std::max(written, slot.node->written);
          visit(slot.node);
        }
        number >>= 1;
      }
      in_doubt |= y.freed || written > last;
    }
    in_doubt_ = in_doubt;
    if (in_order) return;
    std::ranges::sort(entries, std::ranges::greater(),
                      [](const Entry& e) { return e.tensor.get()->created; });
    mark(true);
  }

  void keep_what_leads_to(std::span<const Tensor> inputs) {
    for (const Tensor& input : inputs) {
      if (input.node().position != 0) entry(input.node()).wanted = true;
    }
    for (Entry& e : entries_) {
      if (!e.leads_on && !e.wanted) e.forget();
    }
    for (auto next = entries_.rbegin(); next != entries_.rend(); ++next) {  // operands before results
      Entry& e = *next;
      if (!e.leads_on) continue;
      y_ = e.tensor.get();
      e.leads_on = false;
      for (std::size_t i = 0; i < y_->operand_count; ++i) e.leads_on |= wants(i);
      if (!e.leads_on && !e.wanted) e.forget();
    }
  }

  // Where somebody looks at the cotangent, or it is to stay.
  [[gnu::noinline]] void hand_on_watched(Entry& e, bool keeps) {
    make_whole(e);
    if (y_->has_hooks) e.cotangent = detail::call_hooks(*y_, std::move(e.cotangent));
    if (detail::hooked_nodes != 0) check(e);  // a hook may have written, or run a pass of its own
    if (detail::anomaly != Anomaly::none) check_incoming(*y_, e.cotangent);
    Tensor cotangent = keeps ? e.cotangent : std::move(e.cotangent);
    y_->rule->backward(e.tensor, std::move(cotangent), *this);
    if (detail::anomaly != Anomaly::none) check_operands();
  }

  // A leaf may stand before what contributes to it, so these hooks come last.
  void call_hooks_at_the_ends() {
    for (Entry& e : entries_) {
      if (!e.cotangent.defined() || e.leads_on) continue;
      const Node& node = *e.tensor.get();
      if (node.has_hooks) make_whole(e);
      if (node.has_hooks) e.cotangent = detail::call_hooks(node, std::move(e.cotangent));
    }
  }

  // What the rule of y just gave.
  void check_operands() {
    for (std::size_t i = 0; i < y_->operand_count; ++i) {
      if (!wants(i)) continue;
      const Tensor& cotangent = entry(*y_->operands()[i].node).cotangent;
      if (cotangent.defined()) check_cotangent(*y_, i, cotangent);
    }
  }

  static void make_whole(Entry& e) {
    if (stands_for_many(e.cotangent, *e.tensor.get())) e.cotangent = repeated(e.cotangent, *e.tensor.get());
  }

  static void check(const Entry& e) {
    if (e.leads_on) check_saved(*e.tensor.get());
  }

  // Further contributions are added in place, so what the leaf keeps must be nobody else's.
  static void add_to_grad(Node& node, Tensor&& gradient) {
    if (node.grad == nullptr) {
      if (!gradient.get()->is_unshared()) gradient = gradient.clone();
      if (replay::listener != nullptr) return replay::listener->set_grad(node, gradient.get());
      node.grad = gradient.take();
      return;
    }
    Node* const before = node.grad;
    if (replay::listener != nullptr) replay::listener->set_grad(node, before);
    Tensor sum(std::exchange(node.grad, nullptr));
    try {
      add_term(sum, std::move(gradient));
    } catch (...) {  // there was no memory: what it was it stays
      node.grad = sum.take();
      throw;
    }
    node.grad = sum.take();
    if (replay::listener != nullptr && node.grad != before) replay::listener->set_grad(node, node.grad);
  }

  static inline thread_local std::vector<Entry>
      first;  // for a pass that is not inside another: keeps its memory

  BackwardOptions options_;
  std::vector<Entry> own_, &entries_;
  std::uint64_t oldest_ = 0;
  bool has_one_for_all_ = false;  // whether a cotangent may stand for many
  bool in_doubt_ = false;         // whether there is a node that check() has to look at
};

}  // namespace eingrad
