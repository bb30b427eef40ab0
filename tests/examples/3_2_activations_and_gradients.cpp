// Chapter 3.2: the slopes are those of the formulas, gradients vanish by depth where it is said, and with the
// right spread of weights they do not.
#include <algorithm>
#include <cmath>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/support/xml.hpp>

#include <fmt/format.h>

using namespace chapter;

namespace {

const std::string chapter_3_2 = EINGRAD_CHAPTERS_DIR "/3_2_activations_and_gradients";
enum Column { of_sigmoid, of_tanh, of_relu };

std::string output_of_3_2(const Words& arguments) {
  const Finished finished = run({chapter_3_2, arguments});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

/// The norms of one activation from the first layer to the last, below the heading that begins so.
std::vector<double> norms(const std::string& out, const std::string& heading, Column column) {
  const std::size_t begin = out.find("|dL/dW| by layer, " + heading), end = out.find("\n\n", begin);
  REQUIRE(begin != std::string::npos);
  std::vector<double> all;
  for (const std::string& line : lines_with(out.substr(begin, end - begin), "  layer ")) {
    const std::vector<double> numbers = numbers_in(line);  // the layer and three norms
    REQUIRE(numbers.size() == 4);
    all.push_back(numbers[1 + column]);
  }
  REQUIRE(all.size() == 20);
  return all;
}

}  // namespace

TEST_CASE("3.2: the slopes of the activations", "[3.2]") {
  const std::string out = output_of_3_2({});
  const std::vector<double> sigmoid = numbers_after(out, "  sigmoid "), tanh = numbers_after(out, "  tanh "),
                            relu = numbers_after(out, "  ReLU ");
  const std::vector<double> z = {-10, -2, 0, 2, 10};
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double s = 1 / (1 + std::exp(-z[i])), t = std::tanh(z[i]);
    CHECK(sigmoid.at(i) == Approx(s * (1 - s)));
    CHECK(tanh.at(i) == Approx(1 - t * t).epsilon(1e-6));
    CHECK(relu.at(i) == (z[i] > 0 ? 1 : 0));
  }
}

TEST_CASE("3.2: a sigmoid's gradient shrinks in each layer, whatever the start", "[3.2]") {
  for (const std::string seed : {"0", "1", "2"}) {
    const std::string out = output_of_3_2({"--manual-seed", seed});
    for (const char* heading : {"weights uniform", "weights normal"}) {
      const std::vector<double> all = norms(out, heading, of_sigmoid);
      for (std::size_t i = 1; i < all.size(); ++i) {
        INFO("seed " << seed << ", " << heading << ", layer " << i);
        CHECK(all[i - 1] < all[i]);
      }
      CHECK(all.front() < 1e-10 * all.back());
    }
  }
}

TEST_CASE("3.2: with their gains, tanh and ReLU have gradients in all layers, and without they have not",
          "[3.2]") {
  for (const std::string seed : {"0", "1", "2"}) {
    const std::string out = output_of_3_2({"--manual-seed", seed});
    for (const Column column : {of_tanh, of_relu}) {
      INFO("seed " << seed << ", column " << column);
      const std::vector<double> uniform = norms(out, "weights uniform", column),
                                with_gain = norms(out, "weights normal", column);
      CHECK(uniform.front() < 1e-2 * uniform.back());
      const auto [least, most] = std::minmax_element(with_gain.begin(), with_gain.end());
      CHECK(*most < 30 * *least);
    }
  }
}

TEST_CASE("3.2 draws both pictures, and makes its mistake", "[3.2]") {
  const Folder folder;
  output_of_3_2({"--depth", "3", "--plot", folder / "norms.svg", "--plot-functions", folder / "f.svg"});
  const auto files = folder.entries();
  REQUIRE(files.size() == 2);
  for (const auto& [name, text] : files) {
    std::string texts;
    std::ptrdiff_t lines = 0;
    for (const XmlElement& element : parse_xml(text)) {
      texts += element.text + "\n";
      lines += element.has_class("series") ? 1 : 0;
    }
    for (const char* label : {"sigmoid\n", "tanh\n", "ReLU\n"}) CHECK_THAT(texts, ContainsSubstring(label));
    CHECK(lines == 12);  // three in each of two panels, and as many in their legends
  }
  const std::string out = output_of_3_2({"--mistake"});
  for (const char* words :
       {"by hand, e / (1 + e)^2    tensor([   nan, 0.2500,",
        "autograd of sigmoid(z)    tensor([0.0000, 0.2500,", "add: operand B comes with an inf at [0]"})
    CHECK_THAT(out, ContainsSubstring(words));
}

TEST_CASE("3.2 refuses what makes no sense", "[3.2]") {
  for (const Words& arguments :
       {Words{"--depth", "0"}, {"--width", "0"}, {"--depth", "1001"}, {"--width", "1001"}}) {
    const Finished finished = run({chapter_3_2, arguments});
    CHECK(finished.exit_code == 2);
    CHECK(finished.out == "");
    CHECK_THAT(finished.err, ContainsSubstring(arguments[0]) && ContainsSubstring("try 1 to 1000"));
  }
}
