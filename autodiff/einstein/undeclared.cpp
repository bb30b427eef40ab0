#include <algorithm>
#include <vector>

#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/reader.hpp>
#include <autodiff/einstein/undeclared.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// With 1 for a name and the letters behind it, but left of the '='.
std::string without_name(std::string text, std::string_view name) {
  for (std::size_t at = text.find(name, text.find('=')); at != std::string::npos; at = text.find(name, at)) {
    std::size_t end = at + name.size();
    const bool is_whole =
        !is_alphanumeric(text[at - 1]) && (end == text.size() || !is_alphanumeric(text[end]));
    if (!is_whole) {
      at = end;
      continue;
    }
    if (end < text.size() && text[end] == '_') {
      const bool in_braces = end + 1 < text.size() && text[end + 1] == '{';
      end = in_braces
                ? text.find('}', end)
                : text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'", end + 1);
      end = std::min(end, text.size() - in_braces) + in_braces;
    }
    text.replace(at, end - at, "1");
  }
  return text;
}

/// Those behind the first one.
std::vector<std::string> other_undeclared_names(std::string line, std::string name,
                                                const Declarations& declarations) {
  std::vector<std::string> all;
  constexpr std::size_t most = 10;
  bool is_first = true;
  for (std::string rest = without_name(line, name); rest != line && all.size() < most;
       rest = without_name(line, name)) {
    if (!is_first) all.push_back(name);
    is_first = false;
    line = rest;
    try {
      static_cast<void>(parse_statement(line, declarations, Broadcast::anywhere));
      return all;
    } catch (const formula_error& refused) {
      name = refused.undeclared;
      if (name.empty() || std::ranges::find(all, name) != all.end()) return all;
    }
  }
  return all;
}

}  // namespace

std::string message_of(const formula_error& refused, std::string_view line,
                       const Declarations& declarations) {
  std::string message = message_of(static_cast<const error&>(refused));
  if (refused.undeclared.empty() || line.find('=') == std::string_view::npos) return message;
  const std::vector<std::string> others =
      other_undeclared_names(canonical(line).text, refused.undeclared, declarations);
  if (!others.empty())
    message += fmt::format("\n    also  {} {} not declared", fmt::join(others, ", "),
                           others.size() == 1 ? "is" : "are");
  return message;
}

}  // namespace eingrad::einstein
