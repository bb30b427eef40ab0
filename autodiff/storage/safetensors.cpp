#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

#include <autodiff/storage/from_bytes.hpp>
#include <autodiff/storage/safetensors.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace eingrad {

namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they stand in memory");

using Json = nlohmann::json;

constexpr std::size_t length_bytes = 8, longest_header = 100'000'000;  // as in the format's own library
constexpr const char* metadata = "__metadata__";
constexpr std::pair<Dtype, const char*> safetensors_dtypes[] = {
    {boolean, "BOOL"}, {int64, "I64"}, {float32, "F32"}, {float64, "F64"}};

/// Where a tensor's elements stand behind the header.
struct Place {
  std::size_t begin, end;
};

class SafetensorsReader {
 public:
  SafetensorsReader(std::string_view bytes, const std::string& name, Location at)
      : bytes_(bytes), name_(name), at_(at) {}

  StateDict read() {
    const Json header = parse_header();
    std::vector<Place> places;
    StateDict state;
    for (const auto& [key, entry] : header.items()) {
      if (key != metadata) state.emplace(key, tensor_of(key, entry, places));
    }
    check_cover(places);
    return state;
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw Report("load", fmt::format("'{}' is no whole safetensors file: {}", name_, problem), at_)
        .hint("a file that save or safetensors wrote, copied whole")
        .as<value_error>();
  }
  void require(bool holds, const std::string& problem) const {
    if (!holds) fail(problem);
  }

  Json parse_header() {
    require(bytes_.size() >= length_bytes, fmt::format("it has only {} bytes", bytes_.size()));
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), length_bytes);
    require(length <= longest_header && length <= bytes_.size() - length_bytes,
            fmt::format("its header is said to have {} bytes, of {}", length, bytes_.size() - length_bytes));
    const std::string_view text = bytes_.substr(length_bytes, length);
    elements_ = bytes_.substr(length_bytes + length);
    // The parser keeps the last of two equal keys; here they are an error.
    std::vector<std::set<std::string>> keys;
    std::string repeated;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
      if (event == Json::parse_event_t::object_start) keys.resize(static_cast<std::size_t>(depth) + 1);
      if (event == Json::parse_event_t::object_start) keys.back().clear();
      if (event == Json::parse_event_t::object_end) keys.resize(static_cast<std::size_t>(depth));
      if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
        repeated = parsed.get<std::string>();
      return true;
    };
    require(text.starts_with('{'), "its header is not a JSON object");
    Json header = Json::parse(text, watch, false);
    require(header.is_object(), "its header is not a JSON object");
    require(repeated.empty(), fmt::format("'{}' is there twice", repeated));
    return header;
  }

  Tensor tensor_of(const std::string& key, const Json& entry, std::vector<Place>& places) const {
    const auto complain = [&](const std::string& problem) { fail(fmt::format("'{}' {}", key, problem)); };
    if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape") ||
        !entry.contains("data_offsets"))
      complain("has not a dtype, a shape and data_offsets");
    const Json &dtype = entry["dtype"], &extents = entry["shape"], &offsets = entry["data_offsets"];
    if (!dtype.is_string()) complain("has a dtype that is no text");
    const auto known = std::ranges::find(safetensors_dtypes, dtype.get<std::string>(),
                                         &std::pair<Dtype, const char*>::second);
    if (known == std::end(safetensors_dtypes))
      complain(fmt::format("has elements of type {}, which no dtype here has: BOOL, I64, F32 or F64",
                           dtype.get<std::string>()));
    const auto is_count = [](const Json& value) {
      return value.is_number_unsigned() && value.get<std::uint64_t>() <= INT64_MAX;
    };
    if (!extents.is_array() || extents.size() > 64 || !std::ranges::all_of(extents, is_count))
      complain("has a shape that is none");
    if (!offsets.is_array() || offsets.size() != 2 || !std::ranges::all_of(offsets, is_count))
      complain("has data_offsets that are none");

    const Place place{offsets[0].get<std::size_t>(), offsets[1].get<std::size_t>()};
    if (place.begin > place.end || place.end > elements_.size())
      complain("reaches beyond the end of the file");
    const auto shape = extents.get<std::vector<std::int64_t>>();
    const std::size_t size = size_of(known->first), bytes = place.end - place.begin;
    if (bytes % size != 0 || !has_elements(shape, bytes / size))
      complain("has not as many elements as its shape says");
    places.push_back(place);
    return from_bytes(shape, known->first, elements_.substr(place.begin, bytes), at_);
  }

  static bool has_elements(const std::vector<std::int64_t>& shape, std::size_t count) {
    return static_cast<std::size_t>(Shape(shape).numel()) == count;
  }

  // No byte of the elements belongs to two tensors or to none.
  void check_cover(std::vector<Place>& places) const {
    std::ranges::sort(places, {}, [](const Place& place) { return std::pair(place.begin, place.end); });
    std::size_t end = 0;
    for (const Place& place : places) {
      require(place.begin == end, "two tensors overlap, or there is a gap between them");
      end = place.end;
    }
    require(end == elements_.size(),
            fmt::format("{} bytes at its end belong to no tensor", elements_.size() - end));
  }

  std::string_view bytes_, elements_;
  const std::string& name_;
  Location at_;
};

}  // namespace

std::string to_safetensors(const StateDict& state) {
  Json header = Json::object();
  std::string elements;
  for (const auto& [name, values] : state) {
    if (name == metadata)
      throw Report("save", "a tensor cannot be named __metadata__").hint("another name").as<value_error>();
    const std::size_t begin = elements.size();
    elements.append(static_cast<const char*>(values.node().data), values.node().bytes());
    const auto known =
        std::ranges::find(safetensors_dtypes, values.dtype(), &std::pair<Dtype, const char*>::first);
    header[name] = {{"dtype", known->second},
                    {"shape", std::vector<std::int64_t>(values.shape().begin(), values.shape().end())},
                    {"data_offsets", {begin, elements.size()}}};
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + length_bytes - 1) / length_bytes * length_bytes,
              ' ');  // so that elements are aligned
  const std::uint64_t length = text.size();
  std::string bytes(length_bytes, '\0');
  std::memcpy(bytes.data(), &length, length_bytes);
  return bytes + text + elements;
}

StateDict from_safetensors(std::string_view bytes, const std::string& name, Location at) {
  return SafetensorsReader(bytes, name, at).read();
}

}  // namespace eingrad
