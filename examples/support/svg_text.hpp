#pragma once
#include <string>
#include <string_view>

namespace chapter {

/// `text` as character data of an XML file: markup is escaped, and what is no UTF-8 or no character that XML
/// allows becomes U+FFFD.
std::string escape_xml(std::string_view text);

/// About how wide UTF-8 text is in a sans-serif font, in units of the font size; rather too wide than too
/// narrow.
double text_width(std::string_view text);

/// `text` if it is at most `width` font sizes wide, else its beginning and "…".
std::string shorten(std::string_view text, double width);

/// A length in pixels with at most one decimal: "12.5", "12".
std::string pixels(double length);

/// A text element with its baseline at y.
std::string text_element(double x, double y, std::string_view classes, std::string_view text);

}  // namespace chapter
