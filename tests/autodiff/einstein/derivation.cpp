// The derivations of the sheets that ship with the library.
#include <filesystem>

#include <autodiff/compare.hpp>
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/equations.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/storage/read_file.hpp>
#include <tests/catch.hpp>

using namespace eingrad;
using namespace eingrad::einstein;

namespace {

bool has_derivative(const Expr& e) {
  return e.as<Derivative>() != nullptr || std::ranges::any_of(parts(e), has_derivative);
}

}  // namespace

TEST_CASE("no step of a derivation changes the value, whatever is assumed", "[einstein]") {
  std::size_t steps = 0;
  for (const auto& file : std::filesystem::directory_iterator(EINGRAD_DERIVATIONS_DIR)) {
    const Sheet sheet = read_sheet(read_file(file.path().string()));
    for (const Claim& claim : sheet.claims) {
      INFO(file.path().string() << ": " << claim.text);
      const Statement read =
          parse_statement(equations_of(claim.text)[0], sheet.problem.declarations, Broadcast::anywhere);
      const Derivation derivation = derive(read.target, sheet.problem);
      for (const std::uint32_t seed : {1U, 2U}) {
        const Values values = draw(sheet.problem, {.seed = seed, .low = 0.1});
        Tensor before;
        for (const Step& step : derivation.steps) {
          if (has_derivative(step.result)) continue;
          const Tensor value = evaluate(step.result, values, read.free);
          INFO(print(step.result, sheet.problem.declarations, {.sums = Sums::shown}) << "   " << step.rule);
          if (before.defined()) CHECK(allclose(value, before, 1e-9, 1e-9));
          before = value;
          ++steps;
        }
      }
    }
  }
  CHECK(steps > 300);
}
