#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad::data {

/// The strictest type that every cell of a column can be read as; empty cells do not count.
enum class ColumnType { int64, floating, text };

/// Rows of named columns. A table keeps the text of its cells: what is wrong with one is said, with its file,
/// line and column, when numbers are asked for, and a column that nobody asks for may hold anything.
class Table {
 public:
  std::int64_t rows() const noexcept { return static_cast<std::int64_t>(lines_.size()); }
  const std::vector<std::string>& names() const noexcept { return names_; }

  /// In the following, value_error if there is no column of that name; it lists those there are.
  ColumnType type(std::string_view name, Location at = Location::current()) const;

  /// The numbers of a column, of shape (rows,). value_error at the first cell that is empty or not a number,
  /// or is NaN or infinite, or, if int64 is asked for, not an integer. dtype_error for boolean.
  Tensor column(std::string_view name, Dtype dtype = float64, Location at = Location::current()) const;

  /// The cells of a column as they stand in the file, without quotes.
  std::vector<std::string> text(std::string_view name, Location at = Location::current()) const;

 private:
  friend class TableBuilder;
  Table() = default;

  std::size_t index_of(std::string_view name, Location at) const;
  std::string_view cell(std::size_t row, std::size_t column) const;

  std::string source_;  // the file, for messages
  std::vector<std::string> names_;
  std::string text_;                // of all cells, row by row
  std::vector<std::size_t> ends_;   // where each cell ends in it
  std::vector<std::size_t> lines_;  // where each row begins in the file
};

/// Makes a table row by row; the first row is the header.
class TableBuilder {
 public:
  explicit TableBuilder(std::string source) { table_.source_ = std::move(source); }

  void add_cell(std::string_view text);
  /// value_error if the row, which begins at `line` of the source, has more or fewer cells than the header,
  /// or if it is the header and names a column twice.
  void end_row(std::size_t line);
  /// value_error if there was no header, or no row after it.
  Table finish() &&;

 private:
  void end_header(std::size_t line);

  Table table_;
  bool has_header_ = false;
  std::size_t cells_in_row_ = 0;
};

}  // namespace eingrad::data
