#pragma once
// The chapters with two linear models on generated data, as their user runs them.
#include <cstdint>
#include <string>
#include <vector>

#include <tests/examples/chapter_1_1.hpp>

namespace chapter {

struct LinearChapter {
  std::string name;    ///< of the program
  std::string number;  ///< "1_2"
  std::int64_t features, targets;

  Finished run(const Words& arguments, const Words& environment = {}) const;
  /// Standard output of a run that must succeed without a word on standard error.
  std::string output_of(const Words& arguments) const;

  /// With the seeds 0, 1 and 2, on each kind of processor: the losses and parameters that PyTorch found.
  void check_digits() const;
  /// By hand, by autograd and by differences.
  void check_gradients(const std::vector<Words>& settings) const;
  /// --explain, which shows `formulas`, --graph, whose text has `labels`, and --plot.
  void check_pictures(const Words& formulas, const Words& labels) const;
  void check_refusals() const;
};

}  // namespace chapter
