// Bad input of chapter 1.1: one clear line, exit code 2, and no file touched.
#include <algorithm>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace chapter;

namespace {

/// Arguments, and words that the message must have.
struct Mistake {
  Words arguments, message;
};

std::string text_of(const Words& words) { return fmt::format("\"{}\"", fmt::join(words, "\" \"")); }

/// Runs the chapter, which must fail with one line on stderr and leave the folder as it was.
Finished failure(const Words& arguments, int exit_code, const Folder& folder) {
  const auto before = folder.entries();
  Finished finished = run({chapter_1_1, arguments});
  CHECK(finished.exit_code == exit_code);
  CHECK(std::ranges::count(finished.err, '\n') == 1);
  CHECK_THAT(finished.err, EndsWith("\n"));
  CHECK(folder.entries() == before);
  return finished;
}

/// Tries each mistake; beside a plot at `plot` unless it is empty.
void try_all(const std::vector<Mistake>& mistakes, const Folder& folder, const std::string& plot) {
  for (Mistake mistake : mistakes) {
    if (!plot.empty()) mistake.arguments.insert(mistake.arguments.begin(), {"--plot", plot});
    INFO(text_of(mistake.arguments));
    const Finished finished = failure(mistake.arguments, 2, folder);
    CHECK(finished.out == "");
    for (const std::string& words : mistake.message) CHECK_THAT(finished.err, ContainsSubstring(words));
  }
}

Words columns(const std::string& file, const Words& more = {}) {
  Words arguments = {"--csv", file, "--x", "a", "--y", "b"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_CASE("1.1 refuses bad files and columns", "[1.1]") {
  const Folder folder;
  const std::string plot = folder.write("plot.svg", "an older plot");
  const auto file = [&](const std::string& name, const std::string& text) {
    return columns(folder.write(name, text));
  };
  const std::string good = folder.write("good.csv", "a,b\n1,2\n2,3\n3,5\n4,4\n5,7\n");
  const std::string flat = folder.write("flat.csv", "a,b\n0.1,2\n0.1,3\n0.1,5\n0.1,4\n0.1,7\n");
  const std::string vast = folder.write("vast.csv", "a,b\n1e300,2\n-1e300,3\n3,5\n1e299,4\n5,7\n");
  const std::string nowhere = folder / "missing.csv";

  try_all(
      {
          {{"--csv", old_faithful, "--x", "height", "--y", "waiting"},
           {"old_faithful.csv", "no column \"height\"", "\"eruptions\", \"waiting\""}},
          {{"--csv", old_faithful, "--x", "eruptions", "--y", ""}, {"--csv", "--x COLUMN --y COLUMN"}},
          {{"--csv", old_faithful, "--x", "eruptions"}, {"--csv", "--x COLUMN --y COLUMN"}},
          {{"--csv", old_faithful},
           {"--csv", "Its first line names \"eruptions\", \"waiting\"", "--x COLUMN --y COLUMN"}},
          {{"--csv", nowhere}, {"cannot read " + nowhere, "No such file"}},
          {file("semicolons.csv", "a;b\n1;2\n2;3\n"), {"no column \"a\"", "try ';' as the delimiter"}},
          {columns(good, {"--delimiter", ";"}), {"it has \"a,b\"", "try ',' as the delimiter"}},
          {columns(good, {"--delimiter", ""}), {"--delimiter", "not one character"}},
          {{"--delimiter", ";"}, {"--delimiter", "--csv FILE"}},
          {{"--csv", old_faithful, "--y", "waiting"}, {"--csv", "--x COLUMN --y COLUMN"}},
          {{"--csv", old_faithful, "--x", "waiting", "--y", "waiting"}, {"--x, --y", "two columns"}},
          {{"--csv", good, "--x", "a\nb\x1b[2J", "--y", "b"}, {"no column \"a; b [2J\""}},
          {file("word.csv", "a,b\n1,2\n2,two\n3,4\n"),
           {"word.csv:3", "column \"b\"", "\"two\" is not a number"}},
          {file("cell.csv", "a,b\n1,2\n2,3\n,4\n"), {"cell.csv:4", "column \"a\"", "empty"}},
          {file("nan.csv", "a,b\n1,nan\n2,3\n"),
           {"nan.csv:2", "column \"b\"", "\"nan\" is not a finite number"}},
          {file("inf.csv", "a,b\n1,2\n-inf,3\n"), {"inf.csv:3", "column \"a\"", "\"-inf\" is not a finite"}},
          {file("huge.csv", "a,b\n1,2\n1e999,3\n"), {"huge.csv:3", "column \"a\"", "\"1e999\" is too large"}},
          {file("empty.csv", ""), {"empty.csv is empty"}},
          {file("header.csv", "a,b\n"), {"header.csv has no row"}},
          {file("one.csv", "a,b\n1,2\n"), {"--csv", "rows to train on and to validate with: 1", "2 or more"}},
          {file("short.csv", "a,b\n1,2\n3\n"), {"short.csv:3", "cells in the row: 1, in the header: 2"}},
          {file("long.csv", "a,b\n1,2\n3,4,5\n"), {"long.csv:3", "cells in the row: 3, in the header: 2"}},
          {file("twins.csv", "a,b,a\n1,2,3\n"), {"twins.csv:1", "two columns are named \"a\""}},
          {file("quote.csv", "a,b\n1,\"2\n"), {"quote.csv:2", "quote is not closed"}},
          {columns(nowhere), {"cannot read " + nowhere, "No such file"}},
          {columns(folder / ""), {"Is a directory"}},
          {columns(""), {"--csv", "empty"}},
          {columns(flat, {"--standardize"}), {"--standardize", "'a' is constant"}},
          {columns(vast, {"--standardize"}), {"--standardize", "'a' spreads too far"}},
          {columns(vast, {"--dtype", "float32"}),
           {"--dtype", "'a' has numbers too large for float32", "float64"}},
          {columns(good, {"--train", "5"}), {"--train", "5 of 5 rows", "1 to 4"}},
          {columns(good, {"--train", "0"}), {"--train", "0 of 5 rows", "1 to 4"}},
          {columns(good, {"--batch", "5"}), {"--batch", "5 from 4 rows", "1 to 4"}},
          {columns(good, {"--samples", "5"}), {"--samples", "generated data"}},
          {columns(good, {"--bias", "2"}), {"--bias", "generated data"}},
          {{"--x", "a"}, {"--x", "--csv FILE"}},
          {{"--y", "a"}, {"--y", "--csv FILE"}},
          {{"--standardize"}, {"--standardize", "--csv FILE"}},
      },
      folder, plot);
  CHECK(run({chapter_1_1, columns(good)}).exit_code == 0);  // it is not the rest that is wrong
  const std::string tabs = folder.write("tabs.csv", "a\tb\n1\t2\n2\t3\n3\t5\n");
  CHECK(run({chapter_1_1, columns(tabs, {"--delimiter", "\\t"})}).exit_code == 0);
}

TEST_CASE("1.1 refuses options that make no sense", "[1.1]") {
  const Folder folder;
  const std::string plot = folder.write("plot.svg", "an older plot");
  try_all(
      {
          {{"--batch", "0"}, {"--batch", "0 rows", "1 or more"}},
          {{"--batch", "-3"}, {"--batch", "-3 rows", "1 or more"}},
          {{"--batch", "101"}, {"--batch", "101 from 100 rows", "1 to 100"}},
          {{"--batch", "1.5"}, {"--batch: '1.5' is not an integer"}},
          {{"--lr", "-0.1"}, {"--lr", "-0.1", "0 or more"}},
          {{"--lr", "nan"}, {"--lr", "nan is not a finite number"}},
          {{"--lr", "inf"}, {"--lr", "inf is not a finite number"}},
          {{"--lr", "fast"}, {"--lr: 'fast' is not a number"}},
          {{"--lr", "0.1x"}, {"--lr: '0.1x' is not a number"}},
          {{"--lr", ""}, {"--lr: '' is not a number"}},
          {{"--lr", "1e999"}, {"--lr: '1e999' is too large"}},
          {{"--lr"}, {"--lr", "required"}},
          {{"--lr", "0.1", "--lr", "0.2"}, {"--lr", "received 2"}},
          {{"--train", "0"}, {"--train", "0 of 10100 rows"}},
          {{"--train", "10100"}, {"--train", "10100 of 10100 rows", "1 to 10099"}},
          {{"--samples", "1"}, {"--samples", "2 or more"}},
          {{"--samples", "-5"}, {"--samples", "2 or more"}},
          {{"--samples", "50"}, {"--train", "100 of 50 rows", "1 to 49"}},
          {{"--epochs", "-1"}, {"--epochs", "-1 epochs", "0 or more"}},
          {{"--epochs", "many"}, {"--epochs: 'many' is not an integer"}},
          {{"--manual-seed", "99999999999999999999"}, {"--manual-seed", "too large"}},
          {{"--manual-seed", "-1"}, {"--manual-seed", "'-1' is not an integer of 0 or more"}},
          {{"--random-state", "4294967296"}, {"--random-state", "4294967296", "2^32 - 1"}},
          {{"--bias", "python3"}, {"--bias", "'python3' is not a finite number", "python"}},
          {{"--bias", "inf"}, {"--bias", "'inf' is not a finite number"}},
          {{"--bias", "1e300", "--dtype", "float32"}, {"--dtype", "'y' has numbers too large for float32"}},
          {{"--dtype", "float16"}, {"--dtype", "'float16'", "float32 or float64"}},
          {{"--learning-rate", "0.1"}, {"there is no option --learning-rate", "--help"}},
          {{"--epoch", "3"}, {"there is no option --epoch", "did you mean --epochs?"}},
          {{"--epoch=3"}, {"there is no option --epoch", "did you mean --epochs?"}},
          {{"-lr", "0.1"}, {"there is no option -lr; did you mean --lr?"}},
          {{"--manual_sed", "1"}, {"did you mean --manual-seed?"}},
          {{"train"}, {"what is 'train' for?", "--help"}},
      },
      folder, plot);
}

TEST_CASE("1.1 refuses a plot that it could not write, before any work", "[1.1]") {
  const Folder folder;
  const std::string good = folder.write("good.svg", "a,b\n1,2\n2,3\n3,5\n4,4\n5,7\n");
  const std::string missing = folder / "missing/plot.svg";
  std::filesystem::create_directory(folder / "folder");
  std::filesystem::create_symlink("good.svg", folder / "link.svg");
  try_all(
      {
          {{"--plot", missing}, {missing, "No such file or directory"}},
          {{"--plot", folder / "folder"}, {folder / "folder", "Is a directory"}},
          {{"--plot", good + "/plot.svg"}, {good + "/plot.svg", "Not a directory"}},
          {{"--plot", ""}, {"cannot write ''"}},
          {{"--plot", folder / "plot.png"}, {"--plot", "SVG file", "try plot.svg"}},
          {{"--plot", folder / "no"}, {"--plot", "does not end in .svg", "try no.svg"}},
          {columns(good, {"--plot", good}), {"--plot", good, "the file with the data"}},
          {columns(good, {"--plot", folder / "link.svg"}), {"--plot", "link.svg", "the file with the data"}},
      },
      folder, "");
}

TEST_CASE("1.1 refuses a graph that it could not write, before any work", "[1.1]") {
  const Folder folder;
  const std::string data = folder.write("data.dot", "a,b\n1,2\n2,3\n3,5\n4,4\n5,7\n");
  const std::string plot = folder.write("plot.svg", "an older plot");
  const std::string missing = folder / "missing/graph.dot";
  try_all(
      {
          {{"--graph", missing}, {missing, "No such file or directory"}},
          {{"--graph", folder / "graph.png"}, {"--graph", "graph.png", ".svg", ".dot", ".mmd"}},
          {{"--graph", folder / "graph"}, {"--graph", "FILE.svg", "FILE.dot", "FILE.mmd"}},
          {{"--graph", ""}, {"--graph", "FILE.svg"}},
          {columns(data, {"--graph", data}), {"--graph", data, "the file with the data"}},
          {{"--plot", plot, "--graph", plot}, {"--graph", plot, "the file with the plot"}},
      },
      folder, "");
}

TEST_CASE("1.1 says at which epoch training diverged, and what to try", "[1.1]") {
  const Folder folder;
  const std::string plot = folder.write("plot.svg", "an older plot");
  for (const Words& arguments :
       {Words{"--lr", "3", "--plot", plot}, Words{"--lr", "3", "--dtype", "float32", "--plot", plot},
        Words{"--csv", old_faithful, "--x", "waiting", "--y", "eruptions", "--plot", plot}}) {
    INFO(text_of(arguments));
    const Finished finished = failure(arguments, 1, folder);
    const std::size_t epochs = lines_with(finished.out, "epoch: ").size();
    CHECK_THAT(finished.err, ContainsSubstring(fmt::format("diverged at epoch {}:", epochs)));
    CHECK_THAT(finished.err, ContainsSubstring("try a smaller --lr"));
    CHECK_THAT(finished.err, ContainsSubstring("--standardize"));
    CHECK(lines_with(finished.out, "final").empty());
  }
}
