#pragma once
#include <string>

namespace sheets {

/// How a document with formulas begins, up to its text. Characters that a formula in Unicode may have are
/// made known, so that it can be quoted as it is.
std::string latex_preamble();

/// Plain text as LaTeX's text: what has a meaning of its own there loses it.
std::string latex_text(const std::string& text);

}  // namespace sheets
