#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <autodiff/explain/axes.hpp>
#include <autodiff/explain/naming.hpp>

namespace eingrad::einstein {

/// The names of a graph's axes: the letters that the user gave them; for the others a size, m samples by c
/// outputs for what the loss is taken of, then d, h and so on.
class AxisNames {
 public:
  /// `names` are those of the vertices. value_error for letters that do not fit a tensor, or that are of two
  /// axes with different numbers of elements.
  AxisNames(const Vertices& vertices, const std::vector<std::string>& names,
            const std::vector<GivenName>& given);

  std::vector<std::string> of(std::size_t vertex) const;
  /// The axes that the user named.
  const std::vector<std::string>& users() const { return users_; }
  /// Further letters of the user's, each with the axis that has another name already.
  const std::vector<std::pair<std::string, std::string>>& more_letters() const { return more_letters_; }
  /// The axes that are called by their size.
  const std::vector<std::string>& sizes() const { return sizes_; }
  /// All names, each with the number of elements along the axis.
  std::map<std::string, std::int64_t> extents() const;

 private:
  void take_letters(const std::vector<GivenName>& given);
  void name_sizes(const std::vector<std::string>& names);
  void name_size(std::size_t axis, std::string wanted, const std::vector<std::string>& taken);

  const Vertices& vertices_;
  Axes axes_;
  std::map<std::size_t, std::string> names_;
  std::vector<std::string> users_, sizes_;
  std::vector<std::pair<std::string, std::string>> more_letters_;
  std::size_t next_size_ = 0;
};

}  // namespace eingrad::einstein
