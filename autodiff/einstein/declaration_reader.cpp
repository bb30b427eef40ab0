#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include <autodiff/einstein/declaration_reader.hpp>
#include <autodiff/einstein/reader.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

class DeclarationReader final : Reader {
 public:
  explicit DeclarationReader(std::string_view text) : Reader("declarations", text) {}

  void add_to(Declarations& declarations) {
    for (skip_separators(); !is_at_end(); skip_separators()) {
      Declarations with_it = declarations;  // a tensor is not declared without what is known of it
      read_one(with_it);
      declarations = std::move(with_it);
    }
  }

 private:
  void skip_separators() {
    while (take(',') || take(';')) continue;
  }

  void read_one(Declarations& declarations) {
    std::string read = name("a name");
    if (read == "axis") {
      const std::string axis = name("the letter of an axis");
      expect(':', "behind the axis");
      while (bare_name_follows()) declarations.letter(name("a letter"), axis);
    } else if (rest_starts_with("in ")) {
      at_ += std::string_view("in ").size();
      skip_set();
      std::string tensor = read;
      Axes axes = axes_of_real_space(declarations);
      if (axes.letters.empty()) axes.letters = split_letters(tensor);
      declare(declarations, tensor, axes);
      read = tensor;
      while (read_assumption(declarations, read)) continue;
    } else if (take('=')) {
      expect('|', "in front of the axis whose size it is");
      const std::string axis = name("the letter of an axis");
      expect('|', "behind the axis");
      declarations.size(read, axis);
    } else {
      if (peek() != '[')
        fail("expected '[' with the axes, or '=' with a size",
             fmt::format("{0}[] for a number, {0}[n] for one axis", read));
      expect('[', "with the axes");
      Axes axes;
      while (!take(']')) {
        if (axes.count > 0) expect(',', "between axes, or ']'");
        axes.add(take('1') ? "" : name("the letter of an axis"));
      }
      declare(declarations, read, axes);
      while (read_assumption(declarations, read)) continue;
    }
  }

  /// R, or {0, 1} and [0, 1], which say nothing of axes.
  void skip_set() {
    if (take('R')) return;
    const std::size_t start = at_;
    const auto is_of_set = [](char c) {
      return is_digit(c) || (c != '\0' && std::string_view("{}[](),.+-").find(c) != std::string_view::npos);
    };
    while (is_of_set(peek())) ++at_;
    if (text_.substr(start, at_ - start).find(',') == std::string_view::npos)
      fail_at(start, "expected 'R' and its axes, as in R^n", "x in R^n, t in {0,1}^n");
  }

  /// Those of a tensor, of which 1 is none; but y[1,n] is a row.
  struct Axes {
    std::vector<std::string> letters;
    std::size_t count = 0;
    bool is_row = false;

    void add(const std::string& letter) {
      is_row = count == 1 && letters.empty() && !letter.empty();
      ++count;
      if (!letter.empty()) letters.push_back(letter);
    }
  };

  static void declare(Declarations& declarations, const std::string& tensor, const Axes& axes) {
    declarations.tensor(tensor, axes.letters);
    if (axes.is_row) declarations.row(tensor);
  }

  /// The letters behind the name of x_i ∈ ℝ, each of which is an axis; the name is left.
  static std::vector<std::string> split_letters(std::string& name) {
    std::vector<std::string> letters;
    const std::size_t underscore = name.find('_');
    if (underscore == std::string::npos || !std::ranges::all_of(name.substr(underscore + 1), is_letter))
      return {};
    for (const char c : name.substr(underscore + 1)) letters.emplace_back(1, c);
    name.resize(underscore);
    return letters;
  }

  /// n and d of R^(n * d), as ℝⁿˣᵈ is spelled; a capital N is the size of an axis n.
  Axes axes_of_real_space(Declarations& declarations) {
    Axes axes;
    if (!take('^')) return axes;
    const bool in_brackets = take('(');
    do {
      if (take('1')) {
        axes.add("");
        continue;
      }
      if (!is_letter(peek())) fail("expected the letter of an axis", "x in R^n, X in R^(n * d)");
      const std::string letter(1, text_[at_++]);
      std::string axis = letter;
      axis[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(axis[0])));
      if (axis != letter && declarations.sized_axis(letter) == nullptr) declarations.size(letter, axis);
      axes.add(axis);
    } while (in_brackets && (take('*') || take(',') || take('x')));
    if (in_brackets) expect(')', "behind the axes");
    return axes;
  }

  bool read_assumption(Declarations& declarations, const std::string& tensor) {
    using Assumption = Declarations::Assumption;
    static constexpr std::pair<std::string_view, Assumption> known[] = {{"positive", Assumption::positive},
                                                                        {"symmetric", Assumption::symmetric},
                                                                        {"simplex", Assumption::simplex},
                                                                        {"onehot", Assumption::onehot}};
    const std::size_t start = at_;
    const std::string read = is_letter(peek()) ? name("an assumption") : "";
    const auto* found = std::ranges::find(known, read, [](const auto& each) { return each.first; });
    if (found == std::end(known) || peek() == '[' || peek() == '=') {
      at_ = start;
      return false;
    }
    Declarations::Assumed assumed{found->second, ""};
    if (assumed.what == Assumption::simplex || assumed.what == Assumption::onehot) {
      expect('(', "with the axis along which the elements sum to 1");
      assumed.axis = name("the letter of an axis");
      expect(')', "behind the axis");
    }
    declarations.assume(tensor, assumed);
    return true;
  }

  std::string name(const char* what) {
    skip_spaces();
    if (!is_letter(here()))
      fail(fmt::format("expected {}", what), "X[n,i] b[o] L[], m = |n|, or axis n: p q");
    const std::size_t start = at_;
    while (is_name(here())) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  /// Whether a name follows that begins no declaration of its own.
  bool bare_name_follows() {
    const std::size_t start = at_;
    if (!is_letter(peek())) return false;
    const std::string read = name("a letter");
    const char next = peek();
    at_ = start;
    return read != "axis" && next != '[' && next != '=' && next != ':';
  }
};

}  // namespace

void read_declarations(std::string_view text, Declarations& declarations) {
  DeclarationReader(text).add_to(declarations);
}

}  // namespace eingrad::einstein
