#include <support/svg_text.hpp>
#include <tests/catch.hpp>

using namespace chapter;

TEST_CASE("markup is escaped", "[svg_text]") {
  CHECK(escape_xml("a < b & \"c\" > d") == "a &lt; b &amp; &quot;c&quot; &gt; d");
  CHECK(escape_xml("Größe · ŷ 温度 🙂") == "Größe · ŷ 温度 🙂");
}

TEST_CASE("what XML does not allow is replaced", "[svg_text]") {
  CHECK(escape_xml(std::string("a\0b\x1b", 4)) == "a�b�");
  CHECK(escape_xml("\xFF\xC3") == "��");                   // no UTF-8, and cut off
  CHECK(escape_xml("\xC0\x80|\xE0\x80\x80") == "��|���");  // longer than need be
  CHECK(escape_xml("\xED\xA0\x80") == "���");              // a surrogate
  CHECK(escape_xml("\xEF\xBF\xBF") == "�");                // U+FFFF
  CHECK(escape_xml("\xF4\x90\x80\x80") == "����");         // beyond U+10FFFF
  CHECK(escape_xml("tab\tand\nline") == "tab\tand\nline");
}

TEST_CASE("text is cut to a width between characters", "[svg_text]") {
  CHECK(shorten("short", 100) == "short");
  const std::string cut = shorten("eine sehr lange Überschrift 温度温度温度温度", 12);
  CHECK(cut.ends_with("…"));
  CHECK(text_width(cut) <= 12);
  CHECK(escape_xml(cut) == cut);
  CHECK(shorten("", 0) == "");
}

TEST_CASE("lengths have at most one decimal", "[svg_text]") {
  CHECK(pixels(12) == "12");
  CHECK(pixels(12.34) == "12.3");
  CHECK(pixels(11.99) == "12");
  CHECK(pixels(-0.01) == "0");
  CHECK(pixels(-3.5) == "-3.5");
}
