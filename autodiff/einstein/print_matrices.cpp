#include <algorithm>
#include <cctype>
#include <vector>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/joined_terms.hpp>
#include <autodiff/einstein/print_matrices.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// Something without a form in matrices stands in the formula.
struct NoForm {};

/// A text, and whether it needs no bracket as a factor.
struct Text {
  explicit Text(std::string written, bool needs_none = true)
      : text(std::move(written)), is_atom(needs_none) {}

  std::string text;
  bool is_atom;

  std::string in_product() const { return is_atom ? text : "(" + text + ")"; }
};

/// Factors with the same letters, one or two: they are multiplied element by element.
struct Group {
  Indices letters;
  std::vector<Expr> factors;
};

class MatrixPrinter {
 public:
  MatrixPrinter(const Declarations& declarations, Spelling spelling, MatrixNames names, Lying lying)
      : declarations_(declarations), spelling_(spelling), names_(names), lying_(lying) {}

  Text of(const Expr& e, const Indices& letters) const {
    const auto* s = e.as<Sum>();
    if (s == nullptr) return term(e, letters);
    std::vector<std::string> terms;
    for (const Expr& each : s->terms) {
      if (free_indices(each).size() != letters.size()) throw NoForm();  // it would be spread out
      terms.push_back(term(each, letters).text);
    }
    return Text(joined_terms(terms), false);
  }

 private:
  std::string printed(const Expr& e) const {
    return print(e, declarations_, {spelling_, Sums::shown, spelling_ == Spelling::ascii ? 17 : 6});
  }
  static bool has_letters(const Expr& e) { return !all_indices(e).empty(); }
  /// A number as a factor in front of others.
  std::string scale_text(const Expr& scale) const {
    if (spelling_ == Spelling::ascii && has_letters(scale)) throw NoForm();  // sum_p y_p between matrices
    if (scale.as<Sum>() != nullptr) return "(" + printed(scale) + ")";
    if (spelling_ != Spelling::ascii || scale.as<Product>() == nullptr) return printed(scale);
    std::vector<std::string> all;  // side by side, for * is element by element
    for (const Expr& factor : factors_of(scale)) {
      if (factor.as<Power>() != nullptr) return printed(scale);  // 2/m
      all.push_back(factor.as<Sum>() != nullptr ? "(" + printed(factor) + ")" : printed(factor));
    }
    return fmt::format("{}", fmt::join(all, " "));
  }
  /// What a transpose may follow: z^{(1)} of LaTeX cannot have another superscript.
  std::string before_transpose(const Text& text) const {
    const bool has_superscript = spelling_ == Spelling::latex && text.text.find('^') != std::string::npos;
    return text.is_atom && has_superscript ? "(" + text.text + ")" : text.in_product();
  }
  std::string transpose_sign() const {
    return spelling_ == Spelling::unicode ? "ᵀ" : spelling_ == Spelling::latex ? "^\\top" : "^T";
  }
  std::string elementwise_sign() const {
    return spelling_ == Spelling::unicode ? " ⊙ " : spelling_ == Spelling::latex ? " \\odot " : " * ";
  }

  // ---- A product and the sums over it ----

  static void split(const Expr& e, Indices& summed, std::vector<Expr>& scalars, std::vector<Expr>& factors) {
    for (const Expr& factor : factors_of(e)) {
      const auto* r = factor.as<Reduction>();
      const auto* power = factor.as<Power>();
      if (r != nullptr) {
        const auto clashes = [&](const Index& index) { return contains_letter(summed, index); };
        if (r->kind != Over::sum || std::ranges::any_of(r->over, clashes)) throw NoForm();
        summed.insert(summed.end(), r->over.begin(), r->over.end());
        split(r->body, summed, scalars, factors);
      } else if (free_indices(factor).empty()) {
        scalars.push_back(factor);
      } else if (power != nullptr && power->exponent == Number(2)) {
        factors.insert(factors.end(), {power->base, power->base});
      } else {
        factors.push_back(factor);
      }
    }
  }

  Text term(const Expr& e, const Indices& letters) const {
    Indices summed;
    std::vector<Expr> scalars, factors;
    split(e, summed, scalars, factors);
    std::vector<Group> groups;
    for (const Expr& factor : factors) {
      const Indices own = free_indices(factor);
      if (own.size() > 2) throw NoForm();
      const auto found = std::ranges::find(groups, own, &Group::letters);
      if (found != groups.end()) {
        found->factors.push_back(factor);
      } else {
        groups.push_back({own, {factor}});
      }
    }
    std::vector<std::string> pieces;
    const bool is_alone = groups.empty();
    bool is_negative = false;
    if (!scalars.empty()) {
      std::string scale = scale_text(product(scalars));
      is_negative = scale.starts_with('-');
      if (is_negative) scale.erase(0, 1);
      if (scale != "1" || is_alone) pieces.push_back(scale);
    }
    if (!is_alone) chain(std::move(groups), letters, summed, pieces);
    if (is_alone && !letters.empty()) throw NoForm();
    const bool is_atom = pieces.size() == 1 && !is_negative;
    return Text((is_negative ? "-" : "") + fmt::format("{}", fmt::join(pieces, " ")), is_atom);
  }

