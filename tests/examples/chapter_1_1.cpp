#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/support/xml.hpp>

namespace chapter {

std::string output_of(const Words& arguments, const Words& environment) {
  const Finished finished = run({chapter_1_1, arguments, environment});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    lines.emplace_back(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> lines_with(std::string_view text, std::string_view beginning) {
  std::vector<std::string> lines = lines_of(text);
  std::erase_if(lines, [&](const std::string& line) { return !line.starts_with(beginning); });
  return lines;
}

std::vector<double> numbers_after(std::string_view text, std::string_view beginning) {
  const std::vector<std::string> lines = lines_with(text, beginning);
  REQUIRE(lines.size() == 1);
  return numbers_in(std::string_view(lines[0]).substr(beginning.size()));
}

}  // namespace chapter
