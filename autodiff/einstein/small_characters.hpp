#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace eingrad::einstein {

/// What small characters at the beginning of a text say in ASCII, and how many bytes they have; 0 if there
/// are none.
struct SmallCharacters {
  std::string text = "";
  std::size_t length = 0;
};

/// "_{ij}" for ᵢⱼ, "_{n=1}" for ₙ₌₁
SmallCharacters digits_of(std::string_view text);
SmallCharacters subscript_of(std::string_view text);
/// "^2" for ², "^12" for ¹², "^(-1)" for ⁻¹
SmallCharacters superscript_of(std::string_view text);
/// "(1/2)" for ½; for ¹⁄₂ and ²⁄ₘ, too, unless what is above may be a power of what stands in front.
SmallCharacters fraction_of(std::string_view text, bool may_be_power);

}  // namespace eingrad::einstein
