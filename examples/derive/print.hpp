#pragma once
#include <vector>

#include <derive/judged.hpp>

namespace sheets {

/// Each line with its verdict, and `explain`ed with the derivation of its left side, then how many are right.
void print_text(const Judged& sheet, bool explain);
/// The derivation of each claim, as Markdown or LaTeX.
void print_document(const Judged& sheet, eingrad::einstein::Format format);
/// All verdicts for programs; of one sheet without its file.
void print_json(const std::vector<Judged>& sheets, bool is_one, bool explain);

}  // namespace sheets
