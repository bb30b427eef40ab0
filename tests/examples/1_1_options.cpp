// What the options of chapter 1.1 do, and where its output goes.
#include <algorithm>

#include <data/make_regression.hpp>
#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;

namespace {

std::string parameters_in(const std::string& out, const std::string& line) {
  const Words lines = lines_with(out, line);
  REQUIRE(lines.size() == 1);
  return lines[0].substr(lines[0].find(": "));
}

std::string first_line(const Words& arguments) { return lines_of(output_of(arguments)).at(0); }

}  // namespace

TEST_CASE("1.1 --help names every option", "[1.1]") {
  const std::string help = output_of({"--help"});
  for (const char* option :
       {"--random-state", "--manual-seed", "--bias", "--samples", "--train", "--batch", "--epochs", "--lr",
        "--dtype", "--csv", "--delimiter", "--x", "--y", "--standardize", "--plot", "--graph", "--help"}) {
    CHECK_THAT(help, ContainsSubstring(option));
  }
  CHECK(output_of({"-h"}) == help);
}

TEST_CASE("1.1 says what mape is, which line it looks for, and what comes next", "[1.1]") {
  const std::string out = output_of({"--epochs", "200", "--bias", "2", "--random-state", "3"});
  CHECK(out.find("|scratch - nn| / |nn|") < out.find("\nmape "));
  const std::vector<double> line = numbers_after(out, "true          b, w: "),
                            found = numbers_after(out, "final scratch b, w: ");
  const eingrad::data::Regression data = eingrad::data::make_regression(
      {.n_samples = 10'100, .n_features = 1, .bias = 2, .noise = 1, .random_state = 3});
  CHECK(line == std::vector{2., data.coef.item()});
  REQUIRE(found.size() == 2);
  for (const std::size_t i : {0U, 1U}) CHECK(found[i] == Approx(line[i]).margin(0.5));  // 5 sigma/sqrt(100)

  const std::string real =
      output_of({"--csv", old_faithful, "--x", "eruptions", "--y", "waiting", "--lr", "0"});
  CHECK(lines_with(real, "true ").empty());
  CHECK_THAT(out, ContainsSubstring("\nNext\n  ./dev run 1.1 --epochs"));
  CHECK_THAT(real, ContainsSubstring("\nNext\n  the same with --standardize   trains faster"));
}

TEST_CASE("1.1 trains on the rows that it is told to", "[1.1]") {
  CHECK(first_line({}) == "x and y: 100 rows to train on, 10000 to validate with, mini-batches of 33");
  CHECK(first_line({"--samples", "300", "--train", "200", "--batch", "50"}) ==
        "x and y: 200 rows to train on, 100 to validate with, mini-batches of 50");
  CHECK(first_line({"--train", "1"}) ==
        "x and y: 1 rows to train on, 10099 to validate with, mini-batches of 1");
  CHECK(first_line({"--csv", old_faithful, "--x", "eruptions", "--y", "waiting", "--train", "200"}) ==
        "eruptions and waiting: 200 rows to train on, 72 to validate with, mini-batches of 200");
}

TEST_CASE("1.1 seeds data and parameters apart", "[1.1]") {
  const std::string out = output_of({}), other_data = output_of({"--random-state", "1"}),
                    other_start = output_of({"--manual-seed", "1"});
  CHECK(output_of({}) == out);
  CHECK(parameters_in(other_data, "initial nn") == parameters_in(out, "initial nn"));
  CHECK(parameters_in(other_data, "final nn") != parameters_in(out, "final nn"));
  CHECK(parameters_in(other_start, "initial nn") != parameters_in(out, "initial nn"));
}

TEST_CASE("1.1 leaves the parameters as they are without an epoch or a learning rate", "[1.1]") {
  const Folder folder;
  const std::string still = output_of({"--lr", "0"});
  CHECK(lines_with(still, "epoch: ").size() == 32);
  CHECK(parameters_in(still, "final nn") == parameters_in(still, "initial nn"));

  const std::string none = output_of({"--epochs", "0", "--plot", folder / "none.svg"});
  CHECK(lines_with(none, "epoch: ").empty());
  CHECK(parameters_in(none, "final nn") == parameters_in(none, "initial nn"));
  CHECK(parameters_in(none, "final scratch") == parameters_in(none, "initial nn"));

  const std::string one = output_of({"--epochs", "1", "--plot", folder / "one.svg"});
  CHECK(lines_with(one, "epoch: ").size() == 2);
  for (const auto& [name, svg] : folder.entries()) CHECK(parse_xml(svg).at(0).name == "svg");
  CHECK(folder.entries().size() == 2);
}

TEST_CASE("1.1 shows progress on a terminal only", "[1.1]") {
  // Slow whatever the machine: its many lines do not fit into a pipe that nobody empties.
  Program program{chapter_1_1, {"--epochs", "2000"}};
  program.pause = std::chrono::milliseconds(150);
  const Finished piped = run(program);
  CHECK(piped.exit_code == 0);
  CHECK(piped.err == "");
  CHECK(piped.out.find_first_of("\r\x1b") == std::string::npos);

  if (!has_terminals()) {
    WARN("there are no pseudo-terminals here");
    return;
  }
  program.err = Channel::terminal;
  CHECK(run(program).err == "");  // the pipe's reader may write there, too

  program.out = Channel::terminal;
  const Finished shown = run(program);
  CHECK(shown.exit_code == 0);
  CHECK(shown.out == piped.out);
  CHECK_THAT(shown.err, StartsWith("\r\x1b[Ktraining  "));
  CHECK_THAT(shown.err, EndsWith("\r\x1b[K"));
}

TEST_CASE("1.1 does not take lost output for success", "[1.1]") {
  if (!std::filesystem::exists("/dev/full")) return;
  Words starts = {"exec"};
  if (std::filesystem::exists("/usr/bin/stdbuf")) starts.push_back("exec stdbuf -oL");  // as ./dev run does
  for (const std::string& start : starts) {
    for (const char* argument : {"--lr=0", "--help"}) {
      const Finished finished =
          run({"/bin/sh",
               {"-c", start + " \"$0\" \"$1\" > /dev/full", chapter_1_1, argument},
               {"ASAN_OPTIONS=verify_asan_link_order=0"}});  // stdbuf's library comes first
      CHECK(finished.exit_code == 1);
      CHECK(std::ranges::count(finished.err, '\n') == 1);
      CHECK_THAT(finished.err, ContainsSubstring("cannot write to"));
    }
  }
}
