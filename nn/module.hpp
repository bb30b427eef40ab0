#pragma once
#include <concepts>
#include <functional>
#include <iosfwd>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <autodiff/hooks.hpp>
#include <autodiff/storage/storage.hpp>
#include <nn/parameter.hpp>

namespace eingrad::nn {

class Module;

/// What goes through the named parts of a module.
class MemberVisitor {
 public:
  virtual void parameter(std::string_view name, Parameter& parameter) = 0;
  virtual void buffer(std::string_view name, Buffer& buffer) = 0;
  virtual void module(std::string_view name, Module& module) = 0;

  /// Visits the members of a module whose names stand in `names`, with commas between them. value_error if
  /// there is another one.
  template <class Whole, class... Members>
  void all(const Whole& module, Location at, std::string_view names, Members&... members) {
    std::string_view rest = names;
    detail::check_all_are_named(module, {names, &module, sizeof(Whole)},
                                {{next_name(rest), &members, sizeof(Members)}...}, at);
    (visit(next_name(names), members, at), ...);
  }

  /// Visits a part that is a module. value_error if it has parts, and its class does not name them.
  template <class Part>
  void part(std::string_view name, Part& part, Location at = {}) {
    using Class = typename decltype(class_that_names(part))::type;
    if constexpr (!std::same_as<Class, Part>) {
      const Class& named = part;
      detail::check_names_its_parts(part, {name, &part, sizeof(Part)}, {"", &named, sizeof(Class)}, at);
    }
    module(name, part);
  }

 protected:
  ~MemberVisitor() = default;

 private:
  static std::string_view next_name(std::string_view& names);

  /// The class in which EINGRAD_MEMBERS stands: the part's, a base of it, or Module if it stands in none.
  template <class Part>
  static auto class_that_names(const Part&) {
    if constexpr (requires { class_of(&Part::members); }) {
      return decltype(class_of(&Part::members))();
    } else {
      return std::type_identity<Part>();  // which shows them in a manner of its own
    }
  }
  template <class Class>
  static std::type_identity<Class> class_of(void (Class::*)(MemberVisitor&));

  template <class Member>
  void visit(std::string_view name, Member& member, Location at) {
    constexpr bool is_part = std::derived_from<Member, Module> || std::derived_from<Member, Parameter> ||
                             std::derived_from<Member, Buffer>;
    static_assert(!std::same_as<Member, Tensor>,
                  "EINGRAD_MEMBERS takes no plain Tensor: make it an nn::Parameter, which is trained, or an "
                  "nn::Buffer, which is only saved");
    static_assert(is_part || !std::ranges::range<Member>,
                  "EINGRAD_MEMBERS takes no container but nn::ModuleList<nn::Linear> and nn::Sequential, "
                  "whose parts have names");
    static_assert(is_part || std::same_as<Member, Tensor> || std::ranges::range<Member>,
                  "EINGRAD_MEMBERS names modules, parameters and buffers; other members are left out");
    if constexpr (std::derived_from<Member, Module>) {
      part(name, member, at);
    } else if constexpr (std::derived_from<Member, Parameter>) {
      parameter(name, member);
    } else if constexpr (is_part) {
      buffer(name, member);
    }
  }
};

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
using eingrad::StateDict;

/// What layers and models have in common. A model is a struct with layers and parameters as members, a
/// forward of its own, and one line that names the parts:
///
///   struct Net : nn::Module {
///     nn::Linear hidden{784, 128}, out{128, 10};
///     Tensor forward(const Tensor& x) const { return out(relu(hidden(x))); }
///     Tensor operator()(const Tensor& x) const { return hooked(x, forward(x)); }
///     EINGRAD_MEMBERS(hidden, out)
///   };
///
/// One that is not named would be neither trained nor saved, so whatever goes through the parts,
/// parameters() for one, refuses a module that has a member of these kinds besides, and a part whose class
/// lacks the line. A model is a value: a copy has parameters of its own, and assignment writes into those
/// that are there.
class Module : private detail::NotedMember {
 public:
  virtual ~Module() = default;

  /// Handles on all parameters, in the order of declaration: what an optimizer takes.
  std::vector<Tensor> parameters() const;
  /// The same with names such as "hidden.weight".
  NamedTensors named_parameters() const;
  /// The buffers in the same manner.
  NamedTensors named_buffers() const;

