#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <autodiff/grad_mode.hpp>
#include <autodiff/replay/perform.hpp>
#include <autodiff/storage/storage.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad::optim {

/// What changes parameters along their gradients. A schedule holds on to one, so it is not copied.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// Forgets the gradients.
  virtual void zero_grad() const = 0;

  virtual std::size_t group_count() const = 0;
  /// The learning rate of a group, changed by schedules. value_error unless it is finite and 0 or more.
  virtual double lr(std::size_t group = 0) const = 0;
  virtual void set_lr(double lr, std::size_t group, Location at = Location::current()) = 0;
  void set_lr(double lr, Location at = Location::current());
  /// How much of the last step a group keeps: SGD's momentum, Adam's first β; null if it has none.
  virtual double* momentum(std::size_t group) = 0;

  /// What it remembers between steps, and its learning rates; the other options are its maker's to know.
  StateDict state_dict() const;
  /// Goes on from such a state. value_error if it is not of an optimizer like this one, shape_error if it is
  /// not of such parameters; nothing has changed then.
  void load_state_dict(const StateDict& state, Location at = Location::current());

 protected:
  Optimizer() = default;

  /// Sees what is remembered for each parameter, by name: tensors, undefined ones too, and counts.
  struct StateVisitor {
    std::function<void(const std::string& name, Tensor& values, const Tensor& parameter)> tensor;
    std::function<void(const std::string& name, std::int64_t& count)> count;
  };
  virtual void visit_state(const StateVisitor& visitor) = 0;
};

namespace detail {

void check_parameters(const char* optimizer, const std::vector<Tensor>& parameters, Location at);
void check_not_empty(const char* optimizer, bool empty, Location at);
[[noreturn]] void throw_no_gradient(const char* optimizer, Location at);
/// value_error unless the value is finite and low <= value, and value < high if high is given.
void check_option(const char* optimizer, const char* option, double value, Location at, double low = 0,
                  double high = 0);

}  // namespace detail

/// An optimizer that treats each parameter by itself: `Options` are a group's, `State` is what it remembers
/// of a parameter, and update() is its formula.
template <class Options, class State>
class PerParameter : public Optimizer {
 public:
  struct Group {
    std::vector<Tensor> parameters;
    Options options;
  };

  /// Updates every parameter that has a gradient, in place. graph_error if none has one.
  void step(Location at = Location::current()) {
    replay::perform_with_settings(name_, [this, at] { update_all(at); });
  }

  void zero_grad() const final {
    for (const Group& group : groups_) {
      for (const Tensor& parameter : group.parameters) parameter.zero_grad();
    }
  }

  const Options& options(std::size_t group = 0) const { return groups_.at(group).options; }
  std::size_t group_count() const final { return groups_.size(); }
  double lr(std::size_t group = 0) const final { return options(group).lr; }
  using Optimizer::set_lr;
  void set_lr(double lr, std::size_t group, Location at = Location::current()) final {
    detail::check_option(name_, "lr", lr, at);
    groups_.at(group).options.lr = lr;
  }
  double* momentum(std::size_t group) final {
    Options& options = groups_.at(group).options;
    if constexpr (requires { options.momentum; }) {
      return &options.momentum;
    } else if constexpr (requires { options.betas; }) {
      return &options.betas[0];
    } else {
      return nullptr;
    }
  }

 protected:
  PerParameter(const char* name, std::vector<Group> groups, void (*check)(const Options&, Location),
               Location at)
      : name_(name), groups_(std::move(groups)) {
    std::vector<Tensor> all;
    for (const Group& group : groups_) {
      check(group.options, at);
      all.insert(all.end(), group.parameters.begin(), group.parameters.end());
    }
    const std::size_t count = all.size();
    detail::check_parameters(name, all, at);
    detail::check_not_empty(name, count == 0, at);
    states_.resize(count);
  }

  /// The new value of a parameter, from its gradient, which is not to be changed.
  virtual void update(Tensor& parameter, const Tensor& gradient, const Options& options, State& state,
                      Location at) = 0;

 private:
  void update_all(Location at) {
    const no_grad guard;
    State* state = states_.data();
    bool any = false;
    for (Group& group : groups_) {
      for (Tensor& parameter : group.parameters) {
        if (Node* const grad = parameter.node().grad(); grad != nullptr) {
          any = true;
          const Borrowed gradient(grad);  // which update() leaves alone
          update(parameter, gradient, group.options, *state, at);
        }
        ++state;
      }
    }
    if (!any) detail::throw_no_gradient(name_, at);
  }

  void visit_state(const StateVisitor& visitor) final {
    State* state = states_.data();
    std::size_t number = 0;
    for (Group& group : groups_) {
      for (Tensor& parameter : group.parameters) {
        const std::string prefix = std::to_string(number++) + ".";
        (state++)->fields([&]<class Field>(const char* name, Field& field) {
          if constexpr (std::same_as<Field, Tensor>) {
            visitor.tensor(prefix + name, field, parameter);
          } else {
            visitor.count(prefix + name, field);
          }
        });
      }
    }
  }

  const char* name_;
  std::vector<Group> groups_;
  std::vector<State> states_;  // of the parameters of all groups, one after the other
};

}  // namespace eingrad::optim
