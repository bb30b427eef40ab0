// The elementwise operations as a table: what each computes, its derivative by each operand, where it has a
// kink, and where it is tested. All of it is read from the operations' own definitions.
#include <string>
#include <vector>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/simplify.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/notation.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace eingrad;

namespace {

/// ∂y/∂a, … as text; y is the result, where the definition uses it.
std::vector<std::string> derivatives(const einstein::KnownFunction& f) {
  einstein::Declarations scalars;
  const auto scalar = [&](const std::string& name) {
    scalars.tensor(name, {});
    return einstein::Expr(einstein::Symbol{name, {}});
  };
  std::vector<einstein::Expr> operands;
  for (std::size_t i = 0; i < f.arity; ++i) operands.push_back(scalar(operand_name(i)));
  std::vector<std::string> texts;
  for (const einstein::Expr& partial : f.partials(operands, scalar("y"))) {
    texts.push_back(
        print(simplified(partial), scalars, {.spelling = einstein::Spelling::unicode, .digits = 6}));
  }
  return texts;
}

/// In a cell of a table in Markdown.
std::string code(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return text.empty() ? "" : "`" + cell + "`";
}

std::string row(const ElementwiseFacts& operation) {
  std::string slopes = "none";
  if (operation.differentiable) {
    slopes.clear();
    const std::vector<std::string> partials = derivatives(*einstein::find_function(operation.name));
    for (const std::string& partial : partials) slopes += (slopes.empty() ? "" : ", ") + code(partial);
  }
  std::string domain;
  for (const auto& [low, high] : operation.domain)
    domain += fmt::format("{}{} to {}", domain.empty() ? "" : "; ", low, high);
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", operation.name, code(std::string(operation.notation)),
                     slopes, fmt::join(operation.kinks, ", "), domain);
}

}  // namespace

int main() {
  fmt::print("| operation | y = | ∂y/∂a, ∂y/∂b, … | kinks | tested on |\n|---|---|---|---|---|\n");
  for (const ElementwiseFacts& operation : elementwise_operations()) fmt::print("{}", row(operation));
}