  static Group take(std::vector<Group>& groups, const Index& letter) {
    const auto has_letter = [&](const Group& group) { return contains(group.letters, letter); };
    if (std::ranges::count_if(groups, has_letter) != 1) throw NoForm();
    const auto found = std::ranges::find_if(groups, has_letter);
    Group group = std::move(*found);
    groups.erase(found);
    return group;
  }

  void chain(std::vector<Group> groups, const Indices& letters, const Indices& summed,
             std::vector<std::string>& pieces) const {
    if (letters.empty()) return scalar(std::move(groups), summed, pieces);
    if (groups.size() == 1 && summed.empty()) {
      if (groups[0].letters.size() != letters.size()) throw NoForm();
      const Text whole = letters.size() == 2       ? matrix(groups[0], letters[0], letters[1])
                         : lying_ == Lying::row    ? row(groups[0])
                         : lying_ == Lying::column ? column(groups[0])
                                                   : vector(groups[0]);
      pieces.push_back(pieces.empty() ? whole.text : whole.in_product());
      return;
    }
    if (letters.size() == 1 && lying_ == Lying::row) throw NoForm();  // it would end with a column
    const bool arrives =
        walk(letters[0], letters.size() == 2 ? &letters[1] : nullptr, groups, summed, pieces);
    if (letters.size() == 2 && !arrives) {  // a column times a row
      const Group group = take(groups, letters[1]);
      if (group.letters.size() != 1) throw NoForm();
      pieces.push_back(row(group).in_product());
    }
    if (!groups.empty()) throw NoForm();
  }

  // uᵀ v, uᵀ A v, or 1ᵀ v
  void scalar(std::vector<Group> groups, const Indices& summed, std::vector<std::string>& pieces) const {
    const auto is_vector = [](const Group& group) { return group.letters.size() == 1; };
    const auto first = std::ranges::find_if(groups, is_vector);
    if (first == groups.end()) throw NoForm();
    Group left = *first;
    groups.erase(first);
    if (groups.empty()) {  // of one letter alone: its last factor stands to the right
      groups.push_back({left.letters, {left.factors.back()}});
      left.factors.pop_back();
    }
    pieces.push_back(left.factors.empty() ? "1" + transpose_sign() : row(left).in_product());
    walk(left.letters[0], nullptr, groups, summed, pieces);
    if (!groups.empty()) throw NoForm();
  }

  /// Goes from letter to letter, a matrix each, until `last`, or until a vector ends it, which is of ones
  /// where nothing follows. Whether it came to `last`.
  bool walk(Index at, const Index* last, std::vector<Group>& groups, const Indices& summed,
            std::vector<std::string>& pieces) const {
    while (true) {
      const Group group = take(groups, at);
      if (group.letters.size() == 1) {
        pieces.push_back(column(group).in_product());
        return false;
      }
      const Index next = group.letters[group.letters[0] == at ? 1 : 0];
      pieces.push_back(matrix(group, at, next).in_product());
      at = next;
      if (last != nullptr && at == *last) return true;
      if (!contains(summed, at) || (groups.empty() && last != nullptr)) throw NoForm();
      if (!groups.empty()) continue;
      pieces.emplace_back("1");
      return false;
    }
  }

  // ---- Element by element ----

  Text vector(const Group& group) const { return elementwise(product(group.factors), group.letters); }
  std::string transpose(const Text& text) const { return before_transpose(text) + transpose_sign(); }
  /// A vector where a row has to stand, and where a column has.
  Text row(const Group& group) const {
    return is_of_rows(product(group.factors)) ? vector(group) : Text(transpose(vector(group)));
  }
  Text column(const Group& group) const {
    return is_of_rows(product(group.factors)) ? Text(transpose(vector(group))) : vector(group);
  }

  /// Whether the tensors of one axis in it are rows, all of them.
  bool is_of_rows(const Expr& e) const {
    std::size_t rows = 0, columns = 0;
    count_vectors(e, rows, columns);
    if (rows > 0 && columns > 0) throw NoForm();
    return rows > 0;
  }
  void count_vectors(const Expr& e, std::size_t& rows, std::size_t& columns) const {
    const auto* d = e.as<Derivative>();
    const auto* s = d != nullptr ? &d->by : e.as<Symbol>();
    if (s != nullptr && s->indices.size() == 1) ++(declarations_.is_row(s->name) ? rows : columns);
    if (d != nullptr) return;
    for (const Expr& part : parts(e)) count_vectors(part, rows, columns);
  }

  /// A group as the matrix whose rows have one letter and whose columns the other.
  Text matrix(const Group& group, const Index& row, const Index& column) const {
    const Expr whole = product(group.factors);
    if (whole.as<Delta>() != nullptr && declarations_.axes_of("I") == nullptr) return Text("I");
    const Indices own = order_in(whole, row, column);
    if (own.empty()) throw NoForm();
    const Text text = elementwise(whole, own);
    if (own[0] == row) return text;
    return Text(transpose(text));
  }

