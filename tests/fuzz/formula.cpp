// A line of index notation, which is printed, read again, differentiated and simplified if it can be read.
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/equations.hpp>
#include <tests/fuzz/fuzz.hpp>

namespace {

using namespace eingrad::einstein;

void read(std::string_view line) {
  static const Declarations declarations = Declarations::parse(
      "x[n] y[n] yhat[n] w[] b[] L[] X[n,i] W[i,o] W1[i,o] c[o] T[n,o] Yhat[n,o] m = |n| axis n: p q");
  equations_of(line);
  const Statement statement = parse_statement(line, declarations);
  for (const Spelling spelling : {Spelling::ascii, Spelling::unicode, Spelling::latex}) {
    const std::string text = print(statement.value, declarations, {spelling, Sums::shown});
    parse(text, declarations, statement.free);
  }
  if (line.size() < 60) simplified(differentiate(statement.value, {"w", {}}));
}

}  // namespace

EINGRAD_FUZZ(read)
