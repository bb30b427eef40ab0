#pragma once
#include <string>
#include <vector>

#include <autodiff/tensor.hpp>

namespace chapter {

struct TableRow {
  std::string name;
  std::vector<double> values;
};

/// Prints numbers in shortest round-trip form below their headings.
void print_table(const std::vector<std::string>& headings, const std::vector<TableRow>& rows);

/// Tensors of one shape, one a column.
struct Columns {
  std::string name;
  std::vector<eingrad::Tensor> tensors;
};

/// A row for each element: "w[0,1]" and its value in each column.
std::vector<TableRow> rows_of(const std::vector<Columns>& parts);

}  // namespace chapter
