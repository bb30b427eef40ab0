#pragma once
#include <cstdint>

namespace eingrad {

/// A line of the user's program. Used as a default argument it names the caller; clang 14 has no
/// std::source_location, both compilers have these builtins.
struct Location {
  const char* file = "";
  std::uint32_t line = 0;

  static constexpr Location current(const char* file = __builtin_FILE(),
                                    std::uint32_t line = __builtin_LINE()) {
    return {file, line};
  }
};

}  // namespace eingrad
