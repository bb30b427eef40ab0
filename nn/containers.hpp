#pragma once
#include <memory>
#include <vector>

#include <autodiff/indexing/reshape.hpp>
#include <nn/module.hpp>

namespace eingrad::nn {

/// Modules one after the other. A value: a copy has parts of its own. In braces the parts are made in this
/// order, and draw their numbers so; in parentheses a compiler may make the last one first.
///   nn::Sequential model{nn::Linear(784, 128), nn::ReLU(), nn::Linear(128, 10)};
class Sequential : public Module {
 public:
  Sequential() = default;
  template <class... Parts>
  requires(std::derived_from<Parts, Module>&&...) && (sizeof...(Parts) > 0) &&
      (!(sizeof...(Parts) == 1 &&
         (std::same_as<Parts, Sequential> && ...))) explicit Sequential(Parts... parts) {
    (push_back(std::move(parts)), ...);
  }
  Sequential(const Sequential& other);
  Sequential(Sequential&&) = default;
  /// Writes into the parts that are there if they are of the same kinds and shapes, else takes copies.
  Sequential& operator=(const Sequential& other);
  Sequential& operator=(Sequential&& other) { return *this = static_cast<const Sequential&>(other); }

  template <class Part>
  requires std::derived_from<Part, Module>
  void push_back(Part part) { parts_.push_back(std::make_unique<Holder<Part>>(std::move(part))); }

  Tensor forward(const Operand& x) const;
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }

  std::size_t size() const { return parts_.size(); }
  Module& operator[](std::size_t i) { return parts_.at(i)->module(); }

 private:
  struct Any {
    virtual ~Any() = default;
    virtual Tensor forward(const Operand& x) const = 0;
    virtual Module& module() = 0;
    virtual void show(std::string_view name, MemberVisitor& visitor) = 0;
    virtual std::unique_ptr<Any> copy() const = 0;
    /// Whether the other one is of this kind, and then writes its values.
    virtual bool assign(const Any& other) = 0;
  };
  template <class Part>
  struct Holder final : Any {
    Part part;
    explicit Holder(Part given) : part(std::move(given)) {}
    Tensor forward(const Operand& x) const override {
      const Module& any = part;
      if constexpr (requires { part.forward(x); }) {
        return any.hooked(x, part.forward(x));
      } else {
        return any.hooked(x, part.forward(x.tensor()));
      }
    }
    Module& module() override { return part; }
    void show(std::string_view name, MemberVisitor& visitor) override { visitor.part(name, part); }
    std::unique_ptr<Any> copy() const override { return std::make_unique<Holder>(part); }
    bool assign(const Any& other) override {
      const auto* same = dynamic_cast<const Holder*>(&other);
      if (same == nullptr || !have_same_shapes(part, same->part)) return false;
      part = same->part;
      return true;
    }
  };

  void members(MemberVisitor& visitor) override;
  static bool have_same_shapes(const Module& a, const Module& b);

  std::vector<std::unique_ptr<Any>> parts_;
};

/// Modules of one kind, for a forward that goes through them by itself.
template <class Part>
class ModuleList : public Module, public std::vector<Part> {
 public:
  using std::vector<Part>::vector;

 private:
  void members(MemberVisitor& visitor) override {
    for (std::size_t i = 0; i < this->size(); ++i) visitor.part(std::to_string(i), (*this)[i]);
  }
};

/// y = x
class Identity : public Module {
 public:
  Tensor forward(const Operand& x) const { return x.tensor("the input", "Identity"); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
};

/// Axes first to last made one; by itself all but the axis of samples.
class Flatten : public Module {
 public:
  explicit Flatten(std::int64_t first = 1, std::int64_t last = -1) : first_(first), last_(last) {}
  Tensor forward(const Operand& x) const { return flatten(x, first_, last_); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }

 private:
  std::int64_t first_, last_;
};

}  // namespace eingrad::nn
