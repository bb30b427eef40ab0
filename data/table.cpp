#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <system_error>
#include <type_traits>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <data/table.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::data {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_empty(std::string_view cell) { return trimmed(cell).empty(); }

/// Reads the number that the whole cell is: errc() if it is one, result_out_of_range if it is but T cannot
/// hold it.
template <class T>
std::errc parse(std::string_view cell, T& number) {
  std::string_view text = trimmed(cell);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return end == text.data() + text.size() ? problem : std::errc::invalid_argument;
}

template <class T>
bool is_a(std::string_view cell) {
  T number;
  return parse(cell, number) == std::errc();
}

/// The beginning of the cell, on one line.
std::string excerpt(std::string_view cell) {
  std::size_t size = std::min<std::size_t>(cell.size(), 40);
  const auto inside_character = [cell](std::size_t i) { return i < cell.size() && (cell[i] & 0xC0) == 0x80; };
  while (inside_character(size)) --size;  // of UTF-8
  std::string text(cell.substr(0, size));
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < ' '; }, ' ');
  return size < cell.size() ? text + "…" : text;
}

/// What keeps the cell from being a finite number of type T.
template <class T>
std::string fault(std::string_view cell, std::errc problem) {
  if (is_empty(cell)) return "the cell is empty";
  std::string_view what = "is not a number";
  if (problem == std::errc()) what = "is not a finite number";
  if (problem == std::errc::result_out_of_range) what = "is too large or too small for its type";
  std::string pointed(cell);
  std::ranges::replace(pointed, ',', '.');
  if (problem == std::errc::invalid_argument && is_a<double>(pointed))
    what = "is not a number: decimals need a point, and thousands no comma";
  if (std::is_integral_v<T> && is_a<double>(cell)) what = "is not an integer of 64 bits";
  return fmt::format("\"{}\" {}", excerpt(cell), what);
}

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 30;
  const std::size_t shown = std::min(names.size(), most);
  const std::string list = fmt::format("\"{}\"", fmt::join(std::span(names).first(shown), "\", \""));
  return names.size() > shown ? fmt::format("{} and {} more", list, names.size() - shown) : list;
}

/// What to try where a header does not fit, and looks as if another sign parted its columns, or as if it were
/// a row of numbers; else `otherwise`. Not refused by itself: columns may be named 0, 1, 2.
std::string advice_on(const std::vector<std::string>& header, const std::string& otherwise) {
  for (const std::string sign : {";", "\t", "|", ","}) {
    if (header.size() == 1 && header[0].find(sign) != std::string::npos)
      return fmt::format("'{}' as the delimiter: the columns look separated by it",
                         sign == "\t" ? "\\t" : sign);
  }
  if (!header.empty() && std::ranges::all_of(header, is_a<double>))
    return "a first line that names the columns; here it is one of numbers";
  return otherwise;
}

}  // namespace

std::size_t Table::index_of(std::string_view name, Location at) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) {
    throw Report("Table", fmt::format("{} has no column \"{}\"; it has {}", source_, name, list_of(names_)),
                 at)
        .hint(advice_on(names_, "one of these"))
        .as<value_error>();
  }
  return static_cast<std::size_t>(found - names_.begin());
}

std::string_view Table::cell(std::size_t row, std::size_t column) const {
  const std::size_t i = row * names_.size() + column;
  const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(text_).substr(begin, ends_[i] - begin);
}

ColumnType Table::type(std::string_view name, Location at) const {
  const std::size_t column = index_of(name, at);
  bool any = false;
  ColumnType type = ColumnType::int64;
  for (std::size_t row = 0; row < lines_.size(); ++row) {
    const std::string_view text = cell(row, column);
    if (is_empty(text)) continue;
    any = true;
    if (!is_a<double>(text)) return ColumnType::text;
    if (!is_a<std::int64_t>(text)) type = ColumnType::floating;
  }
  return any ? type : ColumnType::text;
}

Tensor Table::column(std::string_view name, Dtype dtype, Location at) const {
  if (dtype == boolean) {
    throw Report("Table", "a column is not read as boolean", at)
        .hint("int64, and compare it: table.column(name, int64) != 0")
        .as<dtype_error>();
  }
  const std::size_t column = index_of(name, at);
  Tensor numbers = empty(rows(), dtype, at);
  with_element_type(dtype, [&]<class T>() {
    if constexpr (!std::same_as<T, bool>) {
      const std::span<T> values = numbers.mutable_span<T>(at);
      for (std::size_t row = 0; row < values.size(); ++row) {
        const std::errc problem = parse(cell(row, column), values[row]);
        if (problem == std::errc() && std::isfinite(static_cast<double>(values[row]))) continue;
        const std::string what = fault<T>(cell(row, column), problem);
        throw Report("Table", fmt::format("{}:{}: column \"{}\": {}", source_, lines_[row], name, what), at)
            .hint("another number in this cell, or the table without its row")
            .as<value_error>();
      }
    }
  });
  return numbers;
}

std::vector<std::string> Table::text(std::string_view name, Location at) const {
  const std::size_t column = index_of(name, at);
  std::vector<std::string> cells;
  for (std::size_t row = 0; row < lines_.size(); ++row) cells.emplace_back(cell(row, column));
  return cells;
}

void TableBuilder::add_cell(std::string_view text) {
  ++cells_in_row_;
  if (!has_header_) {
    table_.names_.emplace_back(text);
    return;
  }
  table_.text_ += text;
  table_.ends_.push_back(table_.text_.size());
}

void TableBuilder::end_row(std::size_t line) {
  if (!has_header_) return end_header(line);
  const std::size_t expected = table_.names_.size();
  if (cells_in_row_ != expected) {
    throw Report("read_csv", fmt::format("{}:{}: cells in the row: {}, in the header: {}", table_.source_,
                                         line, cells_in_row_, expected))
        .hint(advice_on(table_.names_,
                        "quotes around a cell that contains the delimiter, or the right delimiter"))
        .as<value_error>();
  }
  table_.lines_.push_back(line);
  cells_in_row_ = 0;
}

void TableBuilder::end_header(std::size_t line) {
  const std::vector<std::string>& names = table_.names_;
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) == name) continue;
    throw Report("read_csv", fmt::format("{}:{}: two columns are named \"{}\"", table_.source_, line, *name))
        .hint(advice_on(names, "a name of its own for each column"))
        .as<value_error>();
  }
  has_header_ = true;
  cells_in_row_ = 0;
}

Table TableBuilder::finish() && {
  if (!has_header_) {
    throw Report("read_csv", fmt::format("{} is empty", table_.source_))
        .hint("a first line that names the columns, and a line for each row")
        .as<value_error>();
  }
  if (table_.lines_.empty()) {
    throw Report("read_csv", fmt::format("{} has no row after the header", table_.source_))
        .line("has", list_of(table_.names_))
        .hint("a first line that names the columns, and a line for each row")
        .as<value_error>();
  }
  return std::move(table_);
}

}  // namespace eingrad::data
