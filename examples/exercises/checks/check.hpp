#pragma once
// What the checks share. They tell the learner what is wrong by FAIL, in the terms of the exercise; no other
// message of Catch2 is meant to be read.
#include <string>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <tests/catch.hpp>

#include <fmt/format.h>

namespace exercise {

using eingrad::Tensor;

/// A wrong value that has a known cause.
struct Suspect {
  std::string what;  ///< goes on after "dL/db is"
  Tensor value;
};

/// What the right value is made of, an element for each of its own.
struct Term {
  std::string formula;
  Tensor value;
};

inline bool same(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && eingrad::allclose(a, b);
}

/// The constant c with a = c b, or 0 if there is none.
inline double factor_between(const Tensor& a, const Tensor& b) {
  const double squares = eingrad::sum(b * b).item();
  const double factor = squares > 0 ? eingrad::sum(a * b).item() / squares : 0;
  return eingrad::allclose(a, factor * b) ? factor : 0;
}

/// Fails with the first element of a matrix that differs, and the right value's terms there.
inline void show_first_difference(const std::string& name, const Tensor& yours, const Tensor& right,
                                  const std::vector<Term>& terms) {
  const auto at = [](const Tensor& a, std::int64_t k) { return flatten(a.detach())[k]; };
  std::int64_t k = 0;
  while (same(at(yours, k), at(right, k))) ++k;
  std::string text = fmt::format("{}[{},{}] is {:.6g}, and should be {:.6g}:", name, k / right.size(-1),
                                 k % right.size(-1), at(yours, k).item(), at(right, k).item());
  for (const Term& term : terms)
    text += fmt::format("\n  {:<24}{:10.6g}", term.formula, at(term.value, k).item());
  FAIL(text);
}

/// Fails unless `yours` is `right`, and says what it is instead: one of the suspects, of another shape, or a
/// multiple of the right one. If it is none of these, the terms of a matrix show where it goes wrong.
inline void compare(const std::string& name, const Tensor& yours, const Tensor& right,
                    const std::vector<Suspect>& suspects = {}, const std::vector<Term>& terms = {}) {
  if (!yours.defined()) FAIL(name << " is an undefined tensor");
  if (same(yours, right)) return;
  for (const Suspect& suspect : suspects) {
    if (same(yours, suspect.value)) FAIL(name << " is " << suspect.what);
  }
  if (yours.shape() != right.shape())
    FAIL(name << " has the shape " << to_string(yours.shape()) << ", and should have "
              << to_string(right.shape()));
  if (const double factor = factor_between(yours, right); factor != 0)
    FAIL(name << " is " << fmt::format("{:.6g}", factor) << " times the right one");
  if (!terms.empty()) show_first_difference(name, yours, right, terms);
  FAIL(name << " is\n" << yours.detach() << "\nand should be\n" << right.detach());
}

/// Fails with the words and gradcheck's table unless the gradients of f are those that differences find.
inline void check_gradients(const std::string& words, const eingrad::TensorFunction& f,
                            const std::vector<Tensor>& inputs) {
  if (const auto result = eingrad::gradcheck(f, inputs); !result) FAIL(words << "\n" << result);
}

}  // namespace exercise
