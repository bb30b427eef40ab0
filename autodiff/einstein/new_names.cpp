#include <algorithm>
#include <cctype>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/new_names.hpp>
#include <autodiff/einstein/reader.hpp>
#include <autodiff/einstein/squares.hpp>

namespace eingrad::einstein {

namespace {

/// In lower case, without underscores.
std::string folded(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c != '_') text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

/// Whether b is a with one letter left out behind the first.
bool lacks_a_letter(const std::string& a, const std::string& b) {
  if (a.size() != b.size() + 1) return false;
  const auto differs = std::ranges::mismatch(a, b).in1 - a.begin();
  const auto at = static_cast<std::size_t>(differs);
  return at > 0 && is_letter(a[at]) && a.substr(at + 1) == b.substr(at);
}

/// Whether they differ in one letter behind the first, or in two neighbours that are exchanged.
bool differ_in_a_letter(const std::string& a, const std::string& b) {
  if (a.size() != b.size() || a.size() < 4) return false;
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  if (at == 0 || at == a.size() || !is_letter(a[at]) || !is_letter(b[at])) return false;
  const bool is_exchanged =
      at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] && a.substr(at + 2) == b.substr(at + 2);
  return is_exchanged || a.substr(at + 1) == b.substr(at + 1);
}

bool is_function_name(const std::string& name) {
  static constexpr std::string_view others[] = {"norm",  "tr",      "diag",     "partial",
                                                "nabla", "softmax", "logsumexp"};
  return known_function(name) != nullptr || std::ranges::find(others, name) != std::end(others);
}

/// Whether the square of it may be a name; else it is a power.
bool may_be_square_of(const std::string& base, const Declarations& declarations) {
  const bool is_declared = declarations.axes_of(base) != nullptr ||
                           declarations.sized_axis(base) != nullptr || declarations.axis_of(base) != nullptr;
  return !is_declared && (base == "sigma" || !is_function_name(base)) && base != "delta" &&
         !base.starts_with("delta_");
}

}  // namespace

bool resemble(std::string_view a, std::string_view b) {
  const std::string one = folded(a), other = folded(b);
  if (a == b || std::min(one.size(), other.size()) < 3) return false;
  return one == other || lacks_a_letter(one, other) || lacks_a_letter(other, one) ||
         differ_in_a_letter(one, other);
}

bool is_gradient_name(const std::string& name, const Declarations& declarations) {
  const auto is_tensor = [&](std::string_view part) {
    return declarations.axes_of(std::string(part)) != nullptr || !declarations.other_case_of(part).empty();
  };
  const std::string_view whole = name;
  if (whole.starts_with('d') && is_tensor(whole.substr(1))) return true;
  for (const std::string_view word : {"gradient", "grad"}) {
    if (whole == word || whole.ends_with("_" + std::string(word)) ||
        whole.starts_with(std::string(word) + "_"))
      return true;
    if (whole.starts_with(word) && is_tensor(whole.substr(word.size()))) return true;
    if (whole.ends_with(word) && is_tensor(whole.substr(0, whole.size() - word.size()))) return true;
  }
  const std::string* loss = declarations.loss();
  if (loss == nullptr) return false;
  if (whole.ends_with("_bar") && is_tensor(whole.substr(0, whole.size() - 4))) return true;
  std::string_view rest = whole;
  const auto is_d = [](std::string_view text) { return text.starts_with('d') || text.starts_with('D'); };
  if (is_d(rest) && rest.substr(1).starts_with(*loss)) rest.remove_prefix(1);
  if (!rest.starts_with(*loss)) return false;
  rest.remove_prefix(loss->size());
  return is_tensor(rest) || (is_d(rest) && is_tensor(rest.substr(1)));
}

bool is_new_name(const std::string& name, bool is_number, const Declarations& declarations,
                 const Definitions& definitions) {
  const auto is_meant = [&](const std::string& other) {
    return declarations.axes_of(other) != nullptr && !definitions.contains(other) && resemble(name, other);
  };
  if (is_square_name(name) && declarations.is_reserved(name)) return false;
  if (is_square_name(name) && !may_be_square_of(without_square(name), declarations)) return false;
  return declarations.axes_of(name) == nullptr && declarations.sized_axis(name) == nullptr &&
         (!is_number || declarations.axis_of(name) == nullptr) && !is_function_name(name) &&
         !is_gradient_name(name, declarations) && std::ranges::none_of(declarations.names(), is_meant);
}

}  // namespace eingrad::einstein
