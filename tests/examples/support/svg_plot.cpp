#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <autodiff/error.hpp>
#include <support/svg_plot.hpp>
#include <tests/catch.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;
using Kind = PlotScale::Kind;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<Point> cloud(int count) {
  std::mt19937 random(0);
  std::normal_distribution<double> normal;
  std::vector<Point> result;
  for (int i = 0; i < count; ++i) {
    const double x = normal(random);
    result.push_back({x, 3 * x + normal(random)});
  }
  return result;
}

std::vector<Point> decay(int count) {
  std::vector<Point> result;
  for (int i = 0; i < count; ++i) result.push_back({double(i), 700 * std::exp(-10.0 * i / count) + 1});
  return result;
}

Figure two_panels(int samples) {
  return {"Simple linear regression",
          "",
          {{"Samples",
            {"x", Kind::linear},
            {"y", Kind::linear},
            {{"samples", Mark::dots, cloud(samples)}, {"fitted line", Mark::line, {{-3, -9}, {3, 9}}}}},
           {"Loss",
            {"epoch", Kind::integers},
            {"MSE", Kind::log},
            {{"training", Mark::line, decay(16)}, {"validation", Mark::dashes, decay(16)}}}}};
}

Figure one_series(Series series, Kind x = Kind::linear, Kind y = Kind::linear) {
  return {"Title", "", {{"Panel", {"x", x}, {"y", y}, {std::move(series)}}}};
}

/// The points of path data: "M1 2 3 4" of a line, "M1 2h0M3 4h0" of dots.
std::vector<Point> points_of(const XmlElement& path) {
  const std::vector<double> numbers = numbers_in(path.attributes.at("d"));
  const std::size_t step = path.has_class("dots") ? 3 : 2;
  std::vector<Point> result;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += step) result.push_back({numbers[i], numbers[i + 1]});
  return result;
}

/// The elements of the figure, which must be well-formed and lie within the card.
std::vector<XmlElement> drawn(const Figure& figure) {
  const std::string svg = to_svg(figure);
  const std::vector<XmlElement> elements = parse_xml(svg);
  std::vector<Point> places;
  for (const XmlElement& element : elements) {
    if (element.name == "path") std::ranges::copy(points_of(element), std::back_inserter(places));
    if (element.name == "text" && element.depth == 1)
      places.push_back({element.number("x"), element.number("y")});
  }
  for (const Point p : places) {
    REQUIRE((p.x > 0 && p.x < elements.front().number("width")));
    REQUIRE((p.y > 0 && p.y < elements.front().number("height")));
  }
  return elements;
}

std::vector<XmlElement> with_class(const std::vector<XmlElement>& elements, std::string_view word) {
  std::vector<XmlElement> result;
  std::ranges::copy_if(elements, std::back_inserter(result),
                       [&](const XmlElement& e) { return e.has_class(word); });
  return result;
}

/// The curve or dots of a panel's series; its key in the legend comes before.
std::vector<Point> curve(const std::vector<XmlElement>& elements, std::string_view colour) {
  return points_of(with_class(elements, colour).at(1));
}

}  // namespace

TEST_CASE("a figure is well-formed, within its card, and names itself", "[svg_plot]") {
  const std::vector<XmlElement> elements = drawn(two_panels(100));
  const XmlElement& root = elements.at(0);
  CHECK(root.name == "svg");
  CHECK(root.attributes.at("role") == "img");
  CHECK(root.attributes.at("viewBox") ==
        "0 0 " + root.attributes.at("width") + " " + root.attributes.at("height"));
  CHECK(elements.at(1).name == "title");
  CHECK(elements.at(1).text == "Simple linear regression");
  CHECK(elements.at(2).name == "desc");
  CHECK(elements.at(2).text ==
        "Samples: y against x; samples, fitted line. Loss: MSE against epoch; training, validation.");
  CHECK(elements.at(3).name == "style");
  CHECK_THAT(elements.at(3).text, ContainsSubstring("@media(prefers-color-scheme:dark)"));
}

