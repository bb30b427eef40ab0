// Chapter 4.4: the updates by hand are optim's, first steps are as long as theory says, and so are the rates
// at which SGD arrives or diverges.
#include <algorithm>
#include <cmath>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/support/xml.hpp>

#include <fmt/format.h>

using namespace chapter;

namespace {

const std::string chapter_4_4 = EINGRAD_CHAPTERS_DIR "/4_4_optimizers";
const Words names = {"SGD", "momentum", "Nesterov", "RMSprop", "Adam"};

std::string output_of_4_4(const Words& arguments) {
  const Finished finished = run({chapter_4_4, arguments});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

/// A row of the table with the first steps: along p_0, along p_1, by hand against optim.
std::vector<double> first_step(const std::string& out, const std::string& name) {
  const auto row = numbers_after(out.substr(0, out.find("The loss,")), "  " + name + " ");
  REQUIRE(row.size() == 3);
  return row;
}

/// A row of the table with the losses after each quarter of the steps.
std::vector<double> losses(const std::string& out, const std::string& name) {
  const std::size_t begin = out.find("The loss,"), end = out.find("With noise");
  const auto row = numbers_after(out.substr(begin, end - begin), "  " + name + " ");
  REQUIRE(row.size() == 4);
  return row;
}

double loss_in_noise(const std::string& out, const std::string& name) {
  return numbers_after(out.substr(out.find("With noise")), "  " + name + " ").at(2);
}

}  // namespace

TEST_CASE("4.4: the updates by hand are those of optim", "[4.4]") {
  for (const Words& arguments : {Words{}, {"--lr", "0.01", "--momentum", "0.5", "--adaptive-lr", "0.3"}}) {
    const std::string out = output_of_4_4(arguments);
    for (const std::string& name : names) {
      INFO(name);
      CHECK(first_step(out, name)[2] <= 1e-13);
    }
  }
}

TEST_CASE("4.4: the first steps", "[4.4]") {
  const double lr = 0.02, mu = 0.75, adaptive = 0.25;
  const std::string out = output_of_4_4({"--lr", "0.02", "--momentum", "0.75", "--adaptive-lr", "0.25"});
  const std::vector<double> gradient = {4, 25};  // h_i p_i at (4, 1)
  for (const std::size_t i : {0u, 1u}) {
    CHECK(first_step(out, "SGD")[i] == Approx(-lr * gradient[i]).epsilon(1e-12));
    CHECK(first_step(out, "momentum")[i] == Approx(-lr * gradient[i]).epsilon(1e-12));
    CHECK(first_step(out, "Nesterov")[i] == Approx(-lr * (1 + mu) * gradient[i]).epsilon(1e-12));
    CHECK(first_step(out, "RMSprop")[i] == Approx(-adaptive / std::sqrt(1 - 0.99)).epsilon(1e-6));
    CHECK(first_step(out, "Adam")[i] == Approx(-adaptive).epsilon(1e-6));
  }
}

TEST_CASE("4.4: SGD shrinks each coordinate by its own factor, momentum is faster, and Adam arrives",
          "[4.4]") {
  const std::string out = output_of_4_4({});
  const std::vector<double> sgd = losses(out, "SGD");
  for (std::size_t quarter = 0; quarter < 4; ++quarter) {
    const double steps = 25. * static_cast<double>(quarter + 1);
    const double p0 = 4 * std::pow(1 - 0.03, steps), p1 = std::pow(1 - 0.03 * 25, steps);
    CHECK(sgd[quarter] == Approx((p0 * p0 + 25 * p1 * p1) / 2).epsilon(1e-10));
  }
  for (const char* name : {"momentum", "Nesterov", "Adam"}) CHECK(losses(out, name)[3] < sgd[3] / 10);
}

TEST_CASE("4.4: SGD diverges above a rate of 2 / 25, and not below", "[4.4]") {
  const Words quick = {"--momentum", "0.01", "--lr"};
  Words below = quick, above = quick;
  below.push_back("0.079");
  above.push_back("0.081");
  CHECK(run({chapter_4_4, below}).exit_code == 0);
  const Finished diverged = run({chapter_4_4, above});
  CHECK(diverged.exit_code == 1);
  CHECK_THAT(diverged.err, StartsWith("SGD diverged: L went from 20.5 to ") && !ContainsSubstring("-nan"));
}

TEST_CASE("4.4: schedules end nearer to the minimum than a constant rate, with five seeds", "[4.4]") {
  for (const std::string seed : {"0", "1", "2", "3", "4"}) {
    INFO("seed " << seed);
    const std::string out = output_of_4_4({"--manual-seed", seed});
    const double constant = loss_in_noise(out, "constant");
    CHECK(loss_in_noise(out, "StepLR") < constant);
    CHECK(loss_in_noise(out, "cosine") < constant);
  }
}

TEST_CASE("4.4 derives, draws each path over contour lines, and refuses what makes no sense", "[4.4]") {
  const Folder folder;
  const std::string out = output_of_4_4(
      {"--explain", "--plot", folder / "ways.svg", "--plot-schedules", folder / "schedules.svg"});
  CHECK_THAT(out, ContainsSubstring("    = hᵢ pᵢ    Σ over p"));
  const auto files = folder.entries();
  REQUIRE(files.size() == 2);
  std::string texts;
  for (const XmlElement& element : parse_xml(files.at("ways.svg"))) texts += element.text + "\n";
  for (const std::string& name : names) CHECK_THAT(texts, ContainsSubstring(name + "\n"));
  CHECK_THAT(texts, ContainsSubstring("equal loss\n"));
  std::ptrdiff_t rings = 0;
  for (const XmlElement& element : parse_xml(files.at("ways.svg"))) {
    if (element.has_class("dashes"))
      rings = std::max(rings, std::ranges::count(element.attributes.at("d"), 'M'));
  }
  CHECK(rings == 5);

  CHECK_THAT(output_of_4_4({"--mistake"}), ContainsSubstring("SGD: nesterov looks ahead along the momentum"));
  for (const Words& arguments : {Words{"--lr", "0"},
                                 {"--momentum", "1"},
                                 {"--steps", "3"},
                                 {"--adaptive-lr", "nan"},
                                 {"--plot-schedules", "no"}}) {
    const Finished finished = run({chapter_4_4, arguments});
    CHECK(finished.exit_code == 2);
    CHECK(finished.out == "");
    CHECK_THAT(finished.err, ContainsSubstring(arguments[0]));
  }
}
