#pragma once
// The chapters on classification, as their user runs them.
#include <cstddef>
#include <string>
#include <vector>

#include <tests/examples/chapter_1_1.hpp>

namespace chapter {

struct ClassChapter {
  std::string name;    ///< of the program
  std::string number;  ///< "2_1"
  std::size_t epochs;
  std::string loss = "CE";
  std::ptrdiff_t by_hand = 2;  ///< ways to the same gradient

  Finished run(const Words& arguments, const Words& environment = {}) const;
  /// Standard output of a run that must succeed without a word on standard error.
  std::string output_of(const Words& arguments) const;

  /// With the seeds 0, 1 and 2, on each kind of processor: the losses and accuracies that PyTorch found.
  void check_digits() const;
  /// Predictions and parameters of both models after training are the same but for rounding.
  void check_agreement(const std::string& out) const;
  /// Of each layer, whose weight has one of these shapes: by hand, by autograd and by differences.
  void check_differences(Words arguments, const Words& shapes) const;
  /// --explain, which shows `formulas`, --graph, whose text has `labels`, and --plot.
  void check_pictures(const Words& formulas, const Words& labels) const;
  void check_refusals() const;
};

}  // namespace chapter
