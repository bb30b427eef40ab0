#include <algorithm>
#include <optional>
#include <regex>
#include <sstream>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/implied_declaration.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/matrix_form.hpp>
#include <autodiff/einstein/new_names.hpp>
#include <autodiff/einstein/parser.hpp>
#include <autodiff/einstein/squares.hpp>

namespace eingrad::einstein {

namespace {

/// A left side as it may be read: y_in is y with two letters, or a name.
struct LeftSide {
  std::string name;
  Indices letters;
};

bool is_part_of_name(char c) { return is_alphanumeric(c) || c == '_'; }

/// The letters of "n,i" or "ni"; nothing if these are none.
std::optional<Indices> letters_in(std::string_view text) {
  Indices all;
  for (const char c : text) {
    if (!is_letter(c) && c != ',' && c != ' ') return {};
    if (is_letter(c)) all.push_back({std::string(1, c), ""});
  }
  return all;
}

/// All ways to read what stands left of '=', those with more letters first.
std::vector<LeftSide> readings(std::string_view left) {
  left.remove_prefix(std::min(left.find_first_not_of(' '), left.size()));
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(left, is_part_of_name) - left.begin());
  std::string_view name = left.substr(0, end), behind = left.substr(end);
  while (!behind.empty() && behind.back() == ' ') behind.remove_suffix(1);
  if (name.empty() || !is_letter(name[0])) return {};
  if (behind.starts_with(square_sign)) {  // sigma^2, sigma_j^2 and sigma^2_j
    std::vector<LeftSide> all = readings(std::string(name) + std::string(behind.substr(square_sign.size())));
    for (LeftSide& each : all) each.name += square_sign;
    return all;
  }
  if (!behind.empty()) {  // _{n,i} or [n,i]
    const bool is_braced = behind.front() == '{' && behind.back() == '}' && name.ends_with('_');
    if (!is_braced && (behind.front() != '[' || behind.back() != ']')) return {};
    const auto letters = letters_in(behind.substr(1, behind.size() - 2));
    if (is_braced) name.remove_suffix(1);
    return letters ? std::vector<LeftSide>{{std::string(name), *letters}} : std::vector<LeftSide>();
  }
  std::vector<LeftSide> all;
  if (const std::size_t underscore = name.rfind('_'); underscore != std::string_view::npos) {
    if (const auto letters = letters_in(name.substr(underscore + 1)); letters && !letters->empty())
      all.push_back({std::string(name.substr(0, underscore)), *letters});
  }
  all.push_back({std::string(name), {}});
  return all;
}

bool is_declared(const std::string& name, const Declarations& declarations) {
  return declarations.axes_of(name) != nullptr || declarations.sized_axis(name) != nullptr;
}

/// The letters with the axes over which they run in the value; a letter that is not there, over its own.
std::vector<std::string> axes_of(const Indices& letters, const Indices& in_value,
                                 const Declarations& declarations) {
  std::vector<std::string> axes;
  for (const Index& index : letters) {
    const auto used = std::ranges::find(in_value, index.letter, &Index::letter);
    const std::string* axis = declarations.axis_of(index.letter);
    axes.push_back(used != in_value.end() ? used->axis : axis != nullptr ? *axis : index.letter);
  }
  return axes;
}

/// Nothing if it cannot be read, which is told where the whole line is.
template <class Read>
auto read_if_possible(Read read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const value_error&) {
    return {};
  }
}

}  // namespace

bool is_loss_name(const std::string& name) {
  static constexpr std::string_view names[] = {"L", "J", "loss", "Loss", "cost"};
  return std::ranges::find(names, name) != std::end(names);
}

Declarations with_defined_name(std::string_view line, const Declarations& declarations,
                               const Definitions& definitions) {
  const auto spelled = read_if_possible([&] { return canonical(line).text; });
  const std::size_t equals = spelled ? spelled->find('=') : std::string::npos;
  if (equals == std::string::npos) return declarations;
  const std::string right = spelled->substr(equals + 1);
  const std::vector<LeftSide> all = readings(std::string_view(*spelled).substr(0, equals));
  if (all.empty()) return declarations;
  Declarations more = declarations;
  if (is_in_matrix_form(right, declarations)) {
    const auto& [name, letters] = all.back();
    const auto value = read_if_possible([&] { return axes_in_matrix_form(right, declarations); });
    const bool is_number = !value || value->axes.empty();
    if (!letters.empty() || !is_new_name(name, is_number, declarations, definitions)) return declarations;
    if (!value || is_loss_name(name)) return more.tensor(name, {});
    more.tensor(name, value->axes);
    return value->is_row ? more.row(name) : more;
  }
  const auto value = read_if_possible([&] { return Parser(right, declarations).expression({}); });
  const Indices in_value = value ? all_indices(*value) : Indices();
  for (const auto& [name, letters] : all) {
    const bool is_used =
        std::ranges::any_of(letters, [&](const Index& each) { return contains_letter(in_value, each); });
    const bool is_known = std::ranges::all_of(
        letters, [&](const Index& each) { return declarations.axis_of(each.letter) != nullptr; });
    // The pred of y_pred, the d of L_d; but y_q of a declared y is a slip.
    const bool is_word =
        !letters.empty() && !is_used && !is_known && (letters.size() > 1 || !is_declared(name, declarations));
    if (is_word && all.size() > 1) continue;
    if (name == "delta" && letters.size() == 2) return declarations;  // Kronecker's
    if (!is_new_name(name, letters.empty(), declarations, definitions)) return declarations;
    return more.tensor(name, axes_of(letters, in_value, declarations));
  }
  return declarations;
}

