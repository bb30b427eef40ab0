#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/habits.hpp>
#include <autodiff/einstein/letters.hpp>
#include <autodiff/einstein/new_names.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

bool is_same_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view FormulaReader::word_at(std::size_t begin) const {
  std::size_t end = begin;
  while (end < text_.size() && is_alphanumeric(text_[end])) ++end;
  return text_.substr(begin, end - begin);
}

// Of Yhat, where only Y is declared, the reader stands in front of hat; of dJ/dw it stands in front of the d.
std::string_view FormulaReader::word() const {
  std::size_t begin = at_;
  while (begin > 0 && is_alphanumeric(text_[begin - 1])) --begin;
  while (is_digit(text_[begin])) ++begin;
  const std::size_t end = begin + word_at(begin).size();
  const auto begins_one = [](std::string_view other) {
    return other.starts_with('d') || other.starts_with("partial");
  };
  std::size_t before = begin - (begin > 0);  // the word in front of a slash
  while (before > 0 && is_alphanumeric(text_[before - 1])) --before;
  const bool is_differential = (text_.substr(end).starts_with('/') && begins_one(word_at(end + 1))) ||
                               (text_.substr(0, begin).ends_with('/') && begins_one(word_at(before)));
  for (const std::string_view sign : {"partial", "d"}) {
    const std::size_t behind = begin + sign.size();
    if (behind < end && text_.substr(begin).starts_with(sign) && (is_differential || behind == at_))
      return text_.substr(behind, end - behind);
  }
  return word_at(begin);
}

// 2/N, where the axis n has a size.
std::string FormulaReader::size_meant_by(std::string_view name) const {
  const std::size_t start = static_cast<std::size_t>(name.data() - text_.data());
  const std::size_t before = text_.substr(0, start).find_last_not_of(" (0123456789");
  if (name.size() != 1 || before == std::string_view::npos || text_[before] != '/') return "";
  const std::string letter(1, static_cast<char>(std::tolower(static_cast<unsigned char>(name[0]))));
  const std::string* axis = declarations_.axis_of(letter);
  if (axis == nullptr) return "";
  const std::string* size = declarations_.size_name(*axis);
  return size != nullptr ? *size : "|" + letter + "|";
}

// Of two letters it may be an index as well, A_pi.
bool FormulaReader::is_greek_word(std::string_view word) {
  return word.size() > 2 && std::ranges::find(greek, word, &Spelled::second) != std::end(greek);
}

std::string FormulaReader::without_parameter(std::string_view name) {
  return fmt::format(
      "{0}_i for a value of each sample i, with x_i for x on the right; {0}_theta(x_i) is read as {0}_i",
      name);
}

// I, of each axis that there is.
std::string FormulaReader::identities() const {
  std::vector<std::string> all;
  for (const std::string& axis : declarations_.axes()) all.push_back(fmt::format("diag(1_{})", axis));
  if (all.empty() || all.size() > 4) return std::string(advice_for("eye"));
  return fmt::format("{} in matrix form, or delta_ij with letters", fmt::join(all, " or "));
}

std::vector<std::string> FormulaReader::letters_behind(std::string_view name) {
  at_ = static_cast<std::size_t>(name.data() - text_.data()) + name.size();
  std::vector<std::string> letters;
  try {
    if (here() == '_' || here() == '[')
      for (const Index& index : subscript()) letters.push_back(index.letter);
  } catch (const value_error&) {  // what stands there are no letters
  }
  return letters;
}

std::string FormulaReader::declaration_of(std::string_view name) {
  const std::vector<std::string> letters = letters_behind(name);
  if (!letters.empty()) return fmt::format("{}[{}]", name, fmt::join(letters, ","));
  return fmt::format("{0}[] for a number, {0}[n] for one axis, {0} = |n| for the size of one", name);
}

// theta in J(theta) = …, where it is declared nowhere.
void FormulaReader::refuse_undeclared_argument(std::size_t at) {
  if (at >= text_.size() || text_[at] != '(') return;
  const std::size_t close = text_.find(')', at);
  const std::size_t behind =
      close == std::string_view::npos ? close : text_.find_first_not_of(' ', close + 1);
  if (behind == std::string_view::npos || text_[behind] != '=') return;
  for (at_ = at + 1; at_ < close; ++at_) {
    skip_spaces();
    if (is_letter(here()) && declared_name().empty()) unknown_name();
    while (at_ < close && here() != ',') ++at_;
  }
}

