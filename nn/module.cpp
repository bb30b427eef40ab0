#include <cstdlib>
#include <memory>
#include <ostream>
#include <typeinfo>

#include <autodiff/grad_mode.hpp>
#include <nn/module.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

namespace eingrad::nn {

void visit_members(Module& module, MemberVisitor& visitor) { module.members(visitor); }

std::string_view MemberVisitor::next_name(std::string_view& names) {
  const std::size_t comma = names.find(',');
  std::string_view name = names.substr(0, comma);
  names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
  name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
  return name.substr(0, name.find_last_not_of(' ') + 1);
}

namespace {

/// Collects parameters with their full names, and hands every module to `each_module`.
template <class EachModule>
class Walk final : public MemberVisitor {
 public:
  explicit Walk(EachModule each_module) : each_module_(each_module) {}

  void parameter(std::string_view name, Parameter& parameter) override {
    if (parameter.defined()) found.emplace_back(prefix_ + std::string(name), parameter);
  }
  void module(std::string_view name, Module& module) override {
    const std::string outer = prefix_;
    prefix_ += std::string(name) + ".";
    each_module_(module);
    visit_members(module, *this);
    prefix_ = outer;
  }

  NamedParameters found;

 private:
  EachModule each_module_;
  std::string prefix_;
};

class Printer final : public MemberVisitor {
 public:
  Printer(std::ostream& out, std::size_t depth) : out_(out), depth_(depth) {}

  void parameter(std::string_view, Parameter&) override {}
  void module(std::string_view name, Module& module) override {
    if (!any_) out_ << "(\n";
    any_ = true;
    out_ << std::string(2 * depth_, ' ') << "(" << name << "): ";
    print(module, out_, depth_);
    out_ << "\n";
  }

  static void print(Module& module, std::ostream& out, std::size_t depth) {
    out << module.name();
    Printer parts(out, depth + 1);
    visit_members(module, parts);
    out << (parts.any_ ? std::string(2 * depth, ' ') + ")" : "(" + module.extra_text() + ")");
  }

 private:
  std::ostream& out_;
  std::size_t depth_;
  bool any_ = false;
};

// Visiting changes nothing by itself, so that a const module may be asked for its parts.
Module& visitable(const Module& module) { return const_cast<Module&>(module); }

}  // namespace

NamedParameters Module::named_parameters() const {
  Walk walk([](Module&) {});
  visit_members(visitable(*this), walk);
  return walk.found;
}

std::vector<Tensor> Module::parameters() const {
  std::vector<Tensor> list;
  for (auto& [name, parameter] : named_parameters()) list.push_back(parameter);
  return list;
}

StateDict Module::state_dict() const {
  StateDict state;
  for (auto& [name, parameter] : named_parameters()) state.emplace(name, parameter.detach());
  return state;
}

void Module::load_state_dict(const StateDict& state) {
  NamedParameters own = named_parameters();
  std::string unknown;
  for (const auto& [name, values] : state) {
    if (std::ranges::find(own, name, &NamedParameters::value_type::first) == own.end()) unknown += " " + name;
  }
  std::string missing;
  for (const auto& [name, parameter] : own) {
    const auto found = state.find(name);
    if (found == state.end()) {
      missing += " " + name;
    } else if (found->second.shape() != parameter.shape()) {
      throw Report("load_state_dict", fmt::format("{} has another shape", name))
          .operand("own", parameter)
          .operand("given", found->second)
          .as<shape_error>();
    }
  }
  if (!unknown.empty() || !missing.empty()) {
    throw Report("load_state_dict", "the names are not those of the parameters")
        .line("lacks", missing.empty() ? " nothing" : missing)
        .line("knows", unknown.empty() ? "no further name" : "nothing of" + unknown)
        .hint("a state_dict of the same model")
        .as<value_error>();
  }
  const no_grad guard;
  for (auto& [name, parameter] : own) parameter.copy_(state.at(name));
}

void Module::zero_grad() const {
  for (const Tensor& parameter : parameters()) parameter.zero_grad();
}

void Module::requires_grad_(bool on) const {
  for (const Tensor& parameter : parameters()) parameter.requires_grad_(on);
}

void Module::train(bool on) {
  training_ = on;
  Walk walk([on](Module& part) { part.training_ = on; });
  visit_members(*this, walk);
}

std::string Module::name() const {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(typeid(*this).name(), nullptr, nullptr, &status), &std::free);
  std::string full = status == 0 ? text.get() : typeid(*this).name();
  const std::size_t colon = full.rfind("::");
  return colon == std::string::npos ? full : full.substr(colon + 2);
}

std::ostream& operator<<(std::ostream& out, const Module& module) {
  Printer::print(visitable(module), out, 0);
  return out;
}

}  // namespace eingrad::nn
