#include <algorithm>
#include <map>
#include <set>

#include <autodiff/elementwise/computation.hpp>
#include <autodiff/kernels/stream.hpp>
#include <autodiff/replay/blocks.hpp>
#include <autodiff/threads.hpp>

namespace eingrad::replay {

namespace {

constexpr std::size_t block = 2048;  // elements: 16 KiB of float64

/// A call of an elementwise kernel, and what of its block goes from scratch memory to where it is to stay.
struct Stage {
  struct Out {
    std::byte* to;
    const std::byte* from;
    std::size_t element_bytes;
  };
  ElementwiseComputation* call;
  std::vector<Out> outs = {};
};

/// Stages that are gone through for one block after the other; each thread has scratch memory of its own.
class Run final : public Computation {
 public:
  Run(std::size_t numel, std::size_t slots)
      : numel_(numel),
        threads_(static_cast<std::size_t>(num_threads())),
        bytes_of_thread_(slots * slot_bytes),
        scratch_(allocate(threads_ * bytes_of_thread_)) {}
  ~Run() { deallocate(scratch_, threads_ * bytes_of_thread_); }

  std::byte* slot(std::size_t k) { return static_cast<std::byte*>(scratch_) + k * slot_bytes; }
  void add(Stage stage) { stages_.push_back(std::move(stage)); }

  void run() override {
    const std::size_t parts = std::min(threads_, static_cast<std::size_t>(num_threads()));
    if (numel_ < worthwhile || parts == 1) return run_part(0, 1);
    struct Context {
      Run* run;
      std::size_t parts;
    } context{this, parts};
    eingrad::detail::on_threads(
        parts,
        [](void* address, std::size_t part) {
          const auto& [run, count] = *static_cast<Context*>(address);
          run->run_part(part, count);
        },
        &context);
  }

 private:
  static constexpr std::size_t slot_bytes = block * sizeof(double), worthwhile = 32'768;

  void run_part(std::size_t part, std::size_t parts) {
    const std::size_t blocks = (numel_ + block - 1) / block, scratch = part * bytes_of_thread_;
    for (std::size_t k = blocks * part / parts; k < blocks * (part + 1) / parts; ++k) {
      const std::size_t first = k * block, count = std::min(block, numel_ - first);
      for (const Stage& stage : stages_) {
        stage.call->run_part(first, count, scratch);
        for (const auto& [to, from, bytes] : stage.outs)
          kernels::stream(to + first * bytes, from + scratch, count * bytes);
      }
    }
    kernels::end_streams();
  }

  std::vector<Stage> stages_;
  std::size_t numel_, threads_, bytes_of_thread_;
  void* scratch_;
};

/// What can be done in blocks, or null.
ElementwiseComputation* blockwise(const Instruction& instruction) {
  auto* call = dynamic_cast<ElementwiseComputation*>(instruction.computation.get());
  return call != nullptr && call->is_flat() && call->numel() >= 2 * block ? call : nullptr;
}

/// Whether two instructions have to stay in their order: one writes what the other reads or writes.
bool depend(const Instruction& a, const Instruction& b) {
  const auto writes_of = [](const Instruction& writer, const Instruction& other) {
    return std::ranges::any_of(writer.written, [&](const Node* node) {
      return std::ranges::count(other.read, node) + std::ranges::count(other.written, node) > 0;
    });
  };
  return writes_of(a, b) || writes_of(b, a);
}

bool depends_on_any(const Instruction& instruction, const std::vector<Instruction*>& others) {
  return std::ranges::any_of(others, [&](const Instruction* other) { return depend(instruction, *other); });
}

/// Whether all that an instruction does is to write tensors from tensors.
bool is_movable(const Instruction& i) {
  return i.draws == nullptr && !i.follows_the_host && !i.may_fail && !i.restores && !i.written.empty();
}

/// Instructions that stand one after the other, as they are best done: what the run does not need first, or
/// behind it what needs the run.
struct Stretch {
  std::vector<Instruction*> before, run, behind;

  /// False if the instruction has to come behind the whole stretch.
  bool take(Instruction& next) {
    const ElementwiseComputation* const call = blockwise(next);
    const bool fits = call != nullptr && (run.empty() || call->numel() == blockwise(*run.front())->numel());
    if (next.leaf != nullptr) {  // a gradient that is handed over is a pointer, which no kernel looks at
      before.push_back(&next);
    } else if (fits && !depends_on_any(next, behind)) {
      run.push_back(&next);
    } else if (call != nullptr || run.empty() || !is_movable(next)) {
      return false;  // one that can be done in blocks may begin another run
    } else if (depends_on_any(next, run) || depends_on_any(next, behind)) {
      behind.push_back(&next);
    } else {
      before.push_back(&next);
    }
    return true;
  }
};

class Planner {
 public:
  explicit Planner(Tape& tape) : tape_(tape) {
    for (const std::vector<Node*>* nodes : {&tape.inputs, &tape.outputs})
      pinned_.insert(nodes->begin(), nodes->end());
    for (const Instruction& i : tape.instructions()) {
      pinned_.insert({i.leaf, i.gradient});
      for (const std::vector<Node*>* nodes : {&i.read, &i.written}) {
        for (const Node* node : *nodes) ++mentions_[node];
      }
    }
  }

