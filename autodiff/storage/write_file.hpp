#pragma once
#include <filesystem>
#include <string_view>

#include <autodiff/location.hpp>

namespace eingrad {

/// Writes a file that appears whole or not at all: under a temporary name in the same folder first, then
/// renamed. A link is followed; what is not a regular file, such as /dev/stdout, is written to directly.
/// value_error names the path and the reason, and what stood at the path before is as it was.
void write_file(const std::filesystem::path& path, std::string_view text, Location at = {},
                const char* operation = "write_file");

/// value_error if write_file could not write there; to be asked before long work. Leaves nothing behind.
void check_writable(const std::filesystem::path& path);

}  // namespace eingrad
