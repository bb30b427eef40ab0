#include <algorithm>

#include <autodiff/number_text.hpp>
#include <support/element_table.hpp>
#include <support/regression_data.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace chapter {

using eingrad::Tensor;

namespace {

/// "[0,1]", the place of element i in row-major order; "" of a tensor of one element.
std::string subscript(const Tensor& a, std::int64_t i) {
  if (a.numel() == 1) return "";
  std::vector<std::int64_t> place;
  for (std::int64_t axis = a.dim() - 1; axis >= 0; --axis) {
    place.push_back(i % a.size(axis));
    i /= a.size(axis);
  }
  std::ranges::reverse(place);
  return fmt::format("[{}]", fmt::join(place, ","));
}

}  // namespace

void print_table(const std::vector<std::string>& headings, const std::vector<TableRow>& rows) {
  std::size_t width = 0;
  for (const TableRow& row : rows) width = std::max(width, row.name.size());
  fmt::print("  {:{}}", "", width);
  for (const std::string& heading : headings) fmt::print("  {:>22}", heading);
  for (const TableRow& row : rows) {
    fmt::print("\n  {:{}}", row.name, width);
    for (const double value : row.values) fmt::print("  {:>22}", eingrad::repr(value));
  }
  fmt::print("\n");
}

std::vector<TableRow> rows_of(const std::vector<Columns>& parts) {
  std::vector<TableRow> rows;
  for (const auto& [name, tensors] : parts) {
    const std::size_t first = rows.size();
    for (std::int64_t i = 0; i < tensors.front().numel(); ++i)
      rows.push_back({name + subscript(tensors.front(), i), {}});
    for (const Tensor& tensor : tensors) {
      std::size_t row = first;
      for (const double value : values_of(tensor)) rows.at(row++).values.push_back(value);
    }
  }
  return rows;
}

}  // namespace chapter
