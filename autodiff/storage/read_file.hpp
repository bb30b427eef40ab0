#pragma once
#include <filesystem>
#include <string>

#include <autodiff/location.hpp>

namespace eingrad {

/// All bytes of a file. value_error, with the name and the reason, if it cannot be read.
std::string read_file(const std::filesystem::path& path, Location at = {},
                      const char* operation = "read_file");

}  // namespace eingrad