TEST_CASE("styles cannot reach out of an inlined figure, nor ids clash", "[svg_plot]") {
  const std::string svg = to_svg(two_panels(10));
  CHECK(svg.find(" id=") == std::string::npos);
  const std::size_t begin = svg.find("<style>\n") + 8;
  std::string_view rules = std::string_view(svg).substr(begin, svg.find("</style>") - begin);
  for (; !rules.empty(); rules.remove_prefix(rules.find('\n') + 1)) {
    const bool is_scoped =
        rules.starts_with(".eingrad-plot") || rules.starts_with("@media") || rules.starts_with("}");
    CHECK(is_scoped);
  }
}

TEST_CASE("panels stand side by side or are stacked", "[svg_plot]") {
  Figure figure = two_panels(10);
  const XmlElement beside = drawn(figure).front();
  figure.stacked = true;
  const XmlElement stacked = drawn(figure).front();
  CHECK(beside.number("width") > beside.number("height"));
  CHECK(stacked.number("width") < stacked.number("height"));
}

TEST_CASE("points are where their values are", "[svg_plot]") {
  const std::vector<Point> line = curve(
      drawn(one_series({"line", Mark::line, {{0, 1}, {5, 10}, {10, 100}}}, Kind::linear, Kind::log)), "c0");
  REQUIRE(line.size() == 3);
  CHECK(line[0].x < line[2].x);
  CHECK(line[0].y > line[2].y);  // upwards is less
  CHECK(line[1].x == Approx((line[0].x + line[2].x) / 2).margin(0.11));
  CHECK(line[1].y == Approx((line[0].y + line[2].y) / 2).margin(0.11));
}

TEST_CASE("the legend stands above the data", "[svg_plot]") {
  Figure figure = two_panels(100);
  for (int i = 0; i < 8; ++i) {
    figure.panels[0].series.push_back({"one more line with a long name", Mark::line, {{0, 0}, {1, 1}}});
  }
  const std::vector<XmlElement> elements = drawn(figure);
  double legend = 0;
  for (const XmlElement& label : with_class(elements, "label")) {
    if (!label.has_class("middle")) legend = std::max(legend, label.number("y"));
  }
  for (const XmlElement& line : with_class(elements, "grid")) {
    for (const Point p : points_of(line)) CHECK(p.y > legend);
  }
}

TEST_CASE("a text too long for its place is cut", "[svg_plot]") {
  const std::string name(500, 'm');
  Figure figure{name, "", {{name, {name}, {name}, {{name, Mark::line, {{0, 0}, {1, 1}}}}}}};
  for (const XmlElement& element : drawn(figure)) {
    if (element.name == "text") CHECK(element.text.size() < 100);
  }
}

TEST_CASE("any label keeps the file well-formed", "[svg_plot]") {
  const std::string name = "</text> <&> \"\xFF\x01 ŷ";
  const std::vector<XmlElement> elements =
      drawn({name, name, {{name, {name}, {name}, {{name, Mark::dots, {{1, 1}}}}}}});
  CHECK(elements.at(1).text == "&lt;/text&gt; &lt;&amp;&gt; &quot;�� ŷ");
}

