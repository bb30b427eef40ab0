// Chapter 1.1 draws its graph: as a picture if Graphviz is there, and as text.
#include <algorithm>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;

namespace {

bool has_dot() { return run({"/bin/sh", {"-c", "command -v dot > /dev/null"}}).exit_code == 0; }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// What Graphviz writes, in the XML that our own pictures are made of: without what stands before the first
/// element, without comments, and with minus signs as they are.
std::string plain_xml(std::string svg) {
  svg.erase(0, svg.find("<svg"));
  for (std::size_t at = svg.find("<!--"); at != std::string::npos; at = svg.find("<!--"))
    svg.erase(at, svg.find("-->", at) + 3 - at);
  for (std::size_t at = svg.find("&#45;"); at != std::string::npos; at = svg.find("&#45;"))
    svg.replace(at, 5, "-");
  return svg;
}

}  // namespace

TEST_CASE("1.1 --graph writes the graph's text, and nothing else changes", "[1.1]") {
  const Folder folder;
  const std::string plain = output_of({"--epochs", "1"});
  CHECK(output_of({"--epochs", "1", "--graph", folder / "a.dot"}) == plain);
  CHECK(output_of({"--epochs", "1", "--graph", folder / "a.mmd"}) == plain);
  const auto files = folder.entries();
  CHECK(files.size() == 2);
  const std::string& dot = files.at("a.dot");
  CHECK_THAT(dot, StartsWith("digraph {\n"));
  for (const char* label :
       {"\"x\\n(33,) float64", "\"y\\n(33,) float64", "\"w\\n(1,) float64", "\"b\\n(1,) float64",
        "\"mul\\nw * x\\n", "\"yhat = add\\nb + mul\\n", "\"sub\\nyhat - y\\n", "\"L = div\\nsum / 33\\n"}) {
    CHECK(count(dot, std::string("[label=") + label) == 1);
  }
  // The gradients that the program prints, in brief.
  CHECK_THAT(dot, ContainsSubstring("grad -21.8765\\n") && ContainsSubstring("grad -72.505\\n"));
  CHECK_THAT(files.at("a.mmd"), StartsWith("flowchart BT\n") && ContainsSubstring("L = div<br>sum / 33<br>"));
}

TEST_CASE("1.1 --explain derives the gradients and changes nothing else", "[1.1]") {
  const std::string plain = output_of({"--epochs", "1"}),
                    explained = output_of({"--epochs", "1", "--explain"});
  const std::size_t begin = explained.find("The forward pass"),
                    end = explained.find("\nTraining the nn model");
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  CHECK(explained.substr(0, begin - 1) + explained.substr(end) == plain);
  const std::string derivation = explained.substr(begin, end - begin);
  CHECK_THAT(derivation, ContainsSubstring("= 2/m Σₚ (ŷₚ - yₚ) xₚ"));
  CHECK_THAT(derivation, ContainsSubstring("in matrices: ∂L/∂w = 2/m (ŷ - y)ᵀ x"));
}

TEST_CASE("1.1 --graph draws a picture with Graphviz", "[1.1]") {
  if (!has_dot()) {
    WARN("there is no Graphviz here");
    return;
  }
  const Folder folder;
  output_of({"--epochs", "0", "--graph", folder / "graph; touch injected.svg"});
  const auto files = folder.entries();
  REQUIRE(files.size() == 1);
  const std::vector<XmlElement> elements = parse_xml(plain_xml(files.begin()->second));
  std::vector<std::string> texts;
  for (const XmlElement& element : elements) {
    if (element.name == "text") texts.push_back(element.text);
  }
  for (const char* text : {"x", "y", "w", "b", "w * x", "yhat = add", "L = div"})
    CHECK(std::ranges::count(texts, text) == 1);
}

TEST_CASE("1.1 --graph says what to install where there is no Graphviz", "[1.1]") {
  const Folder folder;
  const Finished finished =
      run({chapter_1_1, {"--graph", folder / "graph.svg"}, {"PATH=" + (folder / "bin")}});
  CHECK(finished.exit_code == 2);
  CHECK(finished.out == "");
  CHECK(std::ranges::count(finished.err, '\n') == 1);
  for (const char* words : {"--graph", "no program dot", "apt-get install graphviz", ".dot", ".mmd"})
    CHECK_THAT(finished.err, ContainsSubstring(words));
  CHECK(folder.entries().empty());
  const Finished text =
      run({chapter_1_1, {"--epochs", "0", "--graph", folder / "graph.dot"}, {"PATH=" + (folder / "bin")}});
  CHECK(text.exit_code == 0);
}

TEST_CASE("1.1 --graph passes on what Graphviz says, and leaves the older picture", "[1.1]") {
  const Folder folder;
  const std::string older = folder.write("graph.svg", "an older picture");
  std::filesystem::create_directory(folder / "bin");
  folder.write("bin/dot", "#!/bin/sh\necho 'no such renderer' >&2\nexit 3\n");
  std::filesystem::permissions(folder / "bin/dot", std::filesystem::perms::owner_all);
  const auto before = folder.entries();
  const Finished finished = run({chapter_1_1, {"--graph", older}, {"PATH=" + (folder / "bin")}});
  CHECK(finished.exit_code == 2);
  CHECK_THAT(finished.err, ContainsSubstring("dot failed: no such renderer"));
  CHECK(folder.entries() == before);
}
