#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace eingrad::testing {

/// One recorded call of a Python library: its arguments, and what it returned to the last bit.
class Record {
 public:
  explicit Record(nlohmann::json fields);

  std::int64_t integer(const std::string& key) const;
  double number(const std::string& key) const;
  bool flag(const std::string& key) const;
  std::string text(const std::string& key) const;
  std::vector<std::int64_t> shape(const std::string& result) const;
  /// A table of numbers, row by row.
  std::vector<std::vector<double>> rows(const std::string& key) const;
  /// A list of numbers, hexadecimal or not.
  std::vector<double> numbers(const std::string& key) const;
  Record at(const std::string& key) const;
  /// The only record of a list.
  Record only(const std::string& key) const;
  /// The arguments on one line, for INFO.
  std::string arguments() const;

  /// Empty if `values` are the recorded ones bit for bit, else what differs. T is float, double or int64_t.
  template <class T>
  std::string difference(const std::string& result, std::span<const T> values) const;
  template <class T>
  std::string difference(const std::string& result, const std::vector<T>& values) const {
    return difference(result, std::span<const T>(values));
  }

 private:
  std::shared_ptr<const nlohmann::json> fields_;
};

/// The only record of a file of this directory.
Record record(const std::string& file);
/// The records of a file that has a list of them; only those of `function` if one is named. Throws if there
/// are none.
std::vector<Record> records(const std::string& file, const std::string& function = "");

}  // namespace eingrad::testing