TEST_CASE("ten thousand samples make a small file, and the legend says what is left out", "[svg_plot]") {
  const std::string svg = to_svg(two_panels(10'100));
  CHECK(svg.size() < 40'000);
  const std::vector<XmlElement> elements = parse_xml(svg);
  CHECK(curve(elements, "c0").size() == (10'100 + 5) / 6);
  CHECK_THAT(svg, ContainsSubstring(">samples (1 in 6 shown)<"));
  CHECK(curve(parse_xml(to_svg(two_panels(2000))), "c0").size() == 2000);
  CHECK(to_svg(two_panels(2000)).find("shown") == std::string::npos);
}

TEST_CASE("a long line is thinned, but its peaks stay", "[svg_plot]") {
  std::vector<Point> noisy = decay(100'000);
  for (std::size_t i = 0; i < noisy.size(); i += 2) noisy[i].y += 50;
  noisy[70'001].y = 2000;
  noisy[80'001].y = -1000;
  const std::string svg = to_svg(one_series({"loss", Mark::line, noisy}));
  CHECK(svg.size() < 40'000);
  const std::vector<Point> line = curve(parse_xml(svg), "c0");
  const auto [top, bottom] = std::ranges::minmax(line, {}, &Point::y);
  CHECK(top.x == Approx(line.front().x + 0.70001 * (line.back().x - line.front().x)).margin(0.2));
  CHECK(bottom.x == Approx(line.front().x + 0.80001 * (line.back().x - line.front().x)).margin(0.2));
  CHECK(top.y < line.front().y - 50);
}

TEST_CASE("degenerate data are drawn", "[svg_plot]") {
  CHECK(curve(drawn(one_series({"equal", Mark::dots, {{1, 2}, {1, 2}, {1, 2}}})), "c0").size() == 3);
  CHECK(curve(drawn(one_series({"flat", Mark::line, {{0, 5}, {1, 5}}}, Kind::integers, Kind::log)), "c0")
            .size() == 2);
  CHECK(curve(drawn(one_series({"huge", Mark::line, {{-1e300, -1e300}, {1e300, 1e300}}})), "c0").size() == 2);

  // A line of no length is a small dot, not nothing.
  const Series tiny{"tiny", Mark::line, {{-5e-324, 0}, {5e-324, 1e-320}}};
  CHECK_THAT(with_class(drawn(one_series(tiny)), "c0").at(1).attributes.at("d"), EndsWith("h0"));

  // A single point of a line is a dot.
  const std::vector<XmlElement> one =
      drawn(one_series({"one", Mark::line, {{3, 4}}}, Kind::integers, Kind::log));
  CHECK(with_class(one, "dots").size() == 1);
}

TEST_CASE("where nothing can be drawn the panel says so", "[svg_plot]") {
  const auto says_so = [](const Figure& figure) {
    return std::ranges::any_of(drawn(figure), [](const XmlElement& e) { return e.text == "no data"; });
  };
  CHECK(says_so(one_series({"empty", Mark::line, {}})));
  CHECK(says_so(one_series({"lost", Mark::dots, {{std::nan(""), 1}, {1, infinity}, {-infinity, 1}}})));
  CHECK(says_so(one_series({"negative", Mark::line, {{0, -1}, {1, 0}}}, Kind::linear, Kind::log)));
  CHECK(says_so({"no series", "", {{"", {}, {}, {}}}}));
  CHECK_FALSE(says_so(one_series({"one", Mark::dots, {{1, 1}}})));
  CHECK(drawn({}).front().name == "svg");
}

TEST_CASE("a value without a place interrupts a line", "[svg_plot]") {
  const std::vector<XmlElement> elements =
      drawn(one_series({"gap", Mark::line, {{0, 0}, {1, 1}, {2, std::nan("")}, {3, 3}, {4, 4}}}));
  const std::string data = with_class(elements, "c0").at(1).attributes.at("d");
  CHECK(std::ranges::count(data, 'M') == 2);
}

TEST_CASE("points pair coordinates", "[svg_plot]") {
  const std::vector<double> x{1, 2};
  const std::vector<double> y{3, 4};
  CHECK(points(x, y).at(1).y == 4);
  CHECK(points(y).at(1).x == 1);
  CHECK_THROWS_AS(points(x, std::vector<double>{1}), eingrad::value_error);
}

TEST_CASE("an unwritable path is refused by name", "[svg_plot]") {
  CHECK_THROWS_WITH(
      write_svg("/no/such/folder/plot.svg", two_panels(10)),
      ContainsSubstring("/no/such/folder/plot.svg") && ContainsSubstring("No such file or directory"));
}
