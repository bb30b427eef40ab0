#include <algorithm>

#include <autodiff/error.hpp>
#include <autodiff/tensor.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {
std::string suffix(Location at) { return at.line == 0 ? "" : fmt::format("     {}:{}", at.file, at.line); }
}  // namespace

std::string letter_of_operand(std::size_t i) {
  const std::string letter(1, static_cast<char>('A' + i % 26));
  return i < 26 ? letter : letter + std::to_string(i / 26);
}

void throw_undefined(std::string_view operation, std::string_view what, Location at) {
  throw Report(operation, fmt::format("{} is undefined: it was never given a value", what), at)
      .hint(
          "defined() tells; grad() is undefined before the first backward(), and that of a result without "
          "retain_grad(): w = w - … makes w a result, no_grad and w -= … do not")
      .as<value_error>();
}

Report::Report(std::string_view operation, std::string_view problem, Location at)
    : first_(fmt::format("{}: {}{}", operation, problem, suffix(at))) {}

Report& Report::operand(std::string_view name, const Tensor& tensor) & {
  if (!tensor.defined()) return line(name, "= an undefined tensor");
  return line(name, fmt::format("= {} {}", to_string(tensor.shape()), name_of(tensor.dtype())),
              tensor.node().location());
}

Report& Report::line(std::string_view label, std::string_view text, Location at) & {
  lines_.emplace_back(label, fmt::format("{}{}", text, suffix(at)));
  return *this;
}

// The labels stand in one column.
std::string Report::text() const {
  std::size_t widest = 5;
  for (const auto& [label, text] : lines_) {
    if (label.size() <= 12) widest = std::max(widest, label.size());  // the name of a parameter may be long
  }
  std::string all = first_;
  for (const auto& [label, text] : lines_) all += fmt::format("\n  {:<{}} {}", label, widest, text);
  return all;
}

}  // namespace eingrad
