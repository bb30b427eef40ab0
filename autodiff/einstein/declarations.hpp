#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// What the names in formulas stand for: tensors with the axes that they have, and sizes.
///
/// An axis is called by the letter that it is declared with: after `X[n,i] W[i,o]` the letters n, i and o run
/// over these axes and no others, and any other letter takes the axis of the place where it stands.
class Declarations {
 public:
  /// What is known of a tensor's elements. A simplex is positive and sums to 1 along its axis.
  enum class Assumption { positive, simplex, onehot, symmetric };
  struct Assumed {
    Assumption what;
    std::string axis;  ///< of a simplex or a onehot
  };

  /// Reads declarations such as
  ///   X[n,i] W[i,o] b[o] L[]   tensors; names may have digits and underscores
  ///   X in R^(n * i)           the same of X, as X ∈ ℝⁿˣⁱ is spelled; N for n names its size, too
  ///   y[1,n]                   a row in matrix form, where y[n] is a column
  ///   m = |n|                  m names the size of an axis
  ///   axis n: p q              p and q run over the axis n, too
  ///   T[n,k] simplex(k)        what is known of T: positive, symmetric, simplex(k) or onehot(k)
  /// separated by spaces, commas or ends of line. value_error, with the column, for what is none of these or
  /// a name declared twice.
  Declarations& add(std::string_view text);
  static Declarations parse(std::string_view text) { return Declarations().add(text); }

  Declarations& tensor(const std::string& name, const std::vector<std::string>& axes);
  /// Notes that a tensor of one axis is a row in matrix form.
  Declarations& row(const std::string& name);
  Declarations& size(const std::string& name, const std::string& axis);
  Declarations& assume(const std::string& name, Assumed assumed);
  /// Lets a letter run over an axis.
  Declarations& letter(const std::string& letter, const std::string& axis);

  /// The axes of a tensor, or null if there is none of this name.
  const std::vector<std::string>* axes_of(const std::string& name) const;
  bool is_row(const std::string& name) const { return rows_.contains(name); }
  const std::vector<Assumed>& assumptions_of(const std::string& name) const;
  /// The axis that a name is the size of, or null.
  const std::string* sized_axis(const std::string& name) const;
  /// The axis that a letter runs over wherever it stands, or null for a letter that takes its place's.
  const std::string* axis_of(const std::string& letter) const;
  /// The name of an axis' size, if it has one; else null.
  const std::string* size_name(const std::string& axis) const;
  /// The tensor that gradients are of where they do not say it: L, else the scalar that was defined last;
  /// null if there is none.
  const std::string* loss() const;
  /// Notes that a tensor has a definition now.
  void defined(const std::string& name);
  /// Notes that a name stands for something of its own, of which the sheet may have no readable line: it is
  /// neither the elements of a matrix that is called by its capital nor the size of an axis.
  void reserve(const std::string& name) { reserved_.insert(name); }
  bool is_reserved(const std::string& name) const { return reserved_.contains(name); }
  /// The matrix that a letter stands for which is not declared itself, X of the x of x_nd and y of the Y of
  /// its elements y_nk; empty if there is none.
  std::string other_case_of(std::string_view letter) const;
  /// The longest declared name that `text` begins with; empty if there is none.
  std::string longest_name(std::string_view text) const;
  std::vector<std::string> names() const;
  /// Notes that a tensor is defined as f(x, y); these arguments may stand behind its name then.
  void arguments(const std::string& name, const std::string& text);
  /// How many characters they have where they stand at the beginning of a text, in brackets; 0 if they do
  /// not.
  std::size_t arguments_at(const std::string& name, std::string_view text) const;
  /// These letters, and the tensors of one letter, which a new letter had better not be: p_p is hard to read.
  Indices with_names(Indices letters) const;
  /// The axes of all tensors, each once.
  std::set<std::string> axes() const;

 private:
  void check_new(const std::string& name) const;
  void check_square(const std::string& base) const;

  std::map<std::string, std::vector<std::string>> tensors_;
  std::map<std::string, std::vector<Assumed>> assumptions_;
  std::map<std::string, std::string> arguments_;  // without spaces
  std::set<std::string> rows_, reserved_;
  std::map<std::string, std::string> sizes_, letters_;
  std::string last_scalar_;
};

}  // namespace eingrad::einstein
