#include <span>

#include <autodiff/einstein/letters.hpp>
#include <autodiff/einstein/small_characters.hpp>

namespace eingrad::einstein {

namespace {

/// The characters of a table that a text begins with.
SmallCharacters run_of(std::span<const Spelled> table, std::string_view text) {
  SmallCharacters run;
  while (const Spelled* each = first_of(table, text.substr(run.length))) {
    run.text += each->second;
    run.length += each->first.size();
  }
  return run;
}

}  // namespace

SmallCharacters digits_of(std::string_view text) { return run_of(small_digits, text); }

SmallCharacters subscript_of(std::string_view text) {
  SmallCharacters run = run_of(subscripts, text);
  if (run.length == 0) return {};
  if (text.substr(run.length).starts_with(from_one.first)) {
    run.text += from_one.second;
    run.length += from_one.first.size();
  }
  return {"_{" + run.text + "}", run.length};
}

SmallCharacters superscript_of(std::string_view text) {
  const auto [above, length] = run_of(superscripts, text);
  if (length == 0) return {};
  return {above.find_first_of("-*") == std::string::npos ? "^" + above : "^(" + above + ")", length};
}

SmallCharacters fraction_of(std::string_view text, bool may_be_power) {
  if (const Spelled* whole = first_of(fractions, text))
    return {std::string(whole->second), whole->first.size()};
  constexpr std::string_view slash = "⁄";
  const auto [above, length] = run_of(superscripts, text);
  if (length == 0 || may_be_power || !text.substr(length).starts_with(slash)) return {};
  const std::string_view rest = text.substr(length + slash.size());
  const SmallCharacters digits = run_of(small_digits, rest), letters = run_of(subscripts, rest);
  return {"(" + above + "/" + digits.text + letters.text + ")",
          length + slash.size() + digits.length + letters.length};
}

}  // namespace eingrad::einstein
