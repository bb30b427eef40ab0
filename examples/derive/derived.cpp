#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/indices.hpp>

#include <derive/derived.hpp>
#include <fmt/format.h>

namespace sheets {

using namespace eingrad::einstein;

namespace {

/// The letters of a derivative, as in the shape of its value: those of what is differentiated, then those of
/// what by.
Indices axes_of(const Expr& e) {
  Indices axes;
  if (const auto* d = e.as<Derivative>()) axes = axes_of(d->of);
  const Indices own = own_indices(e);
  axes.insert(axes.end(), own.begin(), own.end());
  return axes;
}

}  // namespace

Statement read(const Claim& claim, const Sheet& sheet) {
  return parse_statement(equations_of(claim.text)[0], sheet.problem.declarations, Broadcast::anywhere);
}

bool can_be_derived(const Checked& each) {
  if (!each.is_checked()) return false;
  const Verdict& first = each.derivation.steps.front().verdict;
  return first.is_right() || first.mistake >= Mistake::factor;
}

Derivation derivation_of(const Claim& claim, const Sheet& sheet) {
  return derive(read(claim, sheet).target, sheet.problem);
}

std::string derivation_text(const Claim& claim, const Sheet& sheet, Format format) {
  const Derivation derivation = derivation_of(claim, sheet);
  const Declarations& declarations = sheet.problem.declarations;
  const std::string text = to_string(derivation, declarations, format);
  const bool is_text = format == Format::text;
  const auto* whole = derivation.start.as<Derivative>();
  const bool is_row = whole != nullptr && declarations.is_row(whole->by.name);
  const auto matrices = print_matrices(derivation.result(), axes_of(derivation.start), declarations,
                                       is_text ? Spelling::unicode : Spelling::latex, MatrixNames::capital,
                                       is_row ? Lying::row : Lying::column);
  const bool is_first = whole != nullptr && whole->of.as<Symbol>() != nullptr;  // not a second derivative
  if (!matrices || !is_first || all_indices(derivation.result()).empty()) return text;
  const Expr left =
      derivative(Symbol{whole->of.as<Symbol>()->name, {}}, {whole->by.name, {}}, whole->through);
  const std::string written = print(left, declarations, {is_text ? Spelling::unicode : Spelling::latex});
  return text + (is_text ? fmt::format("  in matrices: {} = {}\n", written, *matrices)
                         : fmt::format("\nIn matrices: ${} = {}$.\n", written, *matrices));
}

std::optional<std::size_t> Derived::earlier_line(const Claim& claim) {
  const std::string target = print(read(claim, sheet_).target, sheet_.problem.declarations);
  const auto [found, is_new] = lines_.emplace(target, claim.line);
  return is_new ? std::nullopt : std::optional(found->second);
}

}  // namespace sheets
