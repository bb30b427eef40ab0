#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <autodiff/accumulate.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

/// A tensor and the sum of what has arrived of its cotangent.
struct Reached {
  Tensor tensor, cotangent;
};

/// The tensors that the cotangents of a backward pass have reached, from which the newest is taken.
class Frontier {
 public:
  /// One that is not next; the node's `position` counts the entries up to this one.
  struct Entry : Reached {
    bool leads_on;        // has operands that lead to what is asked for
    bool wanted = false;  // is itself asked for by grad()

    Entry(Tensor&& node, Tensor&& arrived, bool has_operands)
        : Reached{std::move(node), std::move(arrived)}, leads_on(has_operands) {}
  };

  /// `nested` for that of a pass inside of another one.
  explicit Frontier(bool nested)
      : own_(nested ? std::make_unique<Work>() : nullptr), work_(nested ? *own_ : of_thread) {}
  Frontier(const Frontier&) = delete;
  Frontier& operator=(const Frontier&) = delete;
  ~Frontier() {
    mark(false);
    work_.entries.clear();
    work_.waiting.clear();
  }

  std::span<Entry> entries() noexcept { return work_.entries; }
  Entry& entry(const Node& node) { return work_.entries[node.position - 1]; }
  /// Results before operands.
  void sort_entries() {
    std::ranges::sort(work_.entries, std::ranges::greater(),
                      [](const Entry& e) { return e.tensor.get()->created; });
    mark(true);
  }
  template <class Predicate>
  void keep_entries_if(Predicate keeps) {
    mark(false);
    std::erase_if(work_.entries, [&](const Entry& e) { return !keeps(e); });
    mark(true);
  }
  /// Its entry, or the one that is next, in either of which the cotangent may be undefined; else null.
  Reached* find(const Node& node) {
    if (node.position != 0) return &entry(node);
    return next_.tensor.get() == &node ? &next_ : nullptr;
  }

  /// False if none is left that waits for its turn.
  bool take_newest(Reached& now) {
    if (next_.tensor.defined()) {
      now = std::move(next_);
      return true;
    }
    if (work_.waiting.empty()) return false;
    std::ranges::pop_heap(work_.waiting, is_older);
    now = take(*work_.waiting.back());
    work_.waiting.pop_back();
    return true;
  }

  /// Inlined where it is short: a short step comes here as often as it calls a kernel.
  [[gnu::always_inline]] void add_to(Node& node, Tensor&& contribution) {
    const bool is_known = node.position != 0 || &node == next_.tensor.get();
    if (is_known) return add_to_known(node, std::move(contribution));
    if (node.is_leaf()) return enter(node, std::move(contribution), false);
    const bool is_newest = work_.waiting.empty() || is_older(work_.waiting.front(), &node);
    if (next_.tensor.defined() || !is_newest) return wait_among_others(node, std::move(contribution));
    next_.tensor = Tensor(retain(&node));
    next_.cotangent = std::move(contribution);
  }

  /// Gives it an entry, without a turn.
  [[gnu::noinline]] void enter(Node& node, Tensor&& cotangent, bool leads_on) {
    work_.entries.emplace_back(Tensor(retain(&node)), std::move(cotangent), leads_on);
    node.position = static_cast<std::uint32_t>(work_.entries.size());
  }

  /// Writes the positions into the nodes, or clears them.
  void mark(bool on) {
    std::uint32_t position = 0;
    for (const Entry& e : work_.entries) {
      ++position;
      if (e.tensor.defined()) e.tensor.get()->position = on ? position : 0;
    }
  }

 private:
  struct Work {
    std::vector<Entry> entries;
    std::vector<Node*> waiting;  // those with a cotangent to hand on: a heap, with the newest in front
  };

  static constexpr auto is_older = [](const Node* a, const Node* b) { return a->created < b->created; };

  // Vacates the entry, unless somebody will ask for it. Those at the end are used again.
  Reached take(Node& node) {
    Entry& e = entry(node);
    if (e.wanted || node.retains_grad) return {e.tensor, e.cotangent};
    Reached taken = std::move(e);
    node.position = 0;
    while (!work_.entries.empty() && !work_.entries.back().tensor.defined()) work_.entries.pop_back();
    return taken;
  }

  [[gnu::noinline]] void add_to_known(Node& node, Tensor&& contribution) {
    if (node.position == 0) return accumulate(next_.cotangent, std::move(contribution));
    Entry& e = entry(node);
    if (!e.cotangent.defined() && e.leads_on) wait(node);
    accumulate(e.cotangent, std::move(contribution));
  }

  [[gnu::noinline]] void wait_among_others(Node& newcomer, Tensor&& contribution) {
    Reached reached{Tensor(retain(&newcomer)), std::move(contribution)};
    if (next_.tensor.defined() && is_older(next_.tensor.get(), reached.tensor.get()))
      std::swap(next_, reached);
    Node& node = *reached.tensor.get();
    enter(node, std::move(reached.cotangent), true);
    wait(node);
  }

  void wait(Node& node) {
    work_.waiting.push_back(&node);
    std::ranges::push_heap(work_.waiting, is_older);
  }

  static inline thread_local Work of_thread;  // for a pass that is not inside another: keeps its memory

  std::unique_ptr<Work> own_;
  Work& work_;
  Reached next_;  // the newest of those that wait, unless it has an entry: most chains need none, and no heap
};

}  // namespace eingrad
