#pragma once
#include <cstdint>

namespace eingrad {

/// A line of the user's program. Used as a default argument it names the caller; clang 14 has no
/// std::source_location, both compilers have these builtins.
///
/// The line has 64 bits so that it is written as it is copied, in a whole register: a load that is wider than
/// the store before it waits until that has reached the cache.
struct Location {
  const char* file = "";
  std::uint64_t line = 0;

  static constexpr Location current(const char* file = __builtin_FILE(),
                                    std::uint64_t line = __builtin_LINE()) {
    return {file, line};
  }
};

}  // namespace eingrad
