#include <cmath>
#include <cstdint>

#include <support/svg_text.hpp>

#include <fmt/format.h>

namespace chapter {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Character {
  std::string_view bytes;
  char32_t code;
};

/// The first character of UTF-8 text; code 0xFFFD of one byte if it is not well-formed.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  const Character broken{text.substr(0, 1), 0xFFFD};
  if (length == 1) return {text.substr(0, 1), byte(0)};
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < length) return broken;

  char32_t code = byte(0) & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return broken;
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least[length] || code > 0x10FFFF || is_surrogate) return broken;
  return {text.substr(0, length), code};
}

bool is_xml_character(char32_t code) {
  return code >= 0x20 ? code != 0x7F && code != 0xFFFE && code != 0xFFFF : code == '\t' || code == '\n';
}

double width_of(char32_t code) {
  constexpr std::string_view narrow = " .,:;!|'`()[]{}ijlrtfI·";
  constexpr std::string_view wide = "mwMW@%—";
  if (code >= 0x1100) return code >= 0x2000 && code < 0x2E80 ? 0.7 : 1.05;  // symbols; East Asian, emoji
  if (code >= 0x80) return 0.65;
  const char c = static_cast<char>(code);
  if (narrow.find(c) != narrow.npos) return 0.36;
  if (wide.find(c) != wide.npos) return 0.95;
  return c >= 'A' && c <= 'Z' ? 0.72 : 0.6;
}

/// Calls visit(character) for each character until it returns false.
template <class Visit>
void for_each_character(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const Character character = first_of(text);
    if (!visit(character)) return;
    text.remove_prefix(character.bytes.size());
  }
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string result;
  for_each_character(text, [&](Character c) {
    switch (c.code) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += is_xml_character(c.code) && c.code != 0xFFFD ? c.bytes : replacement;
    }
    return true;
  });
  return result;
}

double text_width(std::string_view text) {
  double width = 0;
  for_each_character(text, [&](Character c) {
    width += width_of(c.code);
    return true;
  });
  return width;
}

std::string shorten(std::string_view text, double width) {
  if (text_width(text) <= width) return std::string(text);
  std::string result;
  double used = width_of(U'…');
  for_each_character(text, [&](Character c) {
    used += width_of(c.code);
    if (used > width) return false;
    result += c.bytes;
    return true;
  });
  return result + "…";
}

std::string pixels(double length) {
  std::string text = fmt::format("{:.1f}", length);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string text_element(double x, double y, std::string_view classes, std::string_view text) {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", classes, pixels(x), pixels(y),
                     escape_xml(text));
}

}  // namespace chapter
