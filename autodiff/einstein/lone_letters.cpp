// A letter alone that is read as the size of its axis may be meant as a number for each element: sum_k k p_k.
#include <algorithm>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/parser.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

void Parser::refuse_size(const LoneLetter& size) const {
  fail_at(
      size.at, fmt::format("{} is the letter of an axis, not a number", size.letter),
      fmt::format("|{0}| for the size of the axis; for the numbers 1, 2, … a tensor of its own", size.letter),
      Mistake::name);
}

void Parser::refuse_sizes_over(const Indices& letters, std::size_t first, Sizes which) const {
  for (std::size_t i = first; i < sizes_.size(); ++i) {
    const bool is_meant = which == Sizes::all || !sizes_[i].is_below;
    const auto is_of_axis = [&](const Index& index) {
      return axes_.axis_of(index.letter) == sizes_[i].letter;
    };
    if (is_meant && std::ranges::any_of(letters, is_of_axis)) refuse_size(sizes_[i]);
  }
}

void Parser::refuse_sizes_in(const Expr& term, std::size_t first) const {
  if (first < sizes_.size()) refuse_sizes_over(all_indices(term), first, Sizes::above);
}

}  // namespace eingrad::einstein
