#pragma once
#include <algorithm>
#include <cctype>
#include <string_view>

#include <autodiff/einstein/letters.hpp>

namespace eingrad::einstein {

// The commands of LaTeX that formulas may have, each with its spelling in ASCII.

// clang-format off
inline constexpr Spelled commands[] = {
    {"partial", "partial"}, {"nabla", "nabla"},   {"cdot", "*"},     {"times", "*"},
    {"ast", "*"},           {"odot", "*"},        {"circ", "*"},     {"sum", "sum"},
    {"sqrt", "sqrt"},       {"lvert", "|"},       {"rvert", "|"},    {"vert", "|"},
    {"mid", "|"},           {"top", "T"},         {"intercal", "T"}, {"left", ""},
    {"right", ""},          {"big", ""},          {"Big", ""},       {"bigl", ""},
    {"Bigl", ""},           {"Bigr", ""},         {"biggl", ""},     {"biggr", ""},
    {"limits", ""},         {"displaystyle", ""}, {"bigr", ""},      {"quad", " "},
    {"qquad", " "},         {"prime", "'"},       {"ldots", "..."},  {"varepsilon", "epsilon"},
    {"varphi", "phi"},      {"in", " in "},         {"bigg", ""},      {"Bigg", ""},
    {"ell", "ell"},         {"langle", "<"},        {"rangle", ">"},
};
inline constexpr std::string_view latex_accents[] = {"hat", "bar", "tilde", "widehat", "overline", "widetilde"};
inline constexpr std::string_view fonts[] = {"mathbf",       "mathrm", "mathit",  "boldsymbol", "bm",
                                      "operatorname", "text",   "mathcal", "mathsf",     "mathbb"};
// clang-format on

/// Whether the text of a \text{…} is two words or more, or what ends a sentence, and no name or sign.
inline bool is_prose(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" ,.;");
  if (first == std::string_view::npos) return true;
  const std::string_view words = text.substr(first, text.find_last_not_of(" ,.;") + 1 - first);
  return words.find(' ') != std::string_view::npos && std::ranges::all_of(words, [](unsigned char c) {
           return std::isalnum(c) != 0 || c >= 0x80 || c == ' ' || c == ',' || c == ';';
         });
}

}  // namespace eingrad::einstein
