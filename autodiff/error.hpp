#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <autodiff/location.hpp>

namespace eingrad {

class Tensor;

/// What every exception of this library derives from. The text names the operation, the operands with the
/// lines that made them, the rule, and what to try.
class error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Shapes that do not fit the operation.
struct shape_error : error {
  static constexpr std::string_view name = "shape_error";
  using error::error;
};
/// An axis, index or range that does not exist.
struct index_error : error {
  static constexpr std::string_view name = "index_error";
  using error::error;
};
/// A graph that cannot be differentiated: freed, overwritten, missing, or on another thread.
struct graph_error : error {
  static constexpr std::string_view name = "graph_error";
  using error::error;
};
/// An element type that the operation does not take.
struct dtype_error : error {
  static constexpr std::string_view name = "dtype_error";
  using error::error;
};
/// A number, name or file that is not acceptable.
struct value_error : error {
  static constexpr std::string_view name = "value_error";
  using error::error;
};

/// "A", "B", …: what messages call the operands of an operation, in their order.
std::string letter_of_operand(std::size_t i);

/// value_error where there should be a value. `what` is the operand, as the message is to call it.
[[noreturn]] void throw_undefined(std::string_view operation, std::string_view what, Location at);

/// Builds the text of an error line by line: `throw Report("matmul", "…").operand("A",
/// a).hint("…").as<shape_error>()`.
class Report {
 public:
  Report(std::string_view operation, std::string_view problem, Location at = {});

  Report& operand(std::string_view name, const Tensor& tensor) &;
  Report& line(std::string_view label, std::string_view text, Location at = {}) &;
  Report& rule(std::string_view text) & { return line("rule", text); }
  Report& hint(std::string_view text) & { return line("try", text); }

  Report&& operand(std::string_view name, const Tensor& tensor) && {
    return std::move(operand(name, tensor));
  }
  Report&& line(std::string_view label, std::string_view text, Location at = {}) && {
    return std::move(line(label, text, at));
  }
  Report&& rule(std::string_view text) && { return std::move(rule(text)); }
  Report&& hint(std::string_view text) && { return std::move(hint(text)); }

  template <class Error>
  Error as() const {
    return Error(std::string(Error::name) + ": " + text());
  }

 private:
  std::string text() const;

  std::string first_;
  std::vector<std::pair<std::string, std::string>> lines_;  // each with its label
};

}  // namespace eingrad
