// eingrad-derive as its user runs it.
#include <filesystem>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/program.hpp>

#include <nlohmann/json.hpp>

using namespace chapter;

namespace {

const std::string derive = EINGRAD_CHAPTERS_DIR "/eingrad-derive";
const std::string problem =
    "x[n] y[n] yhat[n] w[] b[] L[]  m = |n|\nyhat_n = b + w x_n\nL = 1/m (yhat_n - y_n)^2\n";

}  // namespace

TEST_CASE("every sheet that ships is right", "[derive]") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EINGRAD_DATA_DIR "/../derivations")) {
    INFO(entry.path());
    const Finished finished = run({derive, {entry.path().string()}});
    CHECK(finished.exit_code == 0);
    CHECK(finished.err == "");
    ++count;
  }
  CHECK(count >= 8);
}

TEST_CASE("a sheet with a wrong claim ends with 1 and says what is wrong", "[derive]") {
  const Folder folder;
  const std::string sheet = folder.write(
      "sheet.txt", problem + "dL/db = 2/m sum_n (yhat_n - y_n)  # right\ndL/dw = (yhat_n - y_n) x_n\n");
  const Finished plain = run({derive, {sheet}});
  CHECK(plain.exit_code == 1);
  CHECK_THAT(plain.out, ContainsSubstring("line 4: dL/db = 2/m sum_n (yhat_n - y_n)\n  right\n") &&
                            ContainsSubstring("wrong (factor): it is m/2 times the right one") &&
                            EndsWith("1 of 2 right\n"));

  const Finished json = run({derive, {sheet, "--json", "--explain"}});
  CHECK(json.exit_code == 1);
  const auto claims = nlohmann::json::parse(json.out).at("claims");
  REQUIRE(claims.size() == 2);
  CHECK(claims[0].at("right") == true);
  CHECK(claims[1].at("verdict") == "factor");
  CHECK(claims[1].at("derivation").back().at("expression") == "2/m * sum_n (yhat_n - y_n) * x_n");

  CHECK_THAT(run({derive, {sheet, "--explain"}}).out,
             ContainsSubstring("= 2/m Σₙ (ŷₙ - yₙ) xₙ    constants leave Σ\n"));
  CHECK_THAT(
      run({derive, {sheet, "--latex"}}).out,
      StartsWith("\\documentclass{article}") &&
          ContainsSubstring("\\frac{2}{m} \\, \\sum_{n} \\left(\\hat{y}_{n} - y_{n}\\right) \\, x_{n}"));
  CHECK_THAT(run({derive, {sheet, "--markdown"}}).out, ContainsSubstring("$$\n\\begin{align*}"));
}

TEST_CASE("a derivation is told step by step, and derived once for each left side", "[derive]") {
  const Folder folder;
  const std::string sheet = folder.write(
      "sheet.txt",
      problem +
          "dL/dw = dL/dyhat_n * dyhat_n/dw\n  = 2/m (yhat_n - y_n) x_n\n  = 1/m (yhat_n - y_n) x_n"
          "\n  = 1/m x^T (yhat - y)\ndL/dw = 2/m x^T (yhat - y)\n");
  const Finished plain = run({derive, {sheet, "--explain"}});
  CHECK(plain.exit_code == 1);
  CHECK_THAT(plain.out,
             ContainsSubstring("line 6: = 1/m (yhat_n - y_n) x_n\n  wrong (factor)") &&
                 ContainsSubstring("line 7: = 1/m x^T (yhat - y)\n  it follows from the step before") &&
                 ContainsSubstring("  steps 1 and 2 hold; step 3 is wrong (factor)") &&
                 ContainsSubstring("    derived at line 4\n") && EndsWith("1 of 2 right\n"));
  const auto claims = nlohmann::json::parse(run({derive, {sheet, "--json", "--explain"}}).out).at("claims");
  REQUIRE(claims.size() == 2);
  CHECK(claims[0].at("steps").size() == 4);
  CHECK(claims[0].at("steps")[3].at("follows") == true);
  CHECK(claims[1].at("derived_at_line") == 4);
  CHECK(!claims[1].contains("derivation"));
}

TEST_CASE("a claim that rests on a wrong one is told which one", "[derive]") {
  const Folder folder;
  const std::string sheet = folder.write(
      "sheet.txt",
      problem + "dyhat = yhat - y\ndw_n = 3\ndw = 2/m (x^T dyhat)\ndw = x^T dyhat\ndw = 3/m (x^T dyhat)\n");
  CHECK_THAT(run({derive, {sheet}}).out,
             ContainsSubstring(
                 "line 6: dw = 2/m (x^T dyhat)\n  wrong (factor): it is 2/m times the right one; it would be "
                 "right with the dyhat of line 4, which is wrong\n") &&
                 ContainsSubstring("line 7: dw = x^T dyhat\n  right\n") &&
                 ContainsSubstring(
                     "line 8: dw = 3/m (x^T dyhat)\n  wrong (factor): it is 3/m times the right one\n"));
}

