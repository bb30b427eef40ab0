#include <algorithm>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <set>
#include <typeinfo>

#include <autodiff/grad_mode.hpp>
#include <autodiff/rule.hpp>
#include <nn/module.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

namespace eingrad::nn {

void visit_members(Module& module, MemberVisitor& visitor) { module.members(visitor); }

Tensor Module::call_hooks(const Tensor& x, Tensor y) const {
  const HookList<ForwardHook> hooks = *hooks_.list;
  for (const auto& hook : hooks) {
    if (Tensor other = (*hook)(*this, x, y); other.defined()) y = std::move(other);
  }
  return y;
}

std::string_view MemberVisitor::next_name(std::string_view& names) {
  const std::size_t comma = names.find(',');
  std::string_view name = names.substr(0, comma);
  names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
  name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
  return name.substr(0, name.find_last_not_of(' ') + 1);
}

namespace {

/// What is found on a walk through all parts, with full names.
struct Walk final : MemberVisitor {
  std::function<void(const std::string& name, Parameter& parameter)> each_parameter = [](auto&, auto&) {};
  std::function<void(const std::string& name, Buffer& buffer)> each_buffer = [](auto&, auto&) {};
  std::function<void(Module& part)> each_module = [](auto&) {};  ///< after its own parts

  void parameter(std::string_view name, Parameter& parameter) override {
    if (parameter.defined()) each_parameter(prefix_ + std::string(name), parameter);
  }
  void buffer(std::string_view name, Buffer& buffer) override {
    if (buffer.defined()) each_buffer(prefix_ + std::string(name), buffer);
  }
  void module(std::string_view name, Module& module) override {
    const std::string outer = prefix_;
    prefix_ += std::string(name) + ".";
    visit_members(module, *this);
    prefix_ = outer;
    each_module(module);
  }

 private:
  std::string prefix_;
};

class Printer final : public MemberVisitor {
 public:
  Printer(std::ostream& out, std::size_t depth) : out_(out), depth_(depth) {}

