#include <algorithm>
#include <cctype>
#include <utility>

#include <autodiff/einstein/declaration_reader.hpp>
#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/reader.hpp>
#include <autodiff/einstein/squares.hpp>
#include <autodiff/error.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

Declarations& Declarations::add(std::string_view text) {
  read_declarations(text, *this);
  return *this;
}

void Declarations::check_square(const std::string& base) const {
  if (!tensors_.contains(base + std::string(square_sign))) return;
  throw Report("declarations",
               fmt::format("{0}^2 is a tensor of its own, so that {0} can be nothing else", base))
      .hint(fmt::format("sqrt({}^2), or another name", base))
      .as<value_error>();
}

void Declarations::check_new(const std::string& name) const {
  check_square(name);
  if (!tensors_.contains(name) && !sizes_.contains(name)) return;
  throw Report("declarations", fmt::format("{} is declared twice", name))
      .hint("another name")
      .as<value_error>();
}

Declarations& Declarations::tensor(const std::string& name, const std::vector<std::string>& axes) {
  check_new(name);
  for (const std::string& axis : axes) {
    if (axis != name) check_square(axis);
  }
  tensors_[name] = axes;
  for (const std::string& axis : axes) letters_.emplace(axis, axis);
  return *this;
}

Declarations& Declarations::row(const std::string& name) {
  rows_.insert(name);
  return *this;
}

Declarations& Declarations::size(const std::string& name, const std::string& axis) {
  check_new(name);
  sizes_[name] = axis;
  return *this;
}

Declarations& Declarations::letter(const std::string& letter, const std::string& axis) {
  const auto [known, is_new] = letters_.emplace(letter, axis);
  if (is_new || known->second == axis) return *this;
  throw Report("declarations",
               fmt::format("the letter {} already runs over the axis {}", letter, known->second))
      .hint("another letter")
      .as<value_error>();
}

Declarations& Declarations::assume(const std::string& name, Assumed assumed) {
  const std::vector<std::string>& axes = tensors_.at(name);
  const bool needs_axis = !assumed.axis.empty();
  const bool is_square = axes.size() == 2 && axes[0] == axes[1];
  if ((needs_axis && std::ranges::find(axes, assumed.axis) == axes.end()) ||
      (assumed.what == Assumption::symmetric && !is_square)) {
    throw Report("declarations", fmt::format("{} has no axes for that assumption", name))
        .hint("simplex and onehot along one of its axes, symmetric for two equal ones")
        .as<value_error>();
  }
  assumptions_[name].push_back(std::move(assumed));
  return *this;
}

const std::vector<Declarations::Assumed>& Declarations::assumptions_of(const std::string& name) const {
  static const std::vector<Assumed> none;
  const auto found = assumptions_.find(name);
  return found == assumptions_.end() ? none : found->second;
}

const std::vector<std::string>* Declarations::axes_of(const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

const std::string* Declarations::sized_axis(const std::string& name) const {
  const auto found = sizes_.find(name);
  return found == sizes_.end() ? nullptr : &found->second;
}

const std::string* Declarations::axis_of(const std::string& letter) const {
  const auto found = letters_.find(letter);
  return found == letters_.end() ? nullptr : &found->second;
}

const std::string* Declarations::size_name(const std::string& axis) const {
  const auto found = std::ranges::find(sizes_, axis, [](const auto& entry) { return entry.second; });
  return found == sizes_.end() ? nullptr : &found->first;
}

const std::string* Declarations::loss() const {
  const auto named = tensors_.find("L");
  if (named != tensors_.end() && named->second.empty()) return &named->first;
  return last_scalar_.empty() ? nullptr : &last_scalar_;
}

void Declarations::defined(const std::string& name) {
  if (tensors_.at(name).empty()) last_scalar_ = name;
}

std::string Declarations::other_case_of(std::string_view letter) const {
  if (letter.size() != 1 || !is_letter(letter[0]) || is_reserved(std::string(letter)) || letter == "I")
    return "";
  const auto code = static_cast<unsigned char>(letter[0]);
  const std::string other(
      1, static_cast<char>(std::islower(code) != 0 ? std::toupper(code) : std::tolower(code)));
  const auto* axes = axes_of(other);
  return axes != nullptr && axes->size() == 2 && axes_of(std::string(letter)) == nullptr ? other : "";
}

std::string Declarations::longest_name(std::string_view text) const {
  std::string longest;
  for (const std::string& name : names()) {
    if (name.size() > longest.size() && text.starts_with(name)) longest = name;
  }
  return longest;
}

namespace {

std::string without_spaces(std::string_view text) {
  std::string all(text);
  std::erase(all, ' ');
  return all;
}

}  // namespace

void Declarations::arguments(const std::string& name, const std::string& text) {
  arguments_[name] = without_spaces(text);
}

std::size_t Declarations::arguments_at(const std::string& name, std::string_view text) const {
  const auto found = arguments_.find(name);
  const std::size_t close = text.starts_with('(') ? text.find(')') : std::string_view::npos;
  if (found == arguments_.end() || close == std::string_view::npos) return 0;
  return without_spaces(text.substr(1, close - 1)) == found->second ? close + 1 : 0;
}

Indices Declarations::with_names(Indices letters) const {
  for (const auto& [name, axes] : tensors_) {
    if (name.size() == 1) letters.push_back({name, ""});
  }
  return letters;
}

std::set<std::string> Declarations::axes() const {
  std::set<std::string> all;
  for (const auto& [name, axes] : tensors_) all.insert(axes.begin(), axes.end());
  return all;
}

std::vector<std::string> Declarations::names() const {
  std::vector<std::string> all;
  for (const auto& [name, axes] : tensors_) all.push_back(name);
  for (const auto& [name, axis] : sizes_) all.push_back(name);
  return all;
}

}  // namespace eingrad::einstein
