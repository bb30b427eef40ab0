// The regions that are marked in a program are those that pages show: a marker that nobody looks for could be
// misspelt, and nobody would notice.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include <tests/catch.hpp>

namespace {

namespace fs = std::filesystem;

/// The name of a file, and that of a region in it.
using Regions = std::set<std::pair<std::string, std::string>>;

void each_line(const fs::path& file, const std::function<void(const std::string&)>& read) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) read(line);
}

/// What stands behind `mark`; empty if the line has none.
std::string behind(const std::string& line, const std::string& mark) {
  const std::size_t at = line.find(mark);
  return at == std::string::npos ? "" : line.substr(at + mark.size());
}

Regions marked(const std::string& mark) {
  Regions found;
  for (const auto& entry : fs::directory_iterator(EINGRAD_ROOT "/examples")) {
    if (entry.path().extension() != ".cpp") continue;
    each_line(entry.path(), [&](const std::string& line) {
      if (const std::string name = behind(line, mark); !name.empty())
        found.emplace(entry.path().filename(), name);
    });
  }
  return found;
}

Regions shown() {
  Regions found;
  for (const auto& entry : fs::recursive_directory_iterator(EINGRAD_ROOT "/docs")) {
    if (entry.path().extension() != ".md") continue;
    std::string program;
    each_line(entry.path(), [&](const std::string& line) {
      if (const std::string path = behind(line, "{literalinclude} "); !path.empty())
        program = fs::path(path).filename();
      if (const std::string name = behind(line, ":start-after: // region "); !name.empty())
        found.emplace(program, name);
    });
  }
  return found;
}

std::string listed(const Regions& regions) {
  std::string text;
  for (const auto& [program, region] : regions) text += program + ": " + region + "\n";
  return text;
}

Regions without(const Regions& all, const Regions& others) {
  Regions left;
  std::ranges::set_difference(all, others, std::inserter(left, left.end()));
  return left;
}

}  // namespace

TEST_CASE("every marked region of a program has an end and stands on a page", "[docs]") {
  const Regions begun = marked("// region "), ended = marked("// endregion "), on_pages = shown();
  CHECK(begun.size() > 50);
  CHECK(listed(without(begun, ended)) == "");
  CHECK(listed(without(ended, begun)) == "");
  CHECK(listed(without(begun, on_pages)) == "");
}
