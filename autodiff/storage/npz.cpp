#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <cstring>
#include <memory>

#include <autodiff/contraction/axes.hpp>
#include <autodiff/create.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/storage/npz.hpp>

#include <fmt/format.h>
#include <zip.h>

namespace eingrad {

namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they stand in memory");

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::pair<Dtype, const char*> dtypes[] = {
    {boolean, "|b1"}, {int64, "<i8"}, {float32, "<f4"}, {float64, "<f8"}};

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
template <class T>
using Owned = std::unique_ptr<T, Discard>;

/// The header of an array, a Python dictionary of three entries.
class NpyHeader {
 public:
  explicit NpyHeader(std::string_view text) : text_(text) { parse(); }

  bool valid = false;
  std::string descr;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;

 private:
  void parse() {
    bool descr_seen = false, order_seen = false, shape_seen = false;
    if (!take('{')) return;
    while (!take('}')) {
      std::string key;
      if (!take_text(key) || !take(':')) return;
      if (key == "descr" && !descr_seen) {
        descr_seen = take_text(descr);
        if (!descr_seen) return;
      } else if (key == "fortran_order" && !order_seen) {
        fortran_order = take_word("True");
        order_seen = fortran_order || take_word("False");
        if (!order_seen) return;
      } else if (key == "shape" && !shape_seen) {
        shape_seen = take_shape();
        if (!shape_seen) return;
      } else {
        return;
      }
      if (!take(',') && !peek('}')) return;
    }
    skip_space();
    valid = descr_seen && order_seen && shape_seen && text_.empty();
  }

  void skip_space() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front())) != 0)
      text_.remove_prefix(1);
  }
  bool peek(char c) {
    skip_space();
    return text_.starts_with(c);
  }
  bool take(char c) {
    const bool found = peek(c);
    if (found) text_.remove_prefix(1);
    return found;
  }
  bool take_word(std::string_view word) {
    skip_space();
    const bool found = text_.starts_with(word);
    if (found) text_.remove_prefix(word.size());
    return found;
  }
  bool take_text(std::string& text) {
    if (!take('\'')) return false;
    const std::size_t end = text_.find('\'');
    if (end == std::string_view::npos) return false;
    text = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return true;
  }
  bool take_shape() {
    if (!take('(')) return false;
    while (!take(')')) {
      skip_space();
      std::int64_t extent = -1;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), extent);
      if (error != std::errc() || extent < 0 || shape.size() == 64) return false;
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      shape.push_back(extent);
      if (!take(',') && !peek(')')) return false;
    }
    return true;
  }

  std::string_view text_;
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

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
    throw Report("load", fmt::format("'{}' is no whole archive of arrays: {}", name_, problem))
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
    return {key, array_of(key, content)};
  }

  Tensor array_of(const std::string& key, std::string_view content) const {
    const auto complain = [&](const std::string& problem) { fail(fmt::format("'{}' {}", key, problem)); };
    if (!content.starts_with(magic) || content.size() < 10) complain("is no array of NumPy's");
    const auto byte = [&](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(content[i]));
    };
    const std::size_t version = byte(6), start = version == 1 ? 10 : 12;
    if (version < 1 || version > 3 || content.size() < start)
      complain(fmt::format("is of version {}", version));
    std::size_t length = byte(8) + (byte(9) << 8);
    if (version > 1) length += (byte(10) << 16) + (byte(11) << 24);
    if (length > content.size() - start) complain("ends within its header");
    const NpyHeader header(content.substr(start, length));
    if (!header.valid) complain("has a header that is none");
    const std::string_view elements = content.substr(start + length);
    const auto known = std::ranges::find(dtypes, header.descr, &std::pair<Dtype, const char*>::second);
    if (known == std::end(dtypes))
      complain(fmt::format("has elements of type {}, which no dtype here has: |b1, <i8, <f4 or <f8",
                           header.descr));
    Shape shape = header.shape;
    const std::size_t size = size_of(known->first);
    if (elements.size() % size != 0 || static_cast<std::size_t>(shape.numel()) != elements.size() / size)
      complain("has not as many elements as its shape says");
    if (header.fortran_order) std::reverse(shape.begin(), shape.end());
    Tensor values = eingrad::empty(shape, known->first);
    std::memcpy(values.node().data, elements.data(), elements.size());
    if (known->first == boolean) {
      auto* each = static_cast<unsigned char*>(values.node().data);
      for (std::int64_t i = 0; i < values.numel(); ++i) each[i] = each[i] != 0 ? 1 : 0;
    }
    return header.fortran_order ? reversed(values) : values;
  }

  /// The axes in the opposite order.
  static Tensor reversed(const Tensor& values) {
    Shape order = Shape::filled(values.shape().size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(order.size() - 1 - i);
    return permute(values, order).detach();
  }

  std::string_view bytes_;
  const std::string& name_;
};

std::string npy(const Tensor& values) {
  std::string extents;
  for (const std::int64_t extent : values.shape()) extents += fmt::format("{}, ", extent);
  if (values.dim() > 1) extents.resize(extents.size() - 2);
  const auto known = std::ranges::find(dtypes, values.dtype(), &std::pair<Dtype, const char*>::first);
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", known->second, extents);
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');  // elements begin at a multiple of 64
  header += '\n';
  std::string bytes(magic);
  bytes += {'\x01', '\0', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  return bytes + header + std::string(static_cast<const char*>(values.node().data), values.node().bytes());
}

[[noreturn]] void fail_to_write(const char* reason) {
  throw Report("save", fmt::format("the archive cannot be made: {}", reason)).as<value_error>();
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
    const std::string& content = contents.emplace_back(npy(values));
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
    if (state.empty()) return std::string("PK\x05\x06", 4) + std::string(18, '\0');  // an archive of nothing
    fail_to_write(zip_error_strerror(zip_source_error(target.get())));
  }
  char part[1 << 16];
  for (zip_int64_t n = 0; (n = zip_source_read(target.get(), part, sizeof(part))) > 0;)
    bytes.append(part, static_cast<std::size_t>(n));
  zip_source_close(target.get());
  return bytes;
}

StateDict from_npz(std::string_view bytes, const std::string& name) { return Reader(bytes, name).read(); }

}  // namespace eingrad