Declarations with_sizes_of_sums(std::string_view line, const Declarations& declarations) {
  // One sum at a time, of a bounded length: a regex is as deep as its text is long.
  static const std::regex range("sum_\\{ *([a-zA-Z]) *= *1 *\\}\\^\\(?([a-zA-Z][a-zA-Z0-9]*).*");
  Declarations more = declarations;
  const std::string spelled = read_if_possible([&] { return canonical(line).text; }).value_or("");
  for (std::size_t at = spelled.find("sum_{"); at != std::string::npos; at = spelled.find("sum_{", at + 1)) {
    const std::string sum = spelled.substr(at, 60);
    std::smatch found;
    if (!std::regex_match(sum, found, range)) continue;
    const std::string* axis = declarations.axis_of(found[1]);
    if (axis != nullptr && !is_declared(found[2], more)) more.size(found[2], *axis);
  }
  return more;
}

Declarations with_arguments(std::string_view line, const Declarations& declarations,
                            const Definitions& definitions) {
  const auto spelled = read_if_possible([&] { return canonical(line).text; });
  const std::size_t equals = spelled ? spelled->find('=') : std::string::npos;
  if (equals == std::string::npos) return declarations;
  const std::size_t open = spelled->find('('), close = spelled->find_last_not_of(' ', equals - 1);
  if (close == std::string::npos || open == 0 || open >= close || (*spelled)[close] != ')')
    return declarations;
  const std::string name = spelled->substr(0, open);
  if (!std::ranges::all_of(name, is_alphanumeric) || known_function(name) != nullptr) return declarations;
  Declarations more = declarations;
  std::istringstream arguments(spelled->substr(open + 1, close - open - 1));
  for (std::string each; std::getline(arguments, each, ',');) {
    std::erase(each, ' ');
    const bool is_name = !each.empty() && is_letter(each[0]) && std::ranges::all_of(each, is_alphanumeric);
    const bool has_letters = spelled->find(each + "_") != std::string::npos;
    if (is_name && !has_letters && !is_declared(each, more) && is_new_name(each, true, more, definitions))
      more.tensor(each, {});
  }
  return more;
}

std::string without_arguments(std::string_view line, const Declarations& declarations) {
  std::string text(line);
  const std::size_t equals = line.find('='), open = line.substr(0, equals).find('(');
  if (equals == std::string_view::npos || open == std::string_view::npos) return text;
  const auto left = read_if_possible([&] { return canonical(line.substr(0, equals)).text; });
  if (left && left->find('(') == std::string::npos) return text;  // x^{(i)}
  const std::string_view name = line.substr(0, open);
  const std::size_t close = line.find_last_not_of(' ', equals - 1);
  const bool is_call = line[close] == ')' && close > open + 1 &&
                       name.find_first_not_of(" &") != std::string_view::npos &&
                       name.find_first_of("/'") == std::string_view::npos;
  if (!is_call) return text;
  std::istringstream arguments(text.substr(open + 1, close - open - 1));
  for (std::string each; std::getline(arguments, each, ',');) {
    const auto spelled = read_if_possible([&] { return canonical(each).text; });
    const std::vector<LeftSide> read = spelled ? readings(*spelled) : std::vector<LeftSide>();
    const auto is_tensor = [&](const LeftSide& one) { return is_declared(one.name, declarations); };
    if (std::ranges::none_of(read, is_tensor)) return text;
  }
  // As many characters, so that columns stay.
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto width = std::ranges::count_if(line.substr(open, close - open + 1), is_first_byte);
  return text.replace(open, close - open + 1, static_cast<std::size_t>(width), ' ');
}

std::string arguments_of(std::string_view line) {
  const std::string left = canonical(line.substr(0, line.find('='))).text;
  const std::size_t open = left.find('(');
  return left.substr(open + 1, left.rfind(')') - open - 1);
}

std::string defined_name(std::string_view line, const Declarations& declarations,
                         const Definitions& definitions) {
  const auto left = read_if_possible(
      [&] { return canonical(without_arguments(line, declarations).substr(0, line.find('='))).text; });
  std::vector<LeftSide> all = left ? readings(*left) : std::vector<LeftSide>();
  if (left && all.empty()) all = readings(left->substr(0, left->find('^')));  // s of s^2 = …
  for (const LeftSide& each : all) {
    if (is_declared(each.name, declarations)) return each.name;
  }
  return all.empty() || !is_new_name(all[0].name, all[0].letters.empty(), declarations, definitions)
             ? ""
             : all[0].name;
}

}  // namespace eingrad::einstein
