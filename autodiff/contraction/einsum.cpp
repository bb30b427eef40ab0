#include <algorithm>
#include <cctype>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>

#include <autodiff/contraction/contract.hpp>
#include <autodiff/contraction/einsum.hpp>
#include <autodiff/number_text.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr ContractionRule einsum_rule("einsum");

/// The subscripts with a letter for every axis: axes under an ellipsis are numbered from the last one and
/// stand as the characters from `first_unnamed` on.
struct Subscripts {
  std::vector<std::string> operands;
  std::string out;
};

using Operands = std::span<const Tensor* const>;

constexpr char first_unnamed = '\x01';
constexpr std::size_t most_unnamed = 31;

[[noreturn]] void fail(std::string_view subscripts, std::string_view problem, Location at,
                       std::string_view hint) {
  throw Report("einsum", problem, at)
      .line("text", fmt::format("\"{}\"", subscripts))
      .hint(hint)
      .as<value_error>();
}

/// One operand's letters; "..." becomes `unnamed` characters.
std::string expand_ellipsis(std::string_view term, std::size_t unnamed, std::string_view all, Location at) {
  std::string letters;
  for (std::size_t i = 0; i < term.size(); ++i) {
    if (std::isalpha(static_cast<unsigned char>(term[i])) != 0) {
      letters += term[i];
    } else if (term.substr(i, 3) == "..." && term.find("...", i + 3) == std::string_view::npos) {
      for (std::size_t k = unnamed; k > 0; --k) letters += static_cast<char>(first_unnamed + k - 1);
      i += 2;
    } else if (term[i] != ' ') {
      fail(all, fmt::format("'{}' is no letter, and each operand has one \"...\" at most", term[i]), at,
           "letters a to z and A to Z, one an axis, as in \"ij,jk->ik\"");
    }
  }
  return letters;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

Subscripts parse(std::string_view text, Operands operands, Location at) {
  const std::size_t arrow = text.find("->");
  const std::vector<std::string_view> terms = split(text.substr(0, arrow));
  if (terms.size() != operands.size()) {
    fail(text, counted(terms.size(), "subscript") + " for " + counted(operands.size(), "operand"), at,
         "one for each operand, with commas between them");
  }
  Subscripts parsed;
  std::size_t most = 0;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    const std::size_t named = expand_ellipsis(terms[k], 0, text, at).size(),
                      rank = operands[k]->shape().size();
    const bool has_ellipsis = terms[k].find("...") != std::string_view::npos;
    if (named > rank || (named < rank && !has_ellipsis)) {
      throw Report("einsum",
                   fmt::format("operand {} has {} ax{}, its subscripts name {}", letter_of_operand(k), rank,
                               rank == 1 ? "is" : "es", named),
                   at)
          .line("text", fmt::format("\"{}\"", text))
          .operand(letter_of_operand(k), *operands[k])
          .hint("one letter for each axis, or \"...\" for those without one")
          .as<shape_error>();
    }
    if (rank - named > most_unnamed)
      fail(text, "too many axes under \"...\"", at, "letters for some of them");
    most = std::max(most, rank - named);
    parsed.operands.push_back(expand_ellipsis(terms[k], rank - named, text, at));
  }
  if (arrow != std::string_view::npos) {
    parsed.out = expand_ellipsis(text.substr(arrow + 2), most, text, at);
  } else {  // the unnamed axes, then the letters that occur once, in order
    std::string all;
    for (const std::string& letters : parsed.operands) all += letters;
    for (std::size_t k = most; k > 0; --k) parsed.out += static_cast<char>(first_unnamed + k - 1);
    std::ranges::sort(all);
    for (char letter : all) {
      if (letter >= 'A' && std::ranges::count(all, letter) == 1) parsed.out += letter;
    }
  }
  return parsed;
}

/// The extent of every letter. Unnamed axes broadcast: an extent of 1 gives way.
std::map<char, std::int64_t> extents(const Subscripts& parsed, Operands operands, std::string_view text,
                                     Location at) {
  std::map<char, std::int64_t> extents;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    for (std::size_t axis = 0; axis < parsed.operands[k].size(); ++axis) {
      const char letter = parsed.operands[k][axis];
      const std::int64_t extent = operands[k]->shape()[axis];
      const auto [entry, is_new] = extents.emplace(letter, extent);
      if (is_new || entry->second == extent) continue;
      const bool broadcasts = letter < 'A' && (extent == 1 || entry->second == 1);
      if (!broadcasts) {
        Report report(
            "einsum",
            letter < 'A' ? std::string("the axes under \"...\" do not broadcast")
                         : fmt::format("the axes called {} differ: {} and {}", letter, entry->second, extent),
            at);
        report.line("text", fmt::format("\"{}\"", text));
        for (std::size_t i = 0; i < operands.size(); ++i) {
          report.operand(letter_of_operand(i), *operands[i]);
        }
        report.hint(letter < 'A' ? "operands whose unnamed axes are equal, or 1"
                                 : "another letter for one of these axes, or an operand that is transposed");
        throw report.as<shape_error>();
      }
      entry->second = std::max(entry->second, extent);
    }
  }
  return extents;
}

