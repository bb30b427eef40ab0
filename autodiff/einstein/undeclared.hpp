#pragma once
#include <string>
#include <string_view>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/mistake.hpp>

namespace eingrad::einstein {

/// What an error of a line says; if a name in it is not declared, with the others that are not, either, so
/// that all can be declared at once.
std::string message_of(const formula_error& refused, std::string_view line, const Declarations& declarations);

}  // namespace eingrad::einstein
