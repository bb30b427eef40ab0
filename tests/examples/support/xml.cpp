#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>

#include <tests/examples/support/xml.hpp>

namespace chapter {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view xml) : rest_(xml) {}

  std::vector<XmlElement> parse() {
    while (!rest_.empty()) {
      if (rest_.starts_with("</")) {
        close();
      } else if (rest_.starts_with('<')) {
        open();
      } else {
        text();
      }
    }
    require(!elements_.empty() && open_.empty(), "an element is not closed");
    return elements_;
  }

 private:
  static void require(bool holds, const char* problem) {
    if (!holds) throw std::runtime_error(std::string("not well-formed: ") + problem);
  }
  void expect(std::string_view token) {
    require(rest_.starts_with(token), "a token is missing");
    rest_.remove_prefix(token.size());
  }
  std::string_view until(std::string_view delimiters) {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(delimiters));
    rest_.remove_prefix(word.size());
    return word;
  }
  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }

  static void check_characters(std::string_view text) {
    require(text.find('<') == text.npos, "a bare <");
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::string_view here = text.substr(i);
      const bool is_reference = here.starts_with("&amp;") || here.starts_with("&lt;") ||
                                here.starts_with("&gt;") || here.starts_with("&quot;");
      require(text[i] != '&' || is_reference, "a bare &");
      require(static_cast<unsigned char>(text[i]) >= 0x20 || text[i] == '\n' || text[i] == '\t',
              "a control character");
    }
  }

  void text() {
    const std::string_view text = until("<");
    check_characters(text);
    const bool is_blank = std::ranges::all_of(text, [](unsigned char c) { return std::isspace(c); });
    require(!open_.empty() || is_blank, "text outside of the root");
    if (!open_.empty()) elements_[open_.back()].text += text;
  }
  void open() {
    expect("<");
    require(elements_.empty() || !open_.empty(), "a second root");
    XmlElement element;
    element.name = until(" \n/>");
    element.depth = open_.size();
    require(!element.name.empty(), "an element without a name");
    for (skip_spaces(); !rest_.starts_with('/') && !rest_.starts_with('>'); skip_spaces()) {
      const std::string name(until("="));
      expect("=\"");
      const std::string_view value = until("\"");
      expect("\"");
      check_characters(value);
      require(element.attributes.emplace(name, value).second, "an attribute twice");
    }
    const bool is_empty = rest_.starts_with('/');
    expect(is_empty ? "/>" : ">");
    elements_.push_back(element);
    if (!is_empty) open_.push_back(elements_.size() - 1);
  }
  void close() {
    expect("</");
    require(!open_.empty() && until(">") == elements_[open_.back()].name, "the wrong element is closed");
    expect(">");
    open_.pop_back();
  }

  std::string_view rest_;
  std::vector<XmlElement> elements_;
  std::vector<std::size_t> open_;
};

}  // namespace

bool XmlElement::has_class(std::string_view word) const {
  const auto found = attributes.find("class");
  if (found == attributes.end()) return false;
  return (" " + found->second + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

std::vector<XmlElement> parse_xml(std::string_view xml) { return Parser(xml).parse(); }

std::vector<double> numbers_in(std::string_view text) {
  std::vector<double> numbers;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    double number = 0;
    const auto [end, problem] = std::from_chars(at, text.data() + text.size(), number);
    if (problem == std::errc()) numbers.push_back(number);
    at = problem == std::errc() ? end : at + 1;
  }
  return numbers;
}

}  // namespace chapter
