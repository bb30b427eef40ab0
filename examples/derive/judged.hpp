#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/einstein/einstein.hpp>

namespace sheets {

/// A claim and its verdict; or a line that has none, and why.
struct Checked {
  eingrad::einstein::Claim claim;
  eingrad::einstein::CheckedDerivation derivation = {};
  std::string unchecked = "";

  bool is_checked() const { return unchecked.empty(); }
  bool is_right() const { return is_checked() && derivation.is_right(); }
  /// The name of the first mistake, "right" or "unchecked".
  std::string_view verdict() const;
};

/// "right", and of what, if that is to be said: of a step that is right.
std::string praise(const eingrad::einstein::CheckedStep& step);

/// A sheet, and its lines as they are judged.
struct Judged {
  std::string file;
  eingrad::einstein::Sheet sheet;
  std::vector<Checked> lines;
  std::string unread = "";  ///< why it could not be read, if so

  /// 2 if a line could not be checked, 1 if one is wrong, else 0.
  int exit_code() const;
};

/// A sheet that can be checked as it is.
inline constexpr const char* example =
    "  x[n] y[n] w[]\n"
    "  L = (w x_n - y_n)^2\n"
    "  dL/dw = 2 x_n (w x_n - y_n)\n";

/// Judges the text of a file, "-" for one that was typed. `command` is what errors name. value_error for what
/// is no text, for prose, and where nothing is claimed.
Judged judged(const std::string& file, const std::string& text, const std::string& command);

}  // namespace sheets
