// Chapter 4.1: the graph it prints is the one that it computed, and the engine refuses what the page says.
#include <algorithm>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/program.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;

namespace {

const std::string chapter_4_1 = EINGRAD_CHAPTERS_DIR "/4_1_how_autograd_works";

std::string output_of_4_1(const Words& arguments = {}) {
  const Finished finished = run({chapter_4_1, arguments});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

/// What stands below a headline, up to the next empty line.
std::string below(const std::string& headline, const std::string& out) {
  const std::size_t start = out.find(headline + "\n");
  REQUIRE(start != std::string::npos);
  const std::size_t text = start + headline.size() + 1;
  return out.substr(text, out.find("\n\n", text) - text);
}

}  // namespace

TEST_CASE("4.1 prints the graph: rules, kinds, operands before results, and what is read", "[4.1]") {
  const std::string out = output_of_4_1();
  const std::vector<std::string> rows = lines_of(out.substr(0, out.find("The backward pass")));
  const auto row = [&](const std::string& rule) {
    const auto found = std::ranges::find_if(
        rows, [&](const std::string& line) { return line.find("  " + rule + " ") == 5; });
    REQUIRE(found != rows.end());
    return *found;
  };
  CHECK_THAT(row("matmul"),
             ContainsSubstring("contraction") && EndsWith(" 1"));  // x, which w's gradient needs
  CHECK_THAT(row("add"), ContainsSubstring("elementwise") && EndsWith(" -"));
  CHECK_THAT(row("tanh"), ContainsSubstring("elementwise") && EndsWith(" result"));
  CHECK_THAT(row("slice"), ContainsSubstring("indexing") && EndsWith(" -"));
  CHECK_THAT(row("square"), ContainsSubstring("elementwise") && EndsWith(" 9"));
  CHECK_THAT(row("sum"), ContainsSubstring("contraction") && EndsWith(" -"));

  int newest = 0;
  for (const std::string& line : rows) {
    const std::size_t at = line.find_first_not_of(' ');
    if (at == std::string::npos || line[at] < '0' || line[at] > '9') continue;
    const int number = std::stoi(line);
    if (newest == 0) newest = number;
    CHECK(number == newest--);
  }
  CHECK(newest == 0);
}

TEST_CASE("4.1 shows the pass, the newest first, with the broadcast summed", "[4.1]") {
  const std::string out = output_of_4_1();
  const std::vector<std::string> steps = lines_with(out, "step ");
  REQUIRE(steps.size() == 8);
  const char* operations[] = {"div", "sum", "square", "sub", "slice", "tanh", "add", "matmul"};
  for (std::size_t i = 0; i < 8; ++i) CHECK_THAT(steps[i], ContainsSubstring(operations[i]));
  CHECK(lines_with(out, "      b () was repeated over axis 0 of 4").size() == 1);
}

TEST_CASE("4.1 shows what the engine refuses, and what it lets pass", "[4.1]") {
  const std::string out = output_of_4_1();
  CHECK_THAT(
      below("A value that a rule reads is overwritten", out),
      ContainsSubstring("a value that matmul needs was overwritten") && ContainsSubstring("wrote (4, 3)"));
  CHECK_THAT(out, ContainsSubstring("\nA value that no rule reads is overwritten: nothing is refused\n"));
  CHECK_THAT(below("Twice through the same graph", out),
             ContainsSubstring("was freed by an earlier backward pass"));
}

TEST_CASE("4.1 --graph draws the graph, and nothing else changes", "[4.1]") {
  const Folder folder;
  CHECK(output_of_4_1({"--graph", folder / "graph.dot"}) == output_of_4_1());
  const auto files = folder.entries();
  REQUIRE(files.size() == 1);
  for (const char* label : {"\"x\\n", "\"w\\n", "\"b\\n", "\"z = add\\n", "\"h = tanh(z)\\n", "\"L = div\\n"})
    CHECK_THAT(files.at("graph.dot"), ContainsSubstring(label));
}
