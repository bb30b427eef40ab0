#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// Tensors by name: what a module or an optimizer remembers.
using StateDict = std::map<std::string, Tensor>;

/// Writes the tensors to a file, whole or not at all: in safetensors if the name ends in .safetensors, as a
/// NumPy archive if it ends in .npz. value_error, with the file's name, if that is neither or it cannot be
/// written.
void save(const StateDict& state, const std::filesystem::path& path, Location at = Location::current());
/// Reads what save, or another program, wrote. value_error, with the file's name and what is wrong, if the
/// file is not whole or not of its format, or holds elements that no dtype here has.
StateDict load(const std::filesystem::path& path, Location at = Location::current());

/// The same tensors with `prefix` before their names, to put several states into one file …
StateDict with_prefix(const std::string& prefix, const StateDict& state);
/// … and those whose names begin with it, without it.
StateDict without_prefix(const std::string& prefix, const StateDict& state);

}  // namespace eingrad