  std::vector<Computation*> plan(std::vector<std::unique_ptr<Computation>>& made) {
    std::vector<Computation*> program;
    std::vector<Instruction>& all = tape_.instructions();
    for (std::size_t i = 0; i < all.size();) {
      Stretch stretch;
      while (i < all.size() && stretch.take(all[i])) ++i;
      const auto add = [&](const Instruction* each) { program.push_back(each->computation.get()); };
      std::ranges::for_each(stretch.before, add);
      if (stretch.run.size() > 1) {
        made.push_back(joined(stretch.run));
        program.push_back(made.back().get());
      } else {
        std::ranges::for_each(stretch.run, add);
      }
      std::ranges::for_each(stretch.behind, add);
      if (stretch.run.empty() && i < all.size()) add(&all[i++]);
    }
    return program;
  }

 private:
  /// Whether these instructions write a node before they read it, all of it, so that it can be written
  /// somewhere else.
  bool is_made_by(const std::vector<Instruction*>& run, const Node& node) const {
    if (node.numel() == 1 || !tape_.made(node)) return false;
    for (const Instruction* i : run) {
      if (std::ranges::count(i->read, &node) > 0) return false;
      if (std::ranges::count(i->written, &node) > 0) return true;
    }
    return false;
  }

  /// Whether nothing but these instructions needs the values of a node that they make.
  bool is_passing(const std::vector<Instruction*>& run, const Node& node) const {
    if (pinned_.contains(&node) || node.references != 1) return false;
    std::size_t inside = 0;
    for (const Instruction* i : run) {
      for (const std::vector<Node*>* nodes : {&i->read, &i->written})
        inside += static_cast<std::size_t>(std::ranges::count(*nodes, &node));
    }
    return inside == mentions_.at(&node);
  }

  /// Where the values go that a run makes: those that pass to scratch memory only, and large ones that stay
  /// go there first. From there they can go past the caches, which then need not read what is overwritten.
  struct Scratch {
    std::map<const Node*, std::size_t> slot_of{};
    std::vector<std::vector<const Node*>>
        leaving;  ///< behind each instruction, those that it is the last to use
    std::size_t slots = 0;
  };

  Scratch scratch_of(const std::vector<Instruction*>& run) const {
    std::map<const Node*, std::size_t> last_use;
    for (std::size_t k = 0; k < run.size(); ++k) {
      for (const std::vector<Node*>* nodes : {&run[k]->read, &run[k]->written}) {
        for (const Node* node : *nodes) last_use[node] = k;
      }
    }
    Scratch scratch{.leaving = std::vector<std::vector<const Node*>>(run.size())};
    std::vector<std::size_t> free;
    for (std::size_t k = 0; k < run.size(); ++k) {
      const Node& written = *run[k]->written.front();
      const bool passes = is_passing(run, written), is_large = written.bytes() >= kernels::streamed_bytes;
      if (!scratch.slot_of.contains(&written) && is_made_by(run, written) && (passes || is_large)) {
        if (free.empty()) free.push_back(scratch.slots++);
        scratch.slot_of[&written] = free.back();
        free.pop_back();
        if (!passes) scratch.leaving[last_use[&written]].push_back(&written);
      }
      std::set<const Node*> done(run[k]->read.begin(), run[k]->read.end());
      done.insert(&written);
      for (const Node* node : done) {
        if (scratch.slot_of.contains(node) && last_use[node] == k) free.push_back(scratch.slot_of[node]);
      }
    }
    return scratch;
  }

  std::unique_ptr<Run> joined(const std::vector<Instruction*>& instructions) const {
    const auto& [slot_of, leaving, slots] = scratch_of(instructions);
    auto run = std::make_unique<Run>(blockwise(*instructions.front())->numel(), slots);
    const auto slot = [&run, &known = slot_of](const Node* node) { return run->slot(known.at(node)); };
    const auto redirect = [&slot, &known = slot_of](ElementwiseComputation::Array& array) {
      if (!known.contains(array.node)) return;
      array.data = slot(array.node);
      array.step = 0;
      array.is_scratch = true;
    };
    std::set<const Node*> staying;
    for (std::size_t k = 0; k < instructions.size(); ++k) {
      Stage stage{blockwise(*instructions[k])};
      redirect(stage.call->written());
      for (auto& array : stage.call->read()) redirect(array);
      for (const Node* node : leaving[k]) {
        stage.outs.push_back({static_cast<std::byte*>(node->data), slot(node), size_of(node->dtype)});
        staying.insert(node);
      }
      run->add(std::move(stage));
    }
    for (const auto& [node, number] : slot_of) {
      if (!staying.contains(node)) const_cast<Node*>(node)->shrink_to_one({});
    }
    return run;
  }

  Tape& tape_;
  std::set<const Node*> pinned_;
  std::map<const Node*, std::size_t> mentions_;
};

}  // namespace

std::vector<Computation*> in_blocks(Tape& tape, std::vector<std::unique_ptr<Computation>>& made) {
  return Planner(tape).plan(made);
}

}  // namespace eingrad::replay
