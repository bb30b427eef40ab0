#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <autodiff/error.hpp>
#include <autodiff/explain/axes.hpp>
#include <autodiff/explain/naming.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

using Kind = Vertex::Kind;
using Role = Vertex::Role;

bool is_identifier(const std::string& name) {
  const auto is_fit = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
         std::ranges::all_of(name, is_fit);
}

/// "encoder.0.weight" is w with the number of its module among those that have parameters.
std::string of_module(const std::string& path, std::vector<std::string>& modules) {
  const std::size_t dot = path.rfind('.');
  const std::string module = path.substr(0, dot), own = path.substr(dot + 1);
  if (std::ranges::find(modules, module) == modules.end()) modules.push_back(module);
  const auto number = std::ranges::find(modules, module) - modules.begin() + 1;
  return fmt::format("{}{}", own == "weight" ? "w" : own == "bias" ? "b" : own, number);
}

}  // namespace

std::vector<GivenName> given_names(const Names& names) {
  std::vector<GivenName> given;
  std::vector<std::string> modules;
  std::set<std::string> seen;
  for (const auto& [text, tensor] : names) {
    GivenName one{text, {}, {}, tensor};
    if (text.find('[') != std::string::npos) {
      const Declarations read = Declarations::parse(text);
      one.name = read.names().front();
      one.letters = *read.axes_of(one.name);
      one.assumptions = read.assumptions_of(one.name);
    } else if (text.find('.') != std::string::npos) {
      one.name = of_module(text, modules);
    }
    const bool is_taken = one.name == "delta" || seen.contains(one.name);  // δ_ij is Kronecker's
    if (!is_identifier(one.name) || is_taken) {
      throw Report("explain", fmt::format("\"{}\" cannot be a name in formulas{}", text,
                                          is_taken ? ", for it is taken" : ""))
          .hint("letters, digits and _, such as w or X[n,i], once each")
          .as<value_error>();
    }
    seen.insert(one.name);
    const auto is_it = [&](const GivenName& other) { return other.tensor.get() == one.tensor.get(); };
    if (const auto same = std::ranges::find_if(given, is_it); same != given.end()) {
      throw Report("explain", fmt::format("{} and {} are the same tensor", same->name, one.name))
          .operand(one.name, tensor)
          .hint("one name for it")
          .as<value_error>();
    }
    given.push_back(std::move(one));
  }
  return given;
}

namespace {

class Naming {
 public:
  Naming(const Vertices& vertices, const std::vector<GivenName>& given)
      : vertices_(vertices), list_(vertices.list()), names_(list_.size()), consumers_(list_.size()) {
    for (const GivenName& each : given) {
      if (const std::size_t* place = vertices.find(each.tensor)) names_[*place] = each.name;
      taken_.insert(each.name);
    }
    find_consumers();
    find_demands();
  }

  std::vector<std::string> names() {
    std::vector<std::size_t> chosen;
    std::vector<bool> is_chosen(list_.size());
    holds_sum_.resize(list_.size());
    for (std::size_t v = 0; v < list_.size(); ++v) {
      if (consumers_[v].empty() && v != vertices_.output()) {
        names_[v].clear();
        continue;
      }
      holds_sum_[v] = is_sum(v) || std::ranges::any_of(list_[v].operands, [&](std::size_t operand) {
                        return names_[operand].empty() && !is_chosen[operand] && holds_sum_[operand];
                      });
      if (!names_[v].empty() || !wants_name(v)) continue;
      chosen.push_back(v);
      is_chosen[v] = true;
    }
    std::map<std::string, std::size_t> counts, used;
    for (const std::size_t v : chosen) ++counts[base(v)];
    for (const std::size_t v : chosen) {
      const std::string of_base = base(v);
      std::string name = of_base;
      std::size_t& number = used[of_base];
      if (counts[of_base] > 1) name = fmt::format("{}{}", of_base, ++number);
      while (taken_.contains(name)) name = fmt::format("{}{}", of_base, ++number);
      taken_.insert(name);
      names_[v] = name;
    }
    return names_;
  }

 private:
  void find_consumers() {
    std::vector<std::size_t> open{vertices_.output()};
    std::set<std::size_t> seen;
    while (!open.empty()) {
      const std::size_t v = open.back();
      open.pop_back();
      if (!seen.insert(v).second) continue;
      for (const std::size_t operand : list_[v].operands) {
        consumers_[operand].push_back(v);
        open.push_back(operand);
      }
    }
  }

