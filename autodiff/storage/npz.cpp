#include <memory>

#include <autodiff/storage/npy.hpp>
#include <autodiff/storage/npz.hpp>

#include <fmt/format.h>
#include <zip.h>

namespace eingrad {

namespace {

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
template <class T>
using Owned = std::unique_ptr<T, Discard>;

class NpzReader {
 public:
  NpzReader(std::string_view bytes, const std::string& name, Location at)
      : bytes_(bytes), name_(name), at_(at) {}

  StateDict read() const {
    // Of nothing the library makes an empty archive, which has 22 bytes.
    if (bytes_.size() < 22) fail(fmt::format("it has only {} bytes", bytes_.size()));
    zip_error_t error;
    zip_error_init(&error);
    Owned<zip_source_t> source(zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, &error));
    const Owned<zip_t> archive(source ? zip_open_from_source(source.get(), ZIP_RDONLY | ZIP_CHECKCONS, &error)
                                      : nullptr);
    if (!archive) fail(zip_error_strerror(&error));
    source.release();  // the archive's now
    StateDict state;
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive.get(), 0); ++i) {
      auto [key, values] = array(archive.get(), static_cast<zip_uint64_t>(i));
      if (!state.emplace(key, values).second) fail(fmt::format("'{}' is there twice", key));
    }
    return state;
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw Report("load", fmt::format("'{}' is no whole archive of arrays: {}", name_, problem), at_)
        .hint("a file that save or numpy.savez wrote, copied whole")
        .as<value_error>();
  }

  std::pair<std::string, Tensor> array(zip_t* archive, zip_uint64_t number) const {
    zip_stat_t status;
    if (zip_stat_index(archive, number, 0, &status) != 0) fail(zip_strerror(archive));
    std::string key = status.name;
    if (!key.ends_with(".npy")) fail(fmt::format("'{}' is no array", key));
    key.resize(key.size() - 4);
    // Deflate makes no more than 1032 bytes of one: what claims more is forged, and is not to be allocated.
    if (status.size / 1032 > status.comp_size + 1)
      fail(fmt::format("'{}' claims {} bytes", key, status.size));
    std::string content(status.size, '\0');
    const Owned<zip_file_t> file(zip_fopen_index(archive, number, 0));
    if (!file ||
        zip_fread(file.get(), content.data(), content.size()) != static_cast<zip_int64_t>(content.size()))
      fail(fmt::format("'{}' cannot be read: {}", key,
                       file ? zip_file_strerror(file.get()) : zip_strerror(archive)));
    char more = 0;
    if (zip_fread(file.get(), &more, 1) != 0)
      fail(fmt::format("'{}' is damaged", key));  // where the checksum is compared
    return {key, from_npy(content, fmt::format("{}: {}", name_, key), at_)};
  }

  std::string_view bytes_;
  const std::string& name_;
  Location at_;
};

[[noreturn]] void fail_to_write(const char* reason) {
  throw Report("save", fmt::format("the archive cannot be made: {}", reason))
      .hint("fewer tensors in one file, or .safetensors")
      .as<value_error>();
}

}  // namespace

std::string to_npz(const StateDict& state) {
  zip_error_t error;
  zip_error_init(&error);
  Owned<zip_source_t> target(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!target) fail_to_write(zip_error_strerror(&error));
  zip_source_keep(target.get());  // for reading what was written
  Owned<zip_t> archive(zip_open_from_source(target.get(), ZIP_TRUNCATE, &error));
  if (!archive) fail_to_write(zip_error_strerror(&error));
  std::vector<std::string> contents;
  contents.reserve(state.size());
  for (const auto& [name, values] : state) {
    const std::string& content = contents.emplace_back(to_npy(values));
    zip_source_t* source = zip_source_buffer(archive.get(), content.data(), content.size(), 0);
    const zip_int64_t number =
        source == nullptr ? -1
                          : zip_file_add(archive.get(), (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
    if (number < 0) {
      if (source != nullptr) zip_source_free(source);
      fail_to_write(zip_strerror(archive.get()));
    }
    const auto index = static_cast<zip_uint64_t>(number);
    zip_set_file_compression(archive.get(), index, ZIP_CM_STORE, 0);
    zip_file_set_mtime(archive.get(), index, 315532800, 0);  // 1980, the same bytes whenever they are written
  }
  if (zip_close(archive.get()) != 0) fail_to_write(zip_strerror(archive.get()));
  archive.release();
  std::string bytes;
  if (zip_source_open(target.get()) != 0) {
    if (state.empty()) return "PK\x05\x06" + std::string(18, '\0');  // an archive of nothing
    fail_to_write(zip_error_strerror(zip_source_error(target.get())));
  }
  char part[1 << 16];
  for (zip_int64_t n = 0; (n = zip_source_read(target.get(), part, sizeof(part))) > 0;)
    bytes.append(part, static_cast<std::size_t>(n));
  zip_source_close(target.get());
  return bytes;
}

StateDict from_npz(std::string_view bytes, const std::string& name, Location at) {
  return NpzReader(bytes, name, at).read();
}

}  // namespace eingrad
