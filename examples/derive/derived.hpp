#pragma once
#include <map>
#include <optional>
#include <string>

#include <derive/judged.hpp>

namespace sheets {

/// The first step of a claim, read as check() reads it, which lets 1 stand for 1_n.
eingrad::einstein::Statement read(const eingrad::einstein::Claim& claim,
                                  const eingrad::einstein::Sheet& sheet);

/// Whether its left side says what to derive: it is right, or wrong in its value only.
bool can_be_derived(const Checked& each);

/// The derivation of what stands left of a claim.
eingrad::einstein::Derivation derivation_of(const eingrad::einstein::Claim& claim,
                                            const eingrad::einstein::Sheet& sheet);
/// The same as text, with its form in matrices where it has one.
std::string derivation_text(const eingrad::einstein::Claim& claim, const eingrad::einstein::Sheet& sheet,
                            eingrad::einstein::Format format);

/// Which left sides were derived already, and where.
class Derived {
 public:
  explicit Derived(const eingrad::einstein::Sheet& sheet) : sheet_(sheet) {}

  /// The line of an earlier claim about the same derivative, if there is one.
  std::optional<std::size_t> earlier_line(const eingrad::einstein::Claim& claim);

 private:
  const eingrad::einstein::Sheet& sheet_;
  std::map<std::string, std::size_t> lines_;
};

}  // namespace sheets