  /// The order in which the first tensor has the two letters.
  static Indices order_in(const Expr& e, const Index& row, const Index& column) {
    const Indices own = own_indices(e);
    if (own.size() == 2 && contains(own, row) && contains(own, column)) return own;
    for (const Expr& part : parts(e)) {
      const Indices found = order_in(part, row, column);
      if (!found.empty()) return found;
    }
    return {};
  }

  Text elementwise(const Expr& e, const Indices& letters) const {
    if (is_summed(e)) return term(e, letters);
    if (free_indices(e).empty()) return Text(printed(e), e.as<Sum>() == nullptr);
    if (e.as<Symbol>() != nullptr || e.as<Derivative>() != nullptr) return tensor(e, letters);
    if (const auto* s = e.as<Sum>()) {
      std::vector<std::string> terms;
      for (const Expr& each : s->terms) {
        const Indices free = free_indices(each);
        if (!free.empty() && free.size() != letters.size()) throw NoForm();
        terms.push_back(elementwise(each, letters).text);
      }
      return Text(joined_terms(terms), false);
    }
    if (const auto* p = e.as<Power>()) {
      if (!(p->exponent == Number(2)) && !(p->exponent == Number(3))) throw NoForm();
      const std::string base = elementwise(p->base, letters).in_product();
      const std::vector<std::string> times(static_cast<std::size_t>(p->exponent.value()), base);
      return Text(fmt::format("{}", fmt::join(times, elementwise_sign())), false);
    }
    if (const auto* f = e.as<Function>(); f != nullptr && f->arguments.size() == 1) {
      const std::string called = printed(function(f->name, {Symbol{"", {}}}, f->prime));
      const std::string name = called.substr(0, called.find(spelling_ == Spelling::latex ? "\\left" : "("));
      return Text(fmt::format("{}({})", name, elementwise(f->arguments[0], letters).text));
    }
    if (e.as<Product>() == nullptr) throw NoForm();
    std::vector<Expr> scalars;
    std::vector<std::string> tensors;
    for (const Expr& factor : factors_of(e)) {
      const Indices free = free_indices(factor);
      if (free.empty()) {
        scalars.push_back(factor);
      } else if (free.size() == letters.size()) {
        const bool is_square = factor.as<Power>() != nullptr;  // a ⊙ a, which needs no bracket here
        const Text text = elementwise(factor, letters);
        tensors.push_back(is_square ? text.text : text.in_product());
      } else {
        throw NoForm();
      }
    }
    const std::string product_text = fmt::format("{}", fmt::join(tensors, elementwise_sign()));
    if (scalars.empty()) return Text(product_text, false);
    const Expr scale = product(scalars);
    if (scale.is_number(-1)) return Text("-" + product_text, false);
    return Text(fmt::format("{} {}", scale_text(scale), product_text), false);
  }

  static bool is_summed(const Expr& e) {
    return std::ranges::any_of(factors_of(e), [](const Expr& factor) {
      return factor.as<Reduction>() != nullptr && !free_indices(factor).empty();
    });
  }

  Text tensor(const Expr& e, const Indices& letters) const {
    const auto* d = e.as<Derivative>();
    const Symbol& symbol = d != nullptr ? d->by : *e.as<Symbol>();
    if (d != nullptr && (d->of.as<Symbol>() == nullptr || !d->of.as<Symbol>()->indices.empty()))
      throw NoForm();
    if (symbol.indices.size() != letters.size()) throw NoForm();
    const Symbol bare{capital(symbol), {}};
    const std::string text = printed(d != nullptr ? derivative(d->of, bare) : Expr(bare));
    if (symbol.indices == letters) return Text(text, d == nullptr);
    if (letters.size() != 2 || !(symbol.indices[0] == letters[1]) || !(symbol.indices[1] == letters[0]))
      throw NoForm();
    return Text(transpose(Text(text, d == nullptr)));
  }

  std::string capital(const Symbol& symbol) const {
    std::string name = symbol.name;
    if (symbol.indices.size() != 2 || names_ == MatrixNames::declared) return name;
    name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    const std::vector<std::string> taken = declarations_.names();
    const bool is_greek = printed(Symbol{symbol.name, {}}) != symbol.name && !symbol.name.ends_with("hat");
    return is_greek || std::ranges::find(taken, name) != taken.end() ? symbol.name : name;
  }

  const Declarations& declarations_;
  Spelling spelling_;
  MatrixNames names_;
  Lying lying_;
};

}  // namespace

std::optional<std::string> print_matrices(const Expr& e, const Indices& letters,
                                          const Declarations& declarations, Spelling spelling,
                                          MatrixNames names, Lying lying) {
  if (letters.size() > 2) return {};
  try {
    return MatrixPrinter(declarations, spelling, names, lying).of(e, letters).text;
  } catch (const NoForm&) {
    return {};
  }
}

}  // namespace eingrad::einstein