void check_out(const Subscripts& parsed, const std::map<char, std::int64_t>& extents, std::string_view text,
               Location at) {
  for (char letter : parsed.out) {
    if (std::ranges::count(parsed.out, letter) > 1) {
      fail(text, fmt::format("the result names {} twice", letter), at, "each letter once behind \"->\"");
    }
    if (!extents.contains(letter)) {
      fail(text, fmt::format("no operand has the letter {}", letter), at,
           "letters of the operands behind \"->\"");
    }
  }
}

/// The two operands whose product runs over the fewest places of all their letters together.
std::pair<std::size_t, std::size_t> cheapest_pair(const std::vector<std::string>& operands,
                                                  const std::map<char, std::int64_t>& extent) {
  std::pair<std::size_t, std::size_t> cheapest{0, 1};
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; operands.size() > 2 && i < operands.size(); ++i) {
    for (std::size_t j = i + 1; j < operands.size(); ++j) {
      std::set<char> letters(operands[i].begin(), operands[i].end());
      letters.insert(operands[j].begin(), operands[j].end());
      double places = 1;
      for (const char letter : letters) {
        const auto known = extent.find(letter);  // a letter of its own has one element
        if (known != extent.end()) places *= static_cast<double>(known->second);
      }
      if (places >= least) continue;
      least = places;
      cheapest = {i, j};
    }
  }
  return cheapest;
}

/// The operands by pointer: other threads may be reading them, so they are not even counted.
Tensor evaluate(std::string_view subscripts, Operands given, Location at) {
  if (given.empty()) fail(subscripts, "there is no operand", at, "a tensor for each subscript");
  Subscripts parsed = parse(subscripts, given, at);
  const std::map<char, std::int64_t> extent = extents(parsed, given, subscripts, at);
  check_out(parsed, extent, subscripts, at);

  Dtype dtype = int64;  // booleans are counted
  for (const Tensor* operand : given) dtype = promote(dtype, operand->dtype());
  std::vector<const Tensor*> operands(given.begin(), given.end());
  std::vector<Tensor> converted(given.size());
  char broadcast = 'z' + 1;
  for (std::size_t k = 0; k < given.size(); ++k) {
    if (given[k]->dtype() != dtype) operands[k] = &(converted[k] = given[k]->to(dtype, at));
    // An unnamed axis of extent 1 that others stretch gets a letter of its own: summing one element changes
    // nothing.
    for (std::size_t axis = 0; axis < parsed.operands[k].size(); ++axis) {
      char& letter = parsed.operands[k][axis];
      if (given[k]->shape()[axis] != extent.at(letter)) letter = broadcast++;
    }
  }

  const auto shape_of = [&](const std::string& letters) {
    Shape shape = Shape::filled(letters.size());
    std::ranges::transform(letters, shape.begin(), [&](char letter) { return extent.at(letter); });
    return shape;
  };
  if (operands.size() == 1) {
    return contract(einsum_rule, {parsed.operands[0], "", parsed.out}, *operands[0], nullptr,
                    shape_of(parsed.out), at);
  }
  // Two at a time, first the pair that takes the fewest products of numbers, of equal ones the leftmost. A
  // letter is summed as soon as nothing else needs it.
  std::deque<Tensor> products;
  while (operands.size() > 1) {
    const auto [left, right] = cheapest_pair(parsed.operands, extent);
    std::string needed = parsed.out, kept;
    for (std::size_t other = 0; other < operands.size(); ++other) {
      if (other != left && other != right) needed += parsed.operands[other];
    }
    for (const char letter : parsed.operands[left] + parsed.operands[right]) {
      if (needed.find(letter) != std::string::npos && kept.find(letter) == std::string::npos) kept += letter;
    }
    if (operands.size() == 2) kept = parsed.out;
    products.push_back(contract(einsum_rule, {parsed.operands[left], parsed.operands[right], kept},
                                *operands[left], operands[right], shape_of(kept), at));
    operands[left] = &products.back();
    parsed.operands[left] = kept;
    operands.erase(operands.begin() + static_cast<std::ptrdiff_t>(right));
    parsed.operands.erase(parsed.operands.begin() + static_cast<std::ptrdiff_t>(right));
  }
  return products.back();
}

}  // namespace

Tensor einsum(std::string_view subscripts, const std::vector<Tensor>& operands, Location at) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& operand : operands) pointers.push_back(&operand);
  return evaluate(subscripts, pointers, at);
}

Tensor einsum(std::string_view subscripts, const Operand& a) {
  const Tensor* const operands[] = {&a.tensor()};
  return evaluate(subscripts, operands, a.at);
}

Tensor einsum(std::string_view subscripts, const Operand& a, const Operand& b) {
  const Tensor* const operands[] = {&a.tensor("operand A"), &b.tensor("operand B")};
  return evaluate(subscripts, operands, a.at);
}

Tensor einsum(std::string_view subscripts, const Operand& a, const Operand& b, const Operand& c) {
  const Tensor* const operands[] = {&a.tensor("operand A"), &b.tensor("operand B"), &c.tensor("operand C")};
  return evaluate(subscripts, operands, a.at);
}

}  // namespace eingrad
