#pragma once
#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace eingrad::einstein {

// The letters of formulas in Unicode, each with its spelling in ASCII.

using Spelled = std::pair<std::string_view, std::string_view>;

// clang-format off
inline constexpr Spelled greek[] = {
    {"α", "alpha"}, {"β", "beta"}, {"γ", "gamma"}, {"δ", "delta"}, {"ε", "epsilon"}, {"η", "eta"},
    {"θ", "theta"}, {"λ", "lambda"}, {"μ", "mu"}, {"ν", "nu"}, {"π", "pi"}, {"ρ", "rho"}, {"σ", "sigma"},
    {"τ", "tau"}, {"φ", "phi"}, {"ψ", "psi"}, {"ω", "omega"}, {"ζ", "zeta"}, {"κ", "kappa"}, {"χ", "chi"}, {"ξ", "xi"},
    {"Γ", "Gamma"}, {"Δ", "Delta"}, {"∆", "Delta"}, {"Θ", "Theta"}, {"Λ", "Lambda"}, {"Ξ", "Xi"}, {"Φ", "Phi"},
    {"Ψ", "Psi"}, {"Ω", "Omega"}, {"ϵ", "epsilon"}, {"ϕ", "phi"},
};
inline constexpr Spelled signs[] = {
    {"∂", "partial"}, {"∇", "nabla"}, {"·", "*"}, {"×", "*"}, {"∗", "*"}, {"⋅", "*"}, {"⊙", "*"}, {"∘", "*"},
    {"−", "-"}, {"–", "-"}, {"÷", "/"}, {"⁄", "/"}, {"′", "'"}, {"’", "'"}, {"ᵀ", "^T"}, {"Σ", "sum"}, {"∑", "sum"},
    {"√", "sqrt"}, {"∣", "|"}, {"\u00a0", " "}, {"∈", " in "}, {"ℝ", "R"}, {"≔", ":="},
};
inline constexpr Spelled fractions[] = {
    {"½", "(1/2)"}, {"⅓", "(1/3)"}, {"⅔", "(2/3)"}, {"¼", "(1/4)"}, {"¾", "(3/4)"},
};
inline constexpr Spelled superscripts[] = {
    {"⁰", "0"}, {"¹", "1"}, {"²", "2"}, {"³", "3"}, {"⁴", "4"}, {"⁵", "5"}, {"⁶", "6"}, {"⁷", "7"}, {"⁸", "8"}, {"⁹", "9"},
    {"⁻", "-"}, {"ⁿ", "n"}, {"ᵐ", "m"}, {"ᵏ", "k"}, {"ᴺ", "N"}, {"ᵈ", "d"}, {"ⁱ", "i"}, {"ʲ", "j"},
    {"ʰ", "h"}, {"ᵖ", "p"}, {"ˣ", "*"},
};
inline constexpr Spelled small_digits[] = {
    {"₀", "0"}, {"₁", "1"}, {"₂", "2"}, {"₃", "3"}, {"₄", "4"}, {"₅", "5"}, {"₆", "6"}, {"₇", "7"}, {"₈", "8"}, {"₉", "9"},
};
/// There are no small b c d f g q w y z.
inline constexpr Spelled subscripts[] = {
    {"ₐ", "a"}, {"ₑ", "e"}, {"ₕ", "h"}, {"ᵢ", "i"}, {"ⱼ", "j"}, {"ₖ", "k"}, {"ₗ", "l"}, {"ₘ", "m"}, {"ₙ", "n"},
    {"ₒ", "o"}, {"ₚ", "p"}, {"ᵣ", "r"}, {"ₛ", "s"}, {"ₜ", "t"}, {"ᵤ", "u"}, {"ᵥ", "v"}, {"ₓ", "x"},
};
/// Where a sum begins, ∑ₙ₌₁ᵐ.
inline constexpr Spelled from_one = {"₌₁", "=1"};
/// Letters that have their accent in them.
inline constexpr Spelled accented[] = {
    {"ŷ", "yhat"}, {"Ŷ", "Yhat"}, {"ŵ", "what"}, {"Ŵ", "What"}, {"ẑ", "zhat"}, {"ĥ", "hhat"}, {"â", "ahat"},
    {"ȳ", "ybar"}, {"Ȳ", "Ybar"}, {"ā", "abar"}, {"ē", "ebar"}, {"ō", "obar"}, {"ū", "ubar"},
};
/// Accents that follow their letter as a character of their own.
inline constexpr Spelled accents[] = {{"\u0302", "hat"}, {"\u0304", "bar"}, {"\u0303", "tilde"}};
// clang-format on

/// The entry with this spelling in ASCII, or null.
inline const Spelled* spelled_as(std::span<const Spelled> letters, std::string_view ascii) {
  const auto found = std::ranges::find(letters, ascii, &Spelled::second);
  return found == letters.end() ? nullptr : &*found;
}

/// The entry whose character a text begins with, or null.
inline const Spelled* first_of(std::span<const Spelled> letters, std::string_view text) {
  const auto found =
      std::ranges::find_if(letters, [&](const Spelled& each) { return text.starts_with(each.first); });
  return found == letters.end() ? nullptr : &*found;
}

}  // namespace eingrad::einstein
