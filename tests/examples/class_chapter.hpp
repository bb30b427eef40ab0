#pragma once
// The chapters on classification, as their user runs them.
#include <string>
#include <vector>

#include <tests/examples/chapter_1_1.hpp>

namespace chapter {

struct ClassChapter {
  std::string name;    ///< of the program
  std::string number;  ///< "2_1"
  std::size_t epochs;
  std::string loss = "CE";

  Finished run(const Words& arguments, const Words& environment = {}) const;
  /// Standard output of a run that must succeed without a word on standard error.
  std::string output_of(const Words& arguments) const;

  /// With the seeds 0, 1 and 2, on each kind of processor: the losses and accuracies that PyTorch found.
  void check_digits() const;
  /// Predictions and parameters of both models after training are the same but for rounding.
  void check_agreement(const std::string& out) const;
  /// --explain, which shows `formulas`, --graph, whose text has `labels`, and --plot.
  void check_pictures(const Words& formulas, const Words& labels) const;
  void check_refusals() const;
};

}  // namespace chapter
