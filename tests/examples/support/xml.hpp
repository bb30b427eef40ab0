#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace chapter {

struct XmlElement {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  ///< directly inside, as it stands in the file
  std::size_t depth = 0;

  bool has_class(std::string_view word) const;
  double number(const std::string& attribute) const { return std::stod(attributes.at(attribute)); }
};

/// The elements of an XML file without declarations, comments and CDATA, in document order.
/// std::runtime_error if it is not well-formed.
std::vector<XmlElement> parse_xml(std::string_view xml);

/// All numbers in a text such as path data.
std::vector<double> numbers_in(std::string_view text);

}  // namespace chapter
