#pragma once
// Chapter 1.1 as its user runs it.
#include <string>
#include <string_view>
#include <vector>

#include <tests/examples/program.hpp>

namespace chapter {

using Words = std::vector<std::string>;

inline const std::string chapter_1_1 = EINGRAD_CHAPTERS_DIR "/1_1_simple_linear_regression";
inline const std::string old_faithful = EINGRAD_DATA_DIR "/old_faithful.csv";

/// Standard output of a run that must succeed without a word on standard error.
std::string output_of(const Words& arguments, const Words& environment = {});

std::vector<std::string> lines_of(std::string_view text);
/// The lines that begin so.
std::vector<std::string> lines_with(std::string_view text, std::string_view beginning);
/// The numbers of the only line that begins so, after that beginning.
std::vector<double> numbers_after(std::string_view text, std::string_view beginning);

}  // namespace chapter
