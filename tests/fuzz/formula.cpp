// A line of index notation: what can be read can be printed and read again, differentiated and simplified.
#include <cstdlib>

#include <autodiff/einstein/einstein.hpp>
#include <tests/fuzz/fuzz.hpp>

namespace {

using namespace eingrad::einstein;

void read(std::string_view line) {
  static const Declarations declarations = Declarations::parse(
      "x[n] y[n] yhat[n] w[] b[] L[] X[n,i] W[i,o] W1[i,o] c[o] T[n,o] Yhat[n,o] m = |n| axis n: p q");
  const Statement statement = parse_statement(line, declarations);
  for (const Spelling spelling : {Spelling::ascii, Spelling::unicode, Spelling::latex}) {
    const std::string text = print(statement.value, declarations, {spelling, Sums::shown});
    try {
      parse(text, declarations, statement.free);
    } catch (const eingrad::error& refused) {
      if (std::string_view(refused.what()).find("nested too deep") == std::string_view::npos) std::abort();
    }
  }
  if (line.size() < 60) simplified(differentiate(statement.value, {"w", {}}));
}

}  // namespace

EINGRAD_FUZZ(read)
