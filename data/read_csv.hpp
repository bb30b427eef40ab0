#pragma once
#include <string>

#include <data/table.hpp>

namespace eingrad::data {

struct CsvOptions {
  char delimiter = ',';  ///< what separates the cells of a row: ',', ';' or '\t'
};

/// Reads a table from a file of comma-separated values in UTF-8 (RFC 4180). The first row names the columns.
/// A cell in double quotes may contain commas, line ends, and quotes written twice; spaces around an unquoted
/// cell and blank lines do not count. value_error, with the line, if the file cannot be read, is empty or has
/// no row after the header, if a row has more or fewer cells than the header, if two columns have the same
/// name, or if a quote is out of place or not closed.
Table read_csv(const std::string& path, CsvOptions options = {}, Location at = Location::current());

}  // namespace eingrad::data
