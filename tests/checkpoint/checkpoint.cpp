// checkpoint train STEPS FILE   trains from the beginning, saves, and prints the parameters
// checkpoint resume STEPS FILE  goes on from what was saved
// checkpoint print FILE         prints what was saved: name, dtype, shape, and the elements' bits
#include <cstring>
#include <string>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <fmt/format.h>

using namespace eingrad;

namespace {

struct Training {
  nn::Sequential model{nn::Linear(4, 8), nn::BatchNorm1d(8), nn::Dropout(0.2), nn::Linear(8, 3)};
  optim::Adam adam{model.parameters(), {.lr = 0.05, .amsgrad = true}};
  optim::CosineAnnealingLR schedule{adam, 20};

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      const Tensor x = randn({16, 4}), labels = randint(3, {16});
      adam.zero_grad();
      nn::cross_entropy(model(x), labels).backward();
      adam.step();
      schedule.step();
    }
  }

  StateDict state() const {
    StateDict all = with_prefix("model.", model.state_dict());
    all.merge(with_prefix("adam.", adam.state_dict()));
    all.merge(with_prefix("schedule.", schedule.state_dict()));
    all.emplace("rng", get_rng_state());
    return all;
  }
  void load(const StateDict& all) {
    model.load_state_dict(without_prefix("model.", all));
    adam.load_state_dict(without_prefix("adam.", all));
    schedule.load_state_dict(without_prefix("schedule.", all));
    set_rng_state(all.at("rng"));
  }
};

void print(const StateDict& state) {
  for (const auto& [name, values] : state) {
    fmt::print("{} {} {}", name, name_of(values.dtype()), to_string(values.shape()));
    const auto* byte = static_cast<const unsigned char*>(values.node().data);
    const std::size_t size = size_of(values.dtype());
    for (std::size_t i = 0; i < values.node().bytes(); i += size) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, byte + i, size);
      fmt::print(" {:x}", bits);
    }
    fmt::print("\n");
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string command = count > 1 ? arguments[1] : "";
  if (command == "print") {
    print(load(arguments[2]));
    return 0;
  }
  manual_seed(1);
  Training training;
  const std::string file = arguments[3];
  if (command == "resume") training.load(load(file));
  training.run(std::stoi(arguments[2]));
  save(training.state(), file);
  print(training.state());
}