  void parameter(std::string_view, Parameter&) override {}
  void buffer(std::string_view, Buffer&) override {}
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

/// Parameters and buffers: what is saved.
NamedTensors saved_of(const Module& module) {
  NamedTensors all = module.named_parameters();
  for (auto& each : module.named_buffers()) all.push_back(std::move(each));
  return all;
}

}  // namespace

NamedTensors Module::named_parameters() const {
  NamedTensors found;
  Walk walk;
  walk.each_parameter = [&](const std::string& name, Parameter& each) { found.emplace_back(name, each); };
  visit_members(visitable(*this), walk);
  return found;
}

NamedTensors Module::named_buffers() const {
  NamedTensors found;
  Walk walk;
  walk.each_buffer = [&](const std::string& name, Buffer& each) { found.emplace_back(name, each); };
  visit_members(visitable(*this), walk);
  return found;
}

std::vector<Tensor> Module::parameters() const {
  std::vector<Tensor> list;
  for (auto& [name, parameter] : named_parameters()) list.push_back(parameter);
  return list;
}

StateDict Module::state_dict(Location at) const {
  StateDict state;
  for (auto& [name, values] : saved_of(*this)) state.emplace(name, values.detach(at));
  return state;
}

void Module::load_state_dict(const StateDict& state, Location at) {
  NamedTensors own = saved_of(*this);
  std::string unknown;
  for (const auto& [name, values] : state) {
    if (std::ranges::find(own, name, &NamedTensors::value_type::first) == own.end()) unknown += " " + name;
  }
  std::string missing;
  for (const auto& [name, parameter] : own) {
    const auto found = state.find(name);
    if (found == state.end()) {
      missing += " " + name;
    } else if (found->second.shape() != parameter.shape()) {
      throw Report("load_state_dict", fmt::format("{} has another shape", name), at)
          .operand("own", parameter)
          .operand("given", found->second)
          .hint("a state_dict of a model of the same sizes")
          .as<shape_error>();
    }
  }
  if (!unknown.empty() || !missing.empty()) {
    throw Report("load_state_dict", "the names are not those of the parameters and buffers", at)
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
  apply([on](Module& part) { part.training_ = on; });
}

void Module::apply(const std::function<void(Module& part)>& f) {
  Walk walk;
  walk.each_module = f;
  visit_members(*this, walk);
  f(*this);
}

void Module::to(Dtype dtype) {
  Walk walk;
  walk.each_parameter = [&](const std::string&, Parameter& each) {
    const bool trained = each.requires_grad();
    static_cast<Tensor&>(each) = each.detach().to(dtype).requires_grad_(trained);
  };
  walk.each_buffer = [&](const std::string&, Buffer& each) {
    if (is_floating(each.dtype())) static_cast<Tensor&>(each) = each.to(dtype);
  };
  visit_members(*this, walk);
}

std::int64_t Module::parameter_count(bool trainable_only) const {
  std::int64_t count = 0;
  for (const Tensor& parameter : parameters()) {
    if (!trainable_only || parameter.requires_grad()) count += parameter.numel();
  }
  return count;
}

std::string Module::name() const {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(typeid(*this).name(), nullptr, nullptr, &status), &std::free);
  std::string full = status == 0 ? text.get() : typeid(*this).name();
  full = full.substr(0, full.find('<'));
  const std::size_t colon = full.rfind("::");
  return colon == std::string::npos ? full : full.substr(colon + 2);
}

std::string summary(const Module& module) {
  const NamedTensors parameters = module.named_parameters(), buffers = module.named_buffers();
  std::size_t names = module.name().size(), shapes = 5;
  for (const auto* list : {&parameters, &buffers}) {
    for (const auto& [name, values] : *list) {
      names = std::max(names, name.size());
      shapes = std::max(shapes, to_string(values.shape()).size());
    }
  }
  const auto line = [&](const std::string& name, const std::string& shape, const auto& count,
                        std::string_view note) {
    return fmt::format("{:<{}}  {:<{}}  {:>10}{}\n", name, names, shape, shapes, count, note);
  };
  std::string text = line(module.name(), "shape", "parameters", "");
  for (const auto& [name, values] : parameters)
    text +=
        line(name, to_string(values.shape()), values.numel(), values.requires_grad() ? "" : "  not trained");
  for (const auto& [name, values] : buffers)
    text += line(name, to_string(values.shape()), values.numel(), "  buffer");
  const std::int64_t all = module.parameter_count(), trained = module.parameter_count(true);
  return text + line("in all", "", all, trained == all ? "" : fmt::format(", {} of them trained", trained));
}

std::vector<Tensor> undeclared_parameters(const Module& module, const Tensor& output) {
  const std::vector<Tensor> declared = module.parameters();
  std::vector<Tensor> found;
  std::vector<Tensor> open{output};
  std::set<const Node*> seen{output.get()};
  while (!open.empty()) {
    const Tensor y = std::move(open.back());
    open.pop_back();
    const bool known = std::ranges::any_of(declared, [&](const Tensor& each) { return each.is(y); });
    if (y.is_leaf() && y.requires_grad() && !known) found.push_back(y);
    if (y.node().freed) {
      throw Report("undeclared_parameters", "a backward pass has freed the graph of the output",
                   y.node().location())
          .hint("ask before backward, or of a new output")
          .as<graph_error>();
    }
    for (std::size_t i = 0; i < y.node().operand_count; ++i) {
      if (y.node().is_number(i)) continue;
      Tensor operand = operand_of(y.node(), i);
      if (seen.insert(operand.get()).second) open.push_back(std::move(operand));
    }
  }
  return found;
}

std::ostream& operator<<(std::ostream& out, const Module& module) {
  Printer::print(visitable(module), out, 0);
  return out;
}

}  // namespace eingrad::nn
