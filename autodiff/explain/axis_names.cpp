#include <algorithm>

#include <autodiff/error.hpp>
#include <autodiff/explain/axis_names.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

/// Numbers of elements that are not those of the prediction; k, l and p to v are letters.
constexpr std::string_view more_sizes[] = {"d", "h", "g", "f", "e"};

std::vector<std::string> letters_of_long_axes(const GivenName& given, std::size_t count) {
  std::vector<std::string> letters = given.letters;
  if (letters.size() == given.tensor.shape().size()) {
    letters.clear();
    for (const std::size_t axis : long_axes(given.tensor.shape())) letters.push_back(given.letters[axis]);
  }
  if (letters.size() == count) return letters;
  throw Report("explain", fmt::format("{} has not {} axes", given.name, given.letters.size()))
      .operand(given.name, given.tensor)
      .hint("a letter for each axis")
      .as<value_error>();
}

}  // namespace

AxisNames::AxisNames(const Vertices& vertices, const std::vector<std::string>& names,
                     const std::vector<GivenName>& given)
    : vertices_(vertices), axes_(vertices.list()) {
  take_letters(given);
  name_sizes(names);
}

void AxisNames::take_letters(const std::vector<GivenName>& given) {
  std::map<std::string, std::size_t> axis_of;
  for (const GivenName& each : given) {
    const std::size_t* place = each.letters.empty() ? nullptr : vertices_.find(each.tensor);
    if (place == nullptr) continue;
    const std::vector<std::size_t> own = axes_.of(*place);
    const std::vector<std::string> letters = letters_of_long_axes(each, own.size());
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const auto [known, is_new] = axis_of.emplace(letters[i], own[i]);
      if (is_new || axes_.join(known->second, own[i])) continue;
      throw Report("explain", fmt::format("the letter {} names an axis of {} elements and one of {}",
                                          letters[i], axes_.extent(known->second), axes_.extent(own[i])))
          .operand(each.name, each.tensor)
          .hint("another letter")
          .as<value_error>();
    }
  }
  for (const auto& [letter, axis] : axis_of) {
    const auto [known, is_new] = names_.emplace(axes_.class_of(axis), letter);
    users_.push_back(letter);
    if (!is_new) more_letters_.emplace_back(letter, known->second);
  }
}

void AxisNames::name_size(std::size_t axis, std::string wanted, const std::vector<std::string>& taken) {
  if (names_.contains(axis)) return;
  const auto is_taken = [&](const std::string& size) {
    return std::ranges::find(taken, size) != taken.end() || std::ranges::find(users_, size) != users_.end() ||
           std::ranges::find(sizes_, size) != sizes_.end();
  };
  while (wanted.empty() || is_taken(wanted)) {
    wanted = next_size_ < std::size(more_sizes) ? std::string(more_sizes[next_size_])
                                                : fmt::format("n{}", next_size_ - std::size(more_sizes) + 1);
    ++next_size_;
  }
  names_[axis] = wanted;
  sizes_.push_back(wanted);
}

void AxisNames::name_sizes(const std::vector<std::string>& names) {
  // The last tensor that has axes is what the loss is taken of: samples by outputs.
  const std::vector<Vertex>& list = vertices_.list();
  for (const bool is_named : {true, false}) {
    for (std::size_t v = vertices_.output(); v-- > 0 && sizes_.empty();) {
      const std::vector<std::size_t> own = axes_.of(v);
      if ((is_named && names[v].empty()) || list[v].kind == Vertex::Kind::given || own.empty()) continue;
      name_size(own.front(), "m", names);
      if (own.size() > 1) name_size(own.back(), "c", names);
    }
  }
  for (const bool is_named : {true, false}) {
    for (std::size_t v = 0; v < list.size(); ++v) {
      if (names[v].empty() == is_named) continue;
      for (const std::size_t axis : axes_.of(v)) name_size(axis, "", names);
    }
  }
}

std::vector<std::string> AxisNames::of(std::size_t vertex) const {
  std::vector<std::string> all;
  for (const std::size_t axis : axes_.of(vertex)) all.push_back(names_.at(axis));
  return all;
}

std::map<std::string, std::int64_t> AxisNames::extents() const {
  std::map<std::string, std::int64_t> all;
  for (const auto& [axis, name] : names_) all[name] = axes_.extent(axis);
  return all;
}

}  // namespace eingrad::einstein