TEST_CASE("a claim about something undefined is wrong, the others are still checked", "[derive]") {
  const Folder folder;
  const Finished finished =
      run({derive, {folder.write("sheet.txt", problem + "db/dw = 1\ndyhat_n/dw = x_n\n")}});
  CHECK(finished.exit_code == 1);
  CHECK_THAT(finished.out, ContainsSubstring("b has no definition") && ContainsSubstring("1 of 2 right"));
}

TEST_CASE("what is right without its vector of ones can be derived, too", "[derive]") {
  const Folder folder;
  const std::string sheet = folder.write("sheet.txt", problem + "dyhat_n/db = 1\n");
  for (const char* option : {"--explain", "--latex", "--markdown", "--json"}) {
    INFO(option);
    const Finished finished = run({derive, {sheet, option}});
    CHECK(finished.exit_code == 0);
    CHECK(finished.err == "");
  }
}

TEST_CASE("a line that cannot be read is told, the others are still checked", "[derive]") {
  const Folder folder;
  const std::string sheet = folder.write(
      "sheet.txt",
      "x[n] y[n] w[] u[] L[] K[]\nL = x_n (w y_n -\nK = x_n^2 u^2\ndL/dw = x_n y_n\ndK/du = x_n^2 u\n");
  const Finished plain = run({derive, {sheet, "--explain"}});
  CHECK(plain.exit_code == 2);
  CHECK(plain.err == "");
  CHECK_THAT(plain.out,
             StartsWith("line 2: L = x_n (w y_n -\n  refused: column 17: expected a factor, not the end\n"
                        "    text  L = x_n (w y_n -\n") &&
                 ContainsSubstring("line 4: dL/dw = x_n y_n\n  not checked: it needs line 2\n") &&
                 ContainsSubstring("wrong (factor): it is 1/2 times the right one") &&
                 EndsWith("0 of 2 right, 2 lines not checked\n"));
  const auto claims = nlohmann::json::parse(run({derive, {sheet, "--json"}}).out).at("claims");
  REQUIRE(claims.size() == 3);
  CHECK(claims[0].at("verdict") == "unchecked");
  CHECK(claims[1].at("right") == false);
  CHECK(claims[2].at("verdict") == "factor");
  for (const char* option : {"--latex", "--markdown"})
    CHECK_THAT(run({derive, {sheet, option}}).out, ContainsSubstring("Line 4 is not checked:"));
}

TEST_CASE("a sheet that cannot be used ends with 2 and says why", "[derive]") {
  const Folder folder;
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"", "there is no claim"},
      {problem, "there is no claim"},
      {"x[n x\ndL/dx_n = 1\n", "line 1: x[n x\n  refused: column 5"},
      {problem + "yhat_n = w x_n\ndL/dw = 1\n", "line 4: yhat_n = w x_n\n  refused: yhat is defined twice"},
      {"a[] c[]\na = c\nc = a\nda/dc = 1\n", "line 3: c = a\n  refused: c is defined by itself"},
      {problem + "tanh = x_n x_n\ndL/db = 1\n", "line 5: dL/db = 1\n  not checked: it may need line 4"},
      {problem + "tanh = x_n x_n\ndL/db = 2/m sum_n (yhat_n - y_n)\n", "1 of 1 right, 1 line not checked"},
      {problem + "so the gradient is\ndL/dw = 1\n", "refused: it declares, defines and claims nothing"},
  };
  for (const auto& [text, message] : bad) {
    INFO(text);
    const Finished finished = run({derive, {folder.write("sheet.txt", text)}});
    CHECK(finished.exit_code == 2);
    CHECK_THAT(finished.out + finished.err, ContainsSubstring(message));
  }
}

