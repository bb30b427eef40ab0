#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include <tests/reference/reference.hpp>
#include <tests/reference/sha256.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace eingrad::testing {
namespace {

/// Floating-point numbers are recorded as hexadecimal text, integers as numbers.
template <class T>
T value_of(const nlohmann::json& recorded) {
  if (recorded.is_string()) return static_cast<T>(std::strtod(recorded.get<std::string>().c_str(), nullptr));
  return recorded.get<T>();
}

template <class T>
bool same_bits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

nlohmann::json parsed(const std::string& path) {
  std::ifstream stream(path);
  if (!stream) throw std::runtime_error("cannot open " + path);
  return nlohmann::json::parse(stream);
}

}  // namespace

Record::Record(nlohmann::json fields) : fields_(std::make_shared<const nlohmann::json>(std::move(fields))) {}

std::int64_t Record::integer(const std::string& key) const { return fields_->at(key).get<std::int64_t>(); }
double Record::number(const std::string& key) const { return fields_->at(key).get<double>(); }
bool Record::flag(const std::string& key) const { return fields_->at(key).get<bool>(); }
std::string Record::text(const std::string& key) const { return fields_->at(key).get<std::string>(); }
Record Record::at(const std::string& key) const { return Record(fields_->at(key)); }

Record Record::only(const std::string& key) const {
  const nlohmann::json& list = fields_->at(key);
  if (list.size() != 1) throw std::runtime_error(fmt::format("{} records of {}", list.size(), key));
  return Record(list[0]);
}

std::vector<double> Record::numbers(const std::string& key) const {
  std::vector<double> numbers;
  for (const nlohmann::json& number : fields_->at(key)) numbers.push_back(value_of<double>(number));
  return numbers;
}

std::vector<std::int64_t> Record::shape(const std::string& result) const {
  return fields_->at(result).at("shape").get<std::vector<std::int64_t>>();
}

std::vector<std::vector<double>> Record::rows(const std::string& key) const {
  return fields_->at(key).get<std::vector<std::vector<double>>>();
}

std::string Record::arguments() const {
  nlohmann::json arguments = *fields_;
  std::erase_if(arguments.get_ref<nlohmann::json::object_t&>(), [](const auto& field) {
    return field.second.is_object() && field.second.contains("sha256");
  });
  return arguments.dump();
}

template <class T>
std::string Record::difference(const std::string& result, std::span<const T> values) const {
  const nlohmann::json& recorded = fields_->at(result);
  const auto check = [&](const std::string& key, std::size_t offset) -> std::string {
    if (!recorded.contains(key)) return {};
    for (std::size_t i = 0; i < recorded[key].size(); ++i) {
      const T expected = value_of<T>(recorded[key][i]);
      const T actual = values[offset + i];
      if (!same_bits(actual, expected))
        return fmt::format("[{}] {} instead of {}", offset + i, actual, expected);
    }
    return {};
  };

  std::size_t size = 1;
  for (const auto& extent : recorded.at("shape")) size *= extent.get<std::size_t>();
  if (values.size() != size) return fmt::format("{} values instead of {}", values.size(), size);
  for (const auto& [key, offset] :
       {std::pair("values", std::size_t{0}), {"first16", 0}, {"last4", size - 4}}) {
    if (const std::string found = check(key, offset); !found.empty()) return found;
  }
  const bool equal = sha256(std::as_bytes(values)) == recorded.at("sha256").get<std::string>();
  return equal ? "" : "the digests differ: some value in the middle does";
}

template std::string Record::difference(const std::string&, std::span<const float>) const;
template std::string Record::difference(const std::string&, std::span<const double>) const;
template std::string Record::difference(const std::string&, std::span<const std::int64_t>) const;

Record record(const std::string& file) { return Record(parsed(EINGRAD_REFERENCE_DIR "/" + file)); }

std::vector<Record> records(const std::string& file, const std::string& function) {
  const std::string path = EINGRAD_REFERENCE_DIR "/" + file;
  nlohmann::json rows = parsed(path);
  std::vector<Record> found;
  for (nlohmann::json& row : rows) {
    if (function.empty() || row.at("fn") == function) found.emplace_back(std::move(row));
  }
  if (found.empty()) throw std::runtime_error("no record of " + function + " in " + path);
  return found;
}

}  // namespace eingrad::testing
