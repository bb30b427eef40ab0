// What the README shows is what its reader gets.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/program.hpp>

#include <fmt/format.h>

using namespace chapter;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(std::string(EINGRAD_DATA_DIR "/../../") + path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The lines of `text` that start with `prefix`.
std::vector<std::string> lines_from(const std::string& text, const std::string& prefix) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(text)) {
    if (line.rfind(prefix, 0) == 0) found.push_back(line);
  }
  return found;
}

}  // namespace

TEST_CASE("the README's program is the one that is compiled, and prints what stands there", "[readme]") {
  const std::string readme = read("README.md");
  CHECK_THAT(readme, ContainsSubstring("```cpp\n" + read("examples/quick_start.cpp") + "```"));
  const Finished program = run({EINGRAD_CHAPTERS_DIR "/quick_start"});
  CHECK(program.exit_code == 0);
  CHECK_THAT(readme, ContainsSubstring("```\n" + program.out + "```"));
}

TEST_CASE("the README's sheet has the verdicts that stand there", "[readme]") {
  const std::string readme = read("README.md");
  const std::size_t start = readme.find("X[n,i] y[n] w[i]");
  const Folder folder;
  const std::string sheet =
      folder.write("sheet.txt", readme.substr(start, readme.find("```", start) - start));
  const Finished program = run({EINGRAD_CHAPTERS_DIR "/eingrad-derive", {sheet}});
  CHECK(program.exit_code == 1);
  CHECK_THAT(readme, ContainsSubstring("```\n" + program.out + "```"));
}

TEST_CASE("the README lists each chapter with the title of its page", "[readme]") {
  const std::string readme = read("README.md");
  std::size_t pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EINGRAD_DATA_DIR "/../../docs/course")) {
    const std::string page = entry.path().filename().string();
    if (!page.ends_with(".md") || page == "index.md") continue;
    const std::string heading =
        lines_of(read("docs/course/" + page)).at(0);  // # 1.1 Simple linear regression
    const std::size_t space = heading.find(' ', 2);
    CHECK_THAT(readme,
               ContainsSubstring(fmt::format("\n| {} | [{}](docs/course/{}) | ", heading.substr(2, space - 2),
                                             heading.substr(space + 1), page)));
    ++pages;
  }
  CHECK(pages > 15);
}

TEST_CASE("the README's pictures are recorded ones", "[readme]") {
  const Words pictures = lines_from(read("README.md"), "![");
  CHECK(pictures.size() == 2);
  for (const std::string& picture : pictures) {
    const std::size_t start = picture.find("](") + 2;
    CHECK_THAT(picture, ContainsSubstring("](docs/course/recorded/"));
    CHECK_THAT(read(picture.substr(start, picture.find(')', start) - start)), StartsWith("<svg "));
  }
}

TEST_CASE("the README's derivation is the one of chapter 1.1", "[readme]") {
  const std::string readme = read("README.md"), explained = output_of({"--explain"});
  const std::size_t start = readme.find("  ∂ŷ/∂w, of shape (m):");
  REQUIRE(start != std::string::npos);
  CHECK_THAT(explained, ContainsSubstring(readme.substr(start, readme.find("```", start) - start)));
}

TEST_CASE("the README's lines of chapter 1.1 are the program's", "[readme]") {
  const std::string readme = read("README.md");
  const std::string generated = output_of({});
  const std::string real = output_of({"--csv", old_faithful, "--x", "eruptions", "--y", "waiting",
                                      "--standardize", "--lr", "0.25", "--epochs", "20"});
  for (const char* prefix : {"epoch: ", "  dL/d", "                by hand"}) {
    const auto lines = lines_from(readme, prefix);
    REQUIRE(!lines.empty());
    for (const std::string& line : lines) CHECK_THAT(generated, ContainsSubstring(line + "\n"));
  }
  for (const char* prefix : {"  trained ", "  least squares "}) {
    const auto lines = lines_from(readme, prefix);
    REQUIRE(lines.size() == 1);
    CHECK_THAT(real, ContainsSubstring(lines[0] + "\n"));
  }
}
