#include <functional>
#include <iostream>
#include <sstream>
#include <string>

#include <autodiff/autodiff.hpp>
#include <support/options.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

namespace {

struct Ended {
  int exit_code;
  std::string err;
};

/// What running a chapter ends in.
Ended ended(const std::function<void()>& chapter) {
  std::ostringstream text;
  std::streambuf* const before = std::cerr.rdbuf(text.rdbuf());
  const int exit_code = chapter::run(chapter);
  std::cerr.rdbuf(before);
  return {exit_code, text.str()};
}

}  // namespace

TEST_CASE("a chapter tells of a mistake in it as the exception does, in lines of their own", "[support]") {
  const Tensor x = ones({32, 4}), d = ones({32}), undefined;
  const std::function<void()> mistakes[] = {[&] { matmul(x, d); }, [&] { add(x, undefined); },
                                            [&] { sum(x, 7); }};
  for (const auto& mistake : mistakes) {
    const Ended chapter = ended(mistake);
    CHECK(chapter.exit_code == 2);
    std::string text;
    try {
      mistake();
    } catch (const error& own) {
      text = own.what();
    }
    CHECK_THAT(text, ContainsSubstring("options.cpp:") && ContainsSubstring("\n  try   "));
    CHECK(chapter.err == text + "\n");
  }
}

TEST_CASE("a chapter tells of a mistake in its input in one line", "[support]") {
  const Ended refused = ended([] { chapter::refuse("--lr", "'a\nb     c:1' is not a number", "0.1"); });
  CHECK(refused.exit_code == 2);
  CHECK(refused.err == "value_error: --lr: 'a; b c:1' is not a number; try 0.1\n");
  const Ended diverged = ended([] { throw chapter::Diverged("diverged\n  at epoch 3"); });
  CHECK(diverged.exit_code == 1);
  CHECK(diverged.err == "diverged; at epoch 3\n");
}
