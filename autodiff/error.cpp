#include <autodiff/error.hpp>
#include <autodiff/tensor.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {
std::string suffix(Location at) { return at.line == 0 ? "" : fmt::format("     {}:{}", at.file, at.line); }
}  // namespace

Report::Report(std::string_view operation, std::string_view problem, Location at)
    : text_(fmt::format("{}: {}{}", operation, problem, suffix(at))) {}

Report& Report::operand(std::string_view name, const Tensor& tensor) & {
  if (!tensor.defined()) return line(name, "= an undefined tensor");
  return line(name, fmt::format("= {} {}", to_string(tensor.shape()), name_of(tensor.dtype())),
              tensor.node().location());
}

Report& Report::line(std::string_view label, std::string_view text, Location at) & {
  text_ += fmt::format("\n  {:<5} {}{}", label, text, suffix(at));
  return *this;
}

}  // namespace eingrad