TEST_CASE("several sheets are judged one after the other, each below its name", "[derive]") {
  const Folder folder;
  const std::string right = folder.write("right.txt", problem + "dL/db = 2/m sum_n (yhat_n - y_n)\n");
  const std::string wrong = folder.write("wrong_1.txt", problem + "dL/dw = (yhat_n - y_n) x_n\n");
  const Finished plain = run({derive, {right, wrong, right}});
  CHECK(plain.exit_code == 1);
  CHECK(plain.out == right + ":\n" + run({derive, {right}}).out + "\n" + wrong + ":\n" +
                         run({derive, {wrong}}).out + "\n" + right + ":\n" + run({derive, {right}}).out);
  CHECK(run({derive, {right, right}}).exit_code == 0);

  const Finished one_missing = run({derive, {folder / "missing.txt", right}});
  CHECK(one_missing.exit_code == 2);
  CHECK_THAT(one_missing.err, StartsWith("cannot read '" + folder / "missing.txt"));
  CHECK_THAT(one_missing.out, StartsWith(right + ":\n") && EndsWith("1 of 1 right\n"));

  const auto sheets = nlohmann::json::parse(run({derive, {"--json", right, wrong}}).out).at("sheets");
  REQUIRE(sheets.size() == 2);
  CHECK(sheets[1].at("file") == wrong);
  CHECK(sheets[1].at("claims")[0].at("verdict") == "factor");
  const std::string latex = run({derive, {right, wrong, "--latex"}}).out;
  CHECK_THAT(latex, ContainsSubstring("wrong\\_1.txt}\n") && EndsWith("\\end{document}\n"));
  CHECK(latex.find("\\documentclass") == latex.rfind("\\documentclass"));
  CHECK_THAT(run({derive, {right, wrong, "--markdown"}}).out, ContainsSubstring("# " + wrong + "\n\n"));
}

TEST_CASE("a text with formulas in it is told so once", "[derive]") {
  const Folder folder;
  const std::string sentence = "and so we find the gradient by the chain rule\n";
  std::string text = problem + "dL/db = 2/m sum_n (yhat_n - y_n)\n";
  for (int k = 0; k < 3; ++k) text += sentence;
  CHECK_THAT(run({derive, {folder.write("few.txt", text)}}).out,
             EndsWith("1 of 1 right, 3 lines not checked\n"));
  const Finished finished = run({derive, {folder.write("many.md", text + sentence)}});
  CHECK(finished.exit_code == 2);
  CHECK(finished.out == "");
  CHECK_THAT(finished.err, StartsWith("there are more sentences than formulas in ") &&
                               ContainsSubstring("dL/dw = ") && ContainsSubstring("docs/index_notation.md"));
}

TEST_CASE("messages name what the user typed, and nothing of the inside", "[derive]") {
  const Folder folder;
  const std::vector<std::string> typed = {"EINGRAD_COMMAND=./dev check"};
  const Finished missing = run({derive, {folder / "not there.txt"}, typed});
  CHECK(missing.exit_code == 2);
  CHECK_THAT(missing.err,
             StartsWith("cannot read '" + folder / "not there.txt" + "': No such file or directory"));
  const std::string empty = folder.write("empty.txt", "");
  CHECK_THAT(run({derive, {empty}, typed}).err, StartsWith("there is no claim in " + empty + "\n"));
  for (const std::string& bytes : {std::string("x[n]\0", 5), std::string("\x1b[31mL = x")}) {
    const Finished binary = run({derive, {folder.write("bytes", bytes)}, typed});
    CHECK(binary.exit_code == 2);
    CHECK(binary.out.empty());
    CHECK_THAT(binary.err, ContainsSubstring("no text"));
  }
  const Finished unknown = run({derive, {"--unknown"}, typed});
  CHECK(unknown.exit_code == 2);
  CHECK_THAT(unknown.err, ContainsSubstring("./dev check: there is no option --unknown; try --help"));
  CHECK_THAT(run({derive, {"--json", "--latex"}}).err, ContainsSubstring("try one of them"));
  CHECK_THAT(run({derive, {"--latx"}}).err,
             ContainsSubstring("there is no option --latx; did you mean --latex?"));
  CHECK_THAT(run({derive, {"--help"}, typed}).out, ContainsSubstring("\nUsage: ./dev check [OPTIONS]"));
  CHECK_THAT(run({derive, {"--help"}}).out, ContainsSubstring("\nUsage: " + derive + " [OPTIONS]"));
}

TEST_CASE("who starts it without a file at a terminal is told what it waits for", "[derive]") {
  const std::string claim = "dL/db = 2/m sum_n (yhat_n - y_n)\n";
  if (!has_terminals()) return;
  const Finished typed = run({.path = derive, .typed = problem + claim});
  CHECK(typed.exit_code == 0);
  CHECK_THAT(typed.err, StartsWith("Type a sheet, such as\n") && ContainsSubstring("Ctrl-D"));
  CHECK_THAT(typed.out, EndsWith("1 of 1 right\n"));
  CHECK_THAT(run({derive}).err, !ContainsSubstring("Type a sheet"));
}
