#include <autodiff/storage/npz.hpp>
#include <autodiff/storage/read_file.hpp>
#include <autodiff/storage/safetensors.hpp>
#include <autodiff/storage/storage.hpp>
#include <autodiff/storage/write_file.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

enum class Format { safetensors, npz };

Format format_of(const char* operation, const std::filesystem::path& path, Location at) {
  if (path.extension() == ".safetensors") return Format::safetensors;
  if (path.extension() == ".npz") return Format::npz;
  throw Report(operation, fmt::format("'{}' names no format", path.string()), at)
      .hint("a name that ends in .safetensors or .npz")
      .as<value_error>();
}

}  // namespace

void save(const StateDict& state, const std::filesystem::path& path, Location at) {
  const Format format = format_of("save", path, at);
  write_file(path, format == Format::npz ? to_npz(state) : to_safetensors(state), at, "save");
}

StateDict load(const std::filesystem::path& path, Location at) {
  const Format format = format_of("load", path, at);
  const std::string bytes = read_file(path, at, "load");
  return format == Format::npz ? from_npz(bytes, path.string(), at)
                               : from_safetensors(bytes, path.string(), at);
}

StateDict with_prefix(const std::string& prefix, const StateDict& state) {
  StateDict renamed;
  for (const auto& [name, values] : state) renamed.emplace(prefix + name, values);
  return renamed;
}

StateDict without_prefix(const std::string& prefix, const StateDict& state) {
  StateDict renamed;
  for (const auto& [name, values] : state) {
    if (name.starts_with(prefix)) renamed.emplace(name.substr(prefix.size()), values);
  }
  return renamed;
}

}  // namespace eingrad
