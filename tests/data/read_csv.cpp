#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <autodiff/error.hpp>
#include <data/read_csv.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

#include <unistd.h>

using namespace eingrad;
using data::ColumnType;
using data::read_csv;
using data::Table;

namespace {

/// A file that is there as long as the object.
class File {
 public:
  explicit File(const std::string& text) : path(std::filesystem::temp_directory_path() / unique_name()) {
    std::ofstream(path, std::ios::binary) << text;
  }
  ~File() { std::filesystem::remove(path); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::filesystem::path path;

 private:
  /// Test programs run side by side.
  static std::string unique_name() {
    static int count = 0;
    return "eingrad_" + std::to_string(getpid()) + "_" + std::to_string(count++) + ".csv";
  }
};

Table table(const std::string& text, data::CsvOptions options = {}) {
  return read_csv(File(text).path.string(), options);
}

std::string message(const std::string& text) {
  return testing::error_text<value_error>([&] { table(text); });
}

using Text = std::vector<std::string>;

template <class T>
std::vector<T> numbers(const Table& t, const std::string& name) {
  const Tensor column = t.column(name, dtype_of<T>());
  CHECK(column.shape() == Shape{t.rows()});
  return {column.span<T>().begin(), column.span<T>().end()};
}

}  // namespace

TEST_CASE("a table has the header's names, its rows, and columns of numbers and text") {
  const Table t = table("x,n,who\n1.5,3,Ada\n-2e-3,+4,Émile\n");
  CHECK(t.names() == Text{"x", "n", "who"});
  CHECK(t.rows() == 2);
  CHECK(numbers<double>(t, "x") == std::vector{1.5, -0.002});
  CHECK(numbers<std::int64_t>(t, "n") == std::vector<std::int64_t>{3, 4});
  CHECK(numbers<double>(t, "n") == std::vector{3.0, 4.0});
  CHECK(numbers<float>(t, "x") == std::vector{1.5F, -0.002F});
  CHECK(t.text("who") == Text{"Ada", "Émile"});
  CHECK(t.text("x") == Text{"1.5", "-2e-3"});
}

TEST_CASE("a column is of the strictest type that all its cells have") {
  const Table t = table("i,f,t,gap,none,big,nan\n1,1,1,,,9223372036854775808,nan\n-2,.5,x,3,,1,2\n");
  CHECK(t.type("i") == ColumnType::int64);
  CHECK(t.type("f") == ColumnType::floating);
  CHECK(t.type("t") == ColumnType::text);
  CHECK(t.type("gap") == ColumnType::int64);
  CHECK(t.type("none") == ColumnType::text);
  CHECK(t.type("big") == ColumnType::floating);
  CHECK(t.type("nan") == ColumnType::floating);
}

TEST_CASE("quotes keep commas, line ends, spaces and doubled quotes") {
  const Table t = table("\"a,b\",c\n\"1,5\",\"two\nlines\"\n\" x \",\"5\"\" pipe\"\n  y  , z\t\n");
  CHECK(t.names() == Text{"a,b", "c"});
  CHECK(t.text("a,b") == Text{"1,5", " x ", "y"});
  CHECK(t.text("c") == Text{"two\nlines", "5\" pipe", "z"});
}

TEST_CASE("line ends of every system, blank lines, a byte order mark and a missing last line end") {
  const std::vector<double> expected{1, 2};
  CHECK(numbers<double>(table("x\n1\n2\n"), "x") == expected);
  CHECK(numbers<double>(table("x\r\n1\r\n2\r\n"), "x") == expected);
  CHECK(numbers<double>(table("x\r1\r2\r"), "x") == expected);
  CHECK(numbers<double>(table("x\n1\n2"), "x") == expected);
  CHECK(numbers<double>(table("\n  \nx\n\n1\n\n\n2\n\n"), "x") == expected);
  CHECK(numbers<double>(table("\xEF\xBB\xBFx,y\n1,0\n2,0\n"), "x") == expected);
  CHECK(numbers<double>(table("x;y\n1;0\n2;0\n", {.delimiter = ';'}), "x") == expected);
  CHECK(numbers<double>(table("x\ty\n1\t0\n2\t\n", {.delimiter = '\t'}), "x") == expected);
}

TEST_CASE("numbers are read whole, and rounded once") {
  const Table t = table("x\n0.1\n\" 1e22 \"\n5e-324\n1.7976931348623157e308\n-0\n");
  CHECK(numbers<double>(t, "x") == std::vector{0.1, 1e22, 5e-324, std::numeric_limits<double>::max(), 0.0});
  CHECK(numbers<std::int64_t>(table("n\n9223372036854775807\n"), "n").front() ==
        std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("a file that cannot be read is named, with the reason") {
  CHECK_THROWS_WITH(read_csv("no/such.csv"), ContainsSubstring("no/such.csv: No such file"));
  CHECK_THROWS_WITH(read_csv("no/such.csv"), ContainsSubstring("tests/data/read_csv.cpp:"));
  CHECK_THROWS_WITH(read_csv(std::filesystem::temp_directory_path().string()),
                    ContainsSubstring("s a directory"));
}

TEST_CASE("files without a table are refused") {
  CHECK_THAT(message(""), ContainsSubstring("is empty"));
  CHECK_THAT(message("\xEF\xBB\xBF\n\n"), ContainsSubstring("is empty"));
  CHECK_THAT(message("x,y\n"), ContainsSubstring("no row after the header"));
  CHECK_THAT(message(std::string("x\0\n1\0\n\0", 8)), ContainsSubstring("not text in UTF-8"));
  CHECK_THAT(message("x,y,x\n1,2,3\n"), ContainsSubstring(".csv:1: two columns are named \"x\""));
}

TEST_CASE("a row of another length is named by the line where it begins") {
  CHECK_THAT(message("x,y\n1,2\n3\n"), ContainsSubstring(".csv:3: cells in the row: 1, in the header: 2"));
  CHECK_THAT(message("x,y\n\n\"1\n\n\",2\n3,4,5\n"), ContainsSubstring(".csv:6: cells in the row: 3"));
  CHECK_THAT(message("x,y\r\n1,2\r\n3,\"a\r\nb\",4"), ContainsSubstring(".csv:3: cells in the row: 3"));
}

TEST_CASE("quotes that do not match are refused") {
  CHECK_THAT(message("x,y\n1,2\n3,\"4\n5,6\n"), ContainsSubstring(".csv:3: a double quote is not closed"));
  CHECK_THAT(message("x\n1\n5\" pipe\n"), ContainsSubstring(".csv:3: a double quote is out of place"));
}

TEST_CASE("a delimiter that could not be told from a quote or a line end is refused") {
  CHECK_THROWS_AS(table("x\n1\n", {.delimiter = '"'}), value_error);
  CHECK_THROWS_AS(table("x\n1\n", {.delimiter = '\n'}), value_error);
}

TEST_CASE("any cells, written with quotes, are read back as they were") {
  std::mt19937 random(1);
  const std::string_view alphabet = "a\",\n\r ;é\t1.";
  const auto quoted = [](const std::string& cell) {
    std::string text = "\"";
    for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
    return text + "\"";
  };
  for (int repetition = 0; repetition < 200; ++repetition) {
    Text cells(6);
    for (std::string& cell : cells) {
      for (auto size = random() % 8; size > 0; --size) cell += alphabet[random() % alphabet.size()];
    }
    std::string file = "a,b";
    for (std::size_t i = 0; i < cells.size(); ++i) file += (i % 2 == 0 ? "\r\n" : ",") + quoted(cells[i]);
    const Table t = table(file);
    CHECK(t.text("a") == Text{cells[0], cells[2], cells[4]});
    CHECK(t.text("b") == Text{cells[1], cells[3], cells[5]});
  }
}

TEST_CASE("an unknown column is answered with those there are") {
  const Table t = table("height,\"\"\n1,2\n");
  CHECK_THROWS_WITH(t.column("weight"), ContainsSubstring("no column \"weight\"; it has \"height\", \"\""));
  CHECK_THROWS_AS(t.text("weight"), value_error);
  CHECK_THROWS_AS(t.type("weight"), value_error);

  std::string many = "c0";
  std::string row = "0";
  for (int i = 1; i < 100; ++i) many += ",c" + std::to_string(i), row += ",0";
  CHECK_THROWS_WITH(table(many + "\n" + row).column("x"), ContainsSubstring("\"c29\" and 70 more"));
}

TEST_CASE("a header that looks like something else is told so") {
  const auto asked = [](const std::string& text) {
    return testing::error_text<value_error>([&] { table(text).column("x"); });
  };
  CHECK_THAT(asked("x;y\n1;2\n"),
             ContainsSubstring("it has \"x;y\"") && ContainsSubstring("try   ';' as the delim"));
  CHECK_THAT(asked("x\ty\n1\t2\n"), ContainsSubstring("try   '\\t' as the delimiter"));
  CHECK_THAT(message("x;y\n1,5;2,5\n"),
             ContainsSubstring("in the header: 1") && ContainsSubstring("';' as the delim"));
  CHECK_THAT(asked("3.6,79\n1.8,54\n"), ContainsSubstring("it has \"3.6\", \"79\"") &&
                                            ContainsSubstring("a first line that names the columns"));
  CHECK_THAT(message("1,1\n2,3\n"), ContainsSubstring("a first line that names the columns"));
  CHECK_THAT(asked("a;b,y\n1,2\n"), !ContainsSubstring("as the delimiter"));
  CHECK(numbers<double>(table("0,1\n5,6\n"), "1") == std::vector{6.0});  // as pandas names them
}

TEST_CASE("a cell that is not a finite number is named by line and column when numbers are asked for") {
  const auto fault = [](const std::string& cell, Dtype dtype = float64) {
    const Table t = table("id,x\n1,7\n2," + cell + "\n");
    CHECK(t.column("id").numel() == 2);  // a fault elsewhere does not matter
    const std::string text = testing::error_text<value_error>([&] { t.column("x", dtype); });
    if (!text.empty()) CHECK_THAT(text, ContainsSubstring(".csv:3: column \"x\": "));
    return text;
  };
  CHECK_THAT(fault("abc"), ContainsSubstring("\"abc\" is not a number"));
  CHECK_THAT(fault("1.5kg"), ContainsSubstring("\"1.5kg\" is not a number"));
  CHECK_THAT(fault("\"1,5\""),
             ContainsSubstring("\"1,5\" is not a number: decimals need a point, and thousands no comma"));
  CHECK_THAT(fault("0x10"), ContainsSubstring("not a number"));
  CHECK_THAT(fault("+"), ContainsSubstring("not a number"));
  CHECK_THAT(fault("+-1"), ContainsSubstring("not a number"));
  CHECK_THAT(fault(std::string(100, 'a')), ContainsSubstring(std::string(40, 'a') + "…\""));
  CHECK_THAT(fault(std::string(39, 'a') + "é"), ContainsSubstring(std::string(39, 'a') + "…\""));
  CHECK_THAT(fault("\"two\nlines\""), ContainsSubstring("\"two lines\" is not"));
  CHECK_THAT(fault(""), ContainsSubstring("the cell is empty"));
  CHECK_THAT(fault("\"  \""), ContainsSubstring("the cell is empty"));
  CHECK_THAT(fault("nan"), ContainsSubstring("\"nan\" is not a finite number"));
  CHECK_THAT(fault("-Inf"), ContainsSubstring("not a finite number"));
  CHECK_THAT(fault("1e400"), ContainsSubstring("too large or too small"));
  CHECK_THAT(fault("1e40", float32), ContainsSubstring("too large or too small"));
  CHECK_THAT(fault("1.5", int64), ContainsSubstring("not an integer"));
  CHECK_THAT(fault("9223372036854775808", int64), ContainsSubstring("not an integer of 64 bits"));
  CHECK_THAT(fault("abc", int64), ContainsSubstring("not a number"));
  CHECK(fault("8").empty());
  CHECK_THROWS_AS(table("x\n1\n").column("x", boolean), dtype_error);
}