void FormulaReader::unknown_name() {
  const std::string_view name = word();
  const std::size_t start = static_cast<std::size_t>(name.data() - text_.data());
  if (const std::string* axis = declarations_.axis_of(std::string(name))) {
    const std::string* size = declarations_.size_name(*axis);
    const std::size_t before = text_.substr(0, start).find_last_not_of(' ');
    const std::size_t behind = text_.find_first_not_of(' ', start + name.size());
    const bool is_compared = before != std::string_view::npos && text_[before] == '[' &&
                             behind != std::string_view::npos &&
                             std::string_view("=<>!").find(text_[behind]) != std::string_view::npos;
    const bool is_defined =
        start == text_.find_first_not_of(' ') && behind != std::string_view::npos && text_[behind] == '=';
    const bool is_tensor = start + name.size() < text_.size() && text_[start + name.size()] == '_';
    if (is_defined || is_tensor)
      fail_at(start, fmt::format("{} is the letter of an axis already", name),
              "another name, or another letter for the axis", Mistake::name);
    if (is_compared)
      fail_at(start, fmt::format("{} is the letter of an axis, not a number", name),
              "delta_ij, which is 1 where both letters are equal; a one-hot tensor picks one element",
              Mistake::name);
    fail_at(start, fmt::format("{} is the letter of an axis, not a number", name),
            fmt::format("|{}| for the size of the axis{}; another name for a tensor", name,
                        size != nullptr ? ", or " + *size : fmt::format("; a line m = |{}| names it", name)),
            Mistake::name);
  }
  if (name.starts_with('d') && declarations_.axes_of(std::string(name.substr(1))) != nullptr) {
    const std::string* loss = declarations_.loss();
    fail_undeclared(start, name,
                    fmt::format("d{}/{}; alone, {} stands on a left side only", loss != nullptr ? *loss : "L",
                                name, name));
  }
  if (is_gradient_name(std::string(name), declarations_) && advice_for(name).empty()) {
    const std::string* loss = declarations_.loss();
    fail_undeclared(start, name,
                    fmt::format("d{0}/dw for the gradient by w; or a line above that declares it: {1}",
                                loss != nullptr ? *loss : "L", declaration_of(name)));
  }
  const std::size_t end = start + name.size();
  if (start == text_.find_first_not_of(" &")) refuse_undeclared_argument(end);
  std::string_view advice = name.size() > 1 ? advice_for(name) : "";  // t is a tensor that is not declared
  if (!advice.empty() && text_.substr(end).starts_with('.'))          // np.dot
    if (const std::string_view behind = advice_for(word_at(end + 1)); !behind.empty()) advice = behind;
  if (name == "partial") advice = "dL/dW for a derivative, nabla_W L for all of them by W";
  if (name == "E" && text_.substr(end).starts_with('[')) advice = advice_for("avg");
  const bool is_operator = (name == "d" && text_.substr(end).starts_with("/d")) ||
                           (name == "partial" && text_.substr(end).starts_with("/partial"));
  if (is_operator)  // d/dw L
    fail_at(start, "what is differentiated stands above the line",
            fmt::format("dL/d{0}, or with letters d/d{0}_i in front of what is differentiated",
                        word_at(end + 1 + name.size())),
            Mistake::syntax);
  if (!advice.empty()) fail_undeclared(start, name, std::string(advice));
  const std::size_t behind = text_.find_first_of("^=(", end);
  if (behind != std::string_view::npos && text_[behind] == '^' && start == text_.find_first_not_of(' '))
    fail_at(start, "a power stands on the left side", "a name for it, v_n = … for s_n^2 = …");
  std::vector<std::string> known = declarations_.names(), similar;
  std::erase(known, declarations_.longest_name(text_));  // which it defines itself
  std::ranges::copy_if(known, std::back_inserter(similar), [&](const auto& each) {
    return resemble(each, name) || is_same_but_for_case(each, name);
  });
  std::string word;
  for (const std::string& letter : letters_behind(name)) word += letter;
  if (is_greek_word(word)) fail_undeclared(start, name, without_parameter(name));
  std::string others;
  if (name == "I") {
    others = fmt::format("{}; or ", identities());
  } else if (const std::string size = size_meant_by(name); !size.empty()) {
    others = fmt::format("{}, the size of an axis; or ", size);
  } else if (known_function(name) != nullptr) {
    others = fmt::format("{}(…); or ", name);
  } else if (!similar.empty()) {
    others = fmt::format("{}, which is declared; or ", fmt::join(similar, " or "));
  } else if (!known.empty()) {
    others = fmt::format("one of {}; or ", fmt::join(known, ", "));
  }
  fail_undeclared(start, name, others + "a line above that declares it: " + declaration_of(name));
}

}  // namespace eingrad::einstein
