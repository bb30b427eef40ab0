#pragma once
#include <string_view>

namespace eingrad::einstein {

/// What stands in a formula for a word that people know from NumPy or PyTorch: "X^T …" for transpose. Empty
/// for other words.
std::string_view advice_for(std::string_view word);

/// What to try instead of bars within bars.
inline constexpr const char* advice_for_bars = "brackets between bars, |2 (|x|)|; or abs(…) and norm(…)";

}  // namespace eingrad::einstein
