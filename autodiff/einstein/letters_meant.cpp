// What may have been meant by letters that do not fit.
#include <algorithm>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/missing_factors.hpp>
#include <autodiff/einstein/parser.hpp>
#include <autodiff/einstein/place_sums.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

Parser::Trial Parser::tried(std::size_t begin, std::size_t end, const std::string& text) const {
  if (is_trial_) return {};
  std::string line(text_);
  line.replace(begin, end - begin, text);
  try {
    Parser trial(line, declarations_);
    trial.is_trial_ = true;
    Statement read = trial.statement();
    read.value = place_sums(read.value, read.free);
    return {true, judge_ && judge_(read)};
  } catch (const value_error&) {  // it was not meant
    return {};
  }
}

// X_nd for X_dn, P_nk for P_ni, and h_nj for P_nj: the same tensor comes first.
std::vector<std::string> Parser::tensors_meant(const LetterAxes::Use& use) {
  const Indices letters = axes_.letters_of(use);
  std::vector<std::string> words, axes;
  for (const Index& index : letters) {
    words.push_back(index.letter);
    axes.push_back(axes_.axis_of(index.letter));
  }
  std::vector<std::string> all;
  std::vector<std::size_t> order(letters.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto has_axis = [&](std::size_t from, const std::string& axis) { return axes[from] == axis; };
  while (order.size() < 5 && std::ranges::next_permutation(order).found) {
    if (!std::ranges::equal(order, *declarations_.axes_of(use.name), has_axis)) continue;
    std::string word;
    for (const std::size_t from : order) word += words[from];
    all.push_back(use.name + "_" + word);
  }
  const std::vector<Indices> others_of_its_axes = choices(*declarations_.axes_of(use.name), axes_.letters());
  for (const Indices& others : others_of_its_axes) {  // P_nk for P_ni
    std::string word;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < others.size(); ++i) {
      word += others[i].letter;
      kept += others[i].letter == words[i];
    }
    if (kept + 1 == others.size()) all.push_back(use.name + "_" + word);
  }
  for (const std::string& name : declarations_.names()) {
    const auto* others = declarations_.axes_of(name);
    if (others != nullptr && *others == axes) all.push_back(fmt::format("{}_{}", name, fmt::join(words, "")));
  }
  return all;
}

void Parser::refuse_axis(const LetterAxes::Use& use) {
  std::vector<std::string> meant, right;
  at_ = use.at + use.name.size();
  const bool is_of_tensor = declarations_.axes_of(use.name) != nullptr;  // else of the left side
  if (is_of_tensor && (here() == '_' || here() == '[')) {
    subscript();
    for (const std::string& tensor : tensors_meant(use)) {
      const Trial trial = tried(use.at, at_, tensor);
      const bool is_another = !tensor.starts_with(use.name + "_");
      if (trial.is_read && !(is_another && !meant.empty())) meant.push_back(tensor);
      if (trial.is_right) right.push_back(tensor);
    }
    // Where there is another mistake of the kind, none can be read: the same tensor with its own letters.
    if (const auto all = tensors_meant(use);
        meant.empty() && !all.empty() && all[0].starts_with(use.name + "_"))
      meant.push_back(all[0]);
  }
  if (!right.empty()) meant = right;
  const std::string axis = axes_.axis_of(use.index.letter);
  std::string hint = fmt::format("{}", fmt::join(meant, " or "));
  if (meant.empty())
    hint = fmt::format(
        "another letter there, for {} stands for the axis {} alone, or the letters of {} in another order",
        use.index.letter, axis, use.name);
  else if (right.empty())
    hint += ", or another letter there";
  if (right.empty()) hint += advice_for_one_axis({axis, use.index.axis});
  fail_at(use.at,
          fmt::format("the letter {} runs over {}, but this axis of {} is {}", use.index.letter, axis,
                      use.name, use.index.axis),
          hint, Mistake::axis);
}

}  // namespace eingrad::einstein