  /// Copies of the values of parameters and buffers by name.
  StateDict state_dict(Location at = Location::current()) const;
  /// Writes the values into parameters and buffers. value_error if a name is missing or unknown, shape_error
  /// if a shape differs; nothing has changed then.
  void load_state_dict(const StateDict& state, Location at = Location::current());

  void zero_grad() const;
  /// Whether the parameters require a gradient: false freezes them.
  void requires_grad_(bool on = true) const;
  /// Parameters and floating-point buffers in another dtype. They are other tensors then: before an optimizer
  /// is made.
  void to(Dtype dtype);
  /// Calls f with every part of the module, and with itself at last.
  void apply(const std::function<void(Module& part)>& f);
  /// How many numbers there are in all parameters, or in those that require a gradient.
  std::int64_t parameter_count(bool trainable_only = false) const;

  /// Training or evaluation, for this module and all its parts.
  void train(bool on = true);
  void eval() { train(false); }
  bool is_training() const noexcept { return training_; }

  /// Sees a module, its first argument and its result, and returns another result to go on with, or an
  /// undefined tensor to leave it.
  using ForwardHook = std::function<Tensor(const Module& module, const Tensor& x, const Tensor& y)>;
  /// Calls `hook` whenever the module is called, `model(x)`, but not by model.forward(x). A copy of the
  /// module has no hooks.
  HookHandle register_forward_hook(ForwardHook hook) { return add_hook(hooks_.list, std::move(hook)); }
  /// The result y of forward(x) after the hooks: what operator() returns.
  Tensor hooked(const Operand& x, Tensor y) const {
    return hooks_.list == nullptr ? y : call_hooks(x.tensor(), std::move(y));
  }

  // Hidden in a class that has its own. The compiler shows this line where there is none:
  void operator()(const auto&...) const = delete;  // forward(x), or define it with hooked(x, forward(x))

  /// What stands behind the name when the module is printed, such as "in_features=1, out_features=1".
  virtual std::string extra_text() const { return {}; }
  /// The class' name without its namespace.
  std::string name() const;

 protected:
  Module() = default;
  Module(const Module&) = default;
  Module(Module&&) = default;
  Module& operator=(const Module&) = default;
  Module& operator=(Module&&) = default;

 private:
  friend MemberVisitor;
  friend void visit_members(Module& module, MemberVisitor& visitor);
  friend const void* detail::first_unnamed(const Module& module, detail::NamedBytes all,
                                           std::initializer_list<detail::NamedBytes> named);
  /// Shows the parts to a visitor; EINGRAD_MEMBERS writes it.
  virtual void members(MemberVisitor&) {}

  Tensor call_hooks(const Tensor& x, Tensor y) const;

  /// They watch one module, so they are not copied with its value.
  struct Hooks {
    std::shared_ptr<HookList<ForwardHook>> list{};
    Hooks() = default;
    Hooks(const Hooks&) {}
    Hooks(Hooks&&) = default;
    Hooks& operator=(const Hooks&) { return *this; }
    Hooks& operator=(Hooks&& other) noexcept {
      if (other.list != nullptr) list = std::move(other.list);  // a new value leaves the old one's watched
      return *this;
    }
    ~Hooks() = default;
  };

  bool training_ = true;
  Hooks hooks_{};
};

/// Shows a module's own parts, not theirs, to a visitor.
void visit_members(Module& module, MemberVisitor& visitor);

/// A table of all parameters and buffers with their shapes and how many numbers each has, and the sums.
std::string summary(const Module& module);

/// The leaves that require a gradient and had a part in `output`, but are none of the module's parameters:
/// plain tensors, and what stands in containers. A test of a model of one's own checks that there are none.
/// graph_error if a backward pass has freed the graph of the output.
std::vector<Tensor> undeclared_parameters(const Module& module, const Tensor& output);

/// The module and its parts, indented, as PyTorch prints them.
std::ostream& operator<<(std::ostream& out, const Module& module);

}  // namespace eingrad::nn

/// Names the parts of a module: all of its members that are modules, parameters or buffers.
#define EINGRAD_MEMBERS(...)                                                       \
 private:                                                                          \
  friend ::eingrad::nn::MemberVisitor;                                             \
  void members(::eingrad::nn::MemberVisitor& visitor) override {                   \
    visitor.all(*this, ::eingrad::Location::current(), #__VA_ARGS__, __VA_ARGS__); \
  }                                                                                \
                                                                                   \
 public:
