#include <cstdint>
#include <string_view>

#include <autodiff/einstein/letters.hpp>

#include <derive/latex.hpp>
#include <fmt/format.h>

namespace sheets {

using namespace eingrad::einstein;

namespace {

/// The number of a character in UTF-8.
std::uint32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  std::uint32_t code = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1FU : lead & 0x0FU;
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

/// Tells LaTeX what the characters are that a claim in Unicode may have.
std::string unicode_characters() {
  std::string lines;
  const auto declare = [&](std::string_view character, const std::string& command) {
    lines += fmt::format("\\DeclareUnicodeCharacter{{{:04X}}}{{\\ensuremath{{{}}}}}\n", code_point(character),
                         command);
  };
  for (const auto& [letter, name] : greek) declare(letter, "\\" + std::string(name));
  for (const auto& [small, letter] : subscripts) declare(small, fmt::format("_{}", letter));
  for (const auto& [letter, name] : accented)
    declare(letter, fmt::format("\\{}{{{}}}", name.substr(1), name.substr(0, 1)));
  static constexpr Spelled signs[] = {{"∂", "\\partial"}, {"Σ", "\\Sigma"}, {"∇", "\\nabla"}, {"−", "-"},
                                      {"·", "\\cdot"},    {"⊙", "\\odot"},  {"′", "'"},       {"ᵀ", "^\\top"},
                                      {"²", "^2"},        {"√", "\\surd"},  {"≥", "\\ge"},    {"≤", "\\le"},
                                      {"≠", "\\ne"}};
  for (const auto& [sign, command] : signs) declare(sign, std::string(command));
  for (const auto& [accent, name] : accents) declare(accent, "");
  return lines;
}

}  // namespace

std::string latex_preamble() {
  return "\\documentclass{article}\n\\usepackage{amsmath}\n\\allowdisplaybreaks\n"
         "\\usepackage[landscape,margin=15mm]{geometry}\n" +
         unicode_characters() + "\\begin{document}\n";
}

std::string latex_text(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (std::string_view("_^&%#${}").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
    if (c == '^') safe += "{}";
  }
  return safe;
}

}  // namespace sheets
