#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <autodiff/error.hpp>
#include <data/read_csv.hpp>

#include <csv.h>
#include <fmt/format.h>

namespace eingrad::data {
namespace {

[[noreturn]] void refuse(const std::string& problem, const std::string& hint, Location at = {}) {
  throw Report("read_csv", problem, at).hint(hint).as<value_error>();
}

struct Close {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

std::string contents(const std::string& path, Location at) {
  std::string text;
  errno = 0;
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (file) {
    std::vector<char> buffer(1 << 16);
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
      text.append(buffer.data(), size);
    }
  }
  if (!file || std::ferror(file.get()) != 0) {
    const std::string reason = std::strerror(errno);
    std::error_code ignored;
    refuse(fmt::format("cannot read {}: {}", path, reason),
           "another path; a relative one begins at " + std::filesystem::current_path(ignored).string(), at);
  }
  if (text.find('\0') != std::string::npos) {
    refuse(path + " is not text in UTF-8", "\"CSV UTF-8\" where the file is exported", at);
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  return text;
}

/// The next line with its end, which is "\n", "\r\n" or "\r".
std::string_view take_line(std::string_view& text) {
  std::size_t size = text.find_first_of("\r\n");
  if (size == std::string_view::npos) {
    size = text.size();
  } else {
    size += text.substr(size).starts_with("\r\n") ? 2 : 1;
  }
  const std::string_view line = text.substr(0, size);
  text.remove_prefix(size);
  return line;
}

/// libcsv, which calls back at the end of each cell and row. Nothing may be thrown through its frames.
class Parser {
 public:
  Parser(TableBuilder& builder, char delimiter) : builder_(builder) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// False if a quote is out of place.
  bool parse(std::string_view text) {
    const bool complete = csv_parse(&parser_, text.data(), text.size(), on_cell, on_row, this) == text.size();
    rethrow();
    return complete;
  }
  /// False if a quote was not closed.
  bool finish() {
    const bool complete = csv_fini(&parser_, on_cell, on_row, this) == 0;
    rethrow();
    return complete;
  }
  /// Whether a row has ended since it was last asked.
  bool take_row_end() { return std::exchange(row_ended_, false); }

 private:
  static void on_cell(void* text, std::size_t size, void* self) noexcept {
    auto& parser = *static_cast<Parser*>(self);
    try {
      parser.builder_.add_cell({static_cast<const char*>(text), size});
    } catch (...) {
      parser.failure_ = std::current_exception();
    }
  }
  static void on_row(int, void* self) noexcept { static_cast<Parser*>(self)->row_ended_ = true; }

  void rethrow() {
    if (csv_error(&parser_) == CSV_ENOMEM) throw std::bad_alloc();
    if (failure_) std::rethrow_exception(failure_);
  }

  csv_parser parser_;
  TableBuilder& builder_;
  bool row_ended_ = false;
  std::exception_ptr failure_;
};

}  // namespace

Table read_csv(const std::string& path, CsvOptions options, Location at) {
  if (std::string_view("\"\r\n").find(options.delimiter) != std::string_view::npos) {
    refuse("a quote or a line end cannot separate cells", "',', ';' or '\\t' for the delimiter", at);
  }
  const std::string text = contents(path, at);
  TableBuilder builder(path);
  Parser parser(builder, options.delimiter);

  // A line at a time, since libcsv does not count them: each ends at most one row, and a row may go over
  // several.
  std::size_t line_number = 0;
  std::size_t row_begin = 0;  // 0 between rows
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest);
    const bool blank = line.find_first_not_of(" \t\r\n") == std::string_view::npos;
    ++line_number;
    if (row_begin == 0 && !blank) row_begin = line_number;
    if (!parser.parse(line)) {
      refuse(fmt::format("{}:{}: a double quote is out of place", path, line_number),
             R"(quotes around the whole cell, and a quote inside written twice: "5"" pipe")");
    }
    if (parser.take_row_end()) builder.end_row(std::exchange(row_begin, 0));
  }
  if (!parser.finish()) {
    refuse(fmt::format("{}:{}: a double quote is not closed in the row that begins here", path, row_begin),
           "a double quote at the end of the cell");
  }
  if (parser.take_row_end()) builder.end_row(row_begin);
  return std::move(builder).finish();
}

}  // namespace eingrad::data
