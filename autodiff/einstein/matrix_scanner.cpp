#include <algorithm>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/matrix_form.hpp>

namespace eingrad::einstein {

namespace {

/// Looks for the tensors in a line, to see which of them carry letters.
class Scanner final : FormulaReader {
 public:
  Scanner(std::string_view line, const Declarations& declarations) : FormulaReader(line, declarations) {}

  bool finds_only_bare_tensors() {
    while (!is_at_end()) step();
    return bare_ > 0 && lettered_ == 0;
  }

 private:
  void step() {
    if (here() == '^') {  // T may be a tensor, too
      at_ += text_.substr(at_).starts_with("^T") ? 2 : 1;
    } else if (here() == '_') {
      skip_letters();
    } else if (!is_letter(here())) {
      ++at_;
    } else if (!skip_word()) {
      name();
    }
  }

  void skip_letters() {
    ++at_;
    if (here() == '{') {
      at_ = std::min(text_.find('}', at_), text_.size());
    } else {
      while (is_letter(here())) ++at_;
    }
  }

  /// What is no tensor: a function, a sum, a differential's sign.
  bool skip_word() {
    const std::string declared = declared_name(), called = function_name();
    if (called.size() > declared.size()) {
      at_ += called.size();
      return true;
    }
    for (const std::string_view word :
         {"logsumexp", "softmax", "partial", "nabla_", "delta", "mean", "sum", "max"}) {
      if (!rest_starts_with(word) || declared.size() >= word.size()) continue;
      at_ += word.size();
      return true;
    }
    return false;
  }

  void name() {
    const std::string declared = declared_name();
    const bool is_name = !declared.empty() && !is_inside_a_greek_name(declared);
    const auto* axes = is_name ? declarations_.axes_of(declared) : nullptr;
    at_ += is_name ? declared.size() : 1;
    if (axes == nullptr || axes->empty()) return;
    if (text_.substr(at_).starts_with("bar")) at_ += 3;  // Wbar_io
    ++(here() == '_' || here() == '[' ? lettered_ : bare_);
  }

  int bare_ = 0, lettered_ = 0;
};

}  // namespace

bool is_in_matrix_form(std::string_view line, const Declarations& declarations) {
  return Scanner(line, declarations).finds_only_bare_tensors();
}

}  // namespace eingrad::einstein
