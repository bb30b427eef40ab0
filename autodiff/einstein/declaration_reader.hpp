#pragma once
#include <string_view>

#include <autodiff/einstein/declarations.hpp>

namespace eingrad::einstein {

/// Adds what Declarations::add() reads.
void read_declarations(std::string_view text, Declarations& declarations);

}  // namespace eingrad::einstein
