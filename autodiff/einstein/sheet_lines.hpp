#pragma once
#include <functional>
#include <string>
#include <string_view>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/sheet.hpp>

namespace eingrad::einstein {

/// Without the spaces around it.
std::string_view trimmed(std::string_view text);
/// In ASCII, as formulas are read; as it is if it cannot be spelled so.
std::string spelled(std::string_view line);
/// Whether a line declares: a name and '[', a size, or an axis with its letters.
bool declares(std::string_view written);
/// Whether it is the next step of a derivation, = … or &= …
bool continues(std::string_view line);

/// Reads what a sheet says, without its empty lines, one thing after the other. `declared` are the names that
/// `read` has met.
void read_lines(std::string_view text, const Declarations& declared,
                const std::function<void(const Line&)>& read);

}  // namespace eingrad::einstein