  // How much a vertex is asked to stand for itself by who uses it: 2 in any case, 1 if its formula is long.
  void find_demands() {
    demands_.resize(list_.size());
    for (std::size_t v = list_.size(); v-- > 0;) {
      const Vertex& y = list_[v];
      int own = y.is_argument ? 2 : 0;
      for (const std::size_t consumer : consumers_[v]) {
        const Vertex& of = list_[consumer];
        const bool is_product = of.kind == Kind::contraction && of.operands.size() == 2;
        const bool is_labelled = is_product && list_[of.operands[0]].is_one_hot;
        if (of.kind == Kind::opaque || (is_product && !is_labelled)) own = 2;
        if (of.kind == Kind::softmax || of.kind == Kind::logsumexp || of.kind == Kind::largest ||
            is_function(of))
          own = std::max(own, 1);
        if (is_light(of)) own = std::max(own, demands_[consumer]);
      }
      demands_[v] = own;
    }
  }

  bool wants_name(std::size_t v) const {
    const Vertex& y = list_[v];
    const auto is_opaque = [&](std::size_t consumer) { return list_[consumer].kind == Kind::opaque; };
    const bool is_needed = v == vertices_.output() || std::ranges::any_of(consumers_[v], is_opaque);
    if (y.kind == Kind::number)
      return v == vertices_.output() || y.role == Role::target;  // of a batch of one
    if ((is_light(y) || y.is_complement) && !is_needed) return false;
    if (y.kind == Kind::given || y.kind == Kind::opaque || y.kind == Kind::softmax) return true;
    if (is_needed || consumers_[v].size() > 1 || demands_[v] == 2) return true;
    const auto spreads = [&](std::size_t consumer) {
      return long_axes(list_[consumer].value.shape()).size() > long_axes(y.value.shape()).size();
    };
    if (holds_sum_[v] && std::ranges::any_of(consumers_[v], spreads)) return true;
    return demands_[v] == 1 && holds_sum_[v];
  }

  std::string base(std::size_t v) const {
    const Vertex& y = list_[v];
    const auto is_added = [&](std::size_t consumer) { return list_[consumer].is("add"); };
    if (y.kind == Kind::given || y.kind == Kind::number) {
      if (y.is_one_hot || y.role == Role::target || weighs_a_logarithm(v)) return "y";
      if (y.value.requires_grad()) return std::ranges::any_of(consumers_[v], is_added) ? "b" : "w";
      return y.value.dtype() == boolean ? "mask" : "x";
    }
    if (v == vertices_.output()) return "L";
    if (y.role == Role::prediction) return "yhat";
    if (y.kind == Kind::softmax) return "sigma";
    if (y.kind == Kind::opaque) return "u";
    if (is_function(y)) return "a";
    return is_sum(v) && y.operands.size() < 2 ? "s" : holds_sum_[v] ? "z" : "u";
  }

  /// Whether it is data that stands beside a logarithm, as probabilities do in a cross-entropy.
  bool weighs_a_logarithm(std::size_t v) const {
    const auto is_logarithm = [&](std::size_t operand) {
      while (is_light(list_[operand])) operand = list_[operand].operands[0];
      return list_[operand].is("log");
    };
    return !list_[v].value.requires_grad() && std::ranges::any_of(consumers_[v], [&](std::size_t consumer) {
      return list_[consumer].is("mul") && std::ranges::any_of(list_[consumer].operands, is_logarithm);
    });
  }

  /// Something that a name would not make clearer: other axes, another sign, another unit.
  bool is_light(const Vertex& y) const {
    const auto is_number = [&](std::size_t operand) { return list_[operand].kind == Kind::number; };
    if (y.kind == Kind::same || y.is("neg")) return true;
    if (y.kind == Kind::contraction) return y.operands.size() == 1 && !sums(y);
    return (y.is("mul") || y.is("div")) && std::ranges::any_of(y.operands, is_number);
  }

  static bool is_function(const Vertex& y) {
    static constexpr std::string_view arithmetic[] = {"add",    "sub",   "mul",  "div",   "neg",
                                                      "square", "power", "sqrt", "rsqrt", "reciprocal"};
    return y.kind == Kind::elementwise && std::ranges::find(arithmetic, y.operation) == std::end(arithmetic);
  }

  bool sums(const Vertex& y) const {
    const auto sums_away = [&](const std::string& letters, const Tensor& operand) {
      for (const std::size_t axis : long_axes(operand.shape())) {
        if (y.letters.out.find(letters[axis]) == std::string::npos) return true;
      }
      return false;
    };
    return sums_away(y.letters.a, list_[y.operands[0]].value) ||
           (y.operands.size() == 2 && sums_away(y.letters.b, list_[y.operands[1]].value));
  }
  bool is_sum(std::size_t v) const {
    const Vertex& y = list_[v];
    return y.kind == Kind::logsumexp || y.kind == Kind::largest || (y.kind == Kind::contraction && sums(y));
  }

  const Vertices& vertices_;
  const std::vector<Vertex>& list_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::size_t>> consumers_;
  std::vector<int> demands_;
  std::vector<bool> holds_sum_;
  std::set<std::string> taken_;
};

}  // namespace

std::vector<std::string> names_of(const Vertices& vertices, const std::vector<GivenName>& given) {
  return Naming(vertices, given).names();
}

}  // namespace eingrad::einstein
