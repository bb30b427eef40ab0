#include <cmath>
#include <filesystem>
#include <system_error>

#include <autodiff/dtype.hpp>
#include <support/graph_picture.hpp>
#include <support/training_options.hpp>

#include <fmt/format.h>

namespace chapter {

using namespace eingrad;

namespace {

/// An output that would take the place of another file that is in use.
void check_own_file(const std::string& option, const std::string& path, const std::string& other,
                    const std::string& what) {
  std::error_code not_there;
  const bool same = !other.empty() && (path == other || std::filesystem::equivalent(path, other, not_there));
  if (same) refuse(option, "'" + path + "' is the file with the " + what, "another file");
}

}  // namespace

void TrainingOptions::add_seeds(Options& line) {
  line.add("--random-state SEED", random_state, "seed of the data, as scikit-learn's random_state");
  line.add("--manual-seed SEED", manual_seed, "seed of the initial parameters, as torch.manual_seed");
}

void TrainingOptions::add_training(Options& line, const std::string& batch_help) {
  line.add("--batch N", batch, batch_help);
  line.add("--epochs N", epochs, "passes over the training rows");
  line.add("--lr RATE", lr, "learning rate");
  line.add("--dtype TYPE", dtype, "float64 or float32");
}

void TrainingOptions::add_outputs(Options& line, const std::string& plot_help) {
  line.add_svg("--plot FILE", plot, plot_help);
  line.add("--graph FILE", graph,
           "draw the graph of the first mini-batch's loss: FILE.svg through Graphviz, FILE.dot, FILE.mmd");
  line.add_flag("--explain", explain, "derive the gradients from this graph, one rule a line");
}

void TrainingOptions::check_numbers() const {
  if (dtype != "float32" && dtype != "float64") {
    refuse("--dtype", "there is no dtype '" + dtype + "' for training", "float32 or float64");
  }
  if (!(lr >= 0) || !std::isfinite(lr)) {
    refuse("--lr", fmt::format("the learning rate {} is not a finite number of 0 or more", lr), "0.01");
  }
  if (random_state > 0xffff'ffff) {
    refuse("--random-state", fmt::format("{} is no seed", random_state), "an integer from 0 to 2^32 - 1");
  }
  if (epochs < 0) refuse("--epochs", fmt::format("{} epochs", epochs), "0 or more");
  if (batch && *batch < 1) refuse("--batch", fmt::format("a mini-batch of {} rows", *batch), "1 or more");
}

void TrainingOptions::check_outputs(const Options& line, const std::string& input) const {
  if (line.given("--plot")) check_own_file("--plot", plot, input, "data");
  if (line.given("--graph")) {
    check_own_file("--graph", graph, input, "data");
    check_own_file("--graph", graph, plot, "plot");
    check_graph_path("--graph", graph);
  }
}

void TrainingOptions::use_dtype() const { set_default_dtype(dtype == "float32" ? float32 : float64); }

}  // namespace chapter
