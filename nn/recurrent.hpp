#pragma once
#include <string>
#include <vector>

#include <nn/module.hpp>

namespace eingrad::nn {

struct RecurrentOptions {
  std::int64_t num_layers = 1;  ///< each but the first takes what the one before it gives
  bool bias = true;
  bool batch_first = false;  ///< whether sequences are (n, length, …) instead of (length, n, …)
  double dropout = 0;        ///< of what a layer hands to the next one, in training
  bool bidirectional = false;
};

/// What a recurrent layer makes of sequences.
struct Sequences {
  Tensor output;  ///< (length, n, hidden · directions): of every step, of the last layer
  Tensor h_n;     ///< (layers · directions, n, hidden): after the last step
  Tensor c_n;     ///< the same of the cell, of an LSTM only
};

/// What RNN, LSTM and GRU share. An input is (length, n, features), or (length, features) of a single
/// sequence. States start at 0 if none are given. Names and initial values (uniform on ±1/√hidden) are
/// PyTorch's.
class Recurrent : public Module {
 public:
  /// shape_error if input or states do not fit.
  Sequences forward(const Operand& x, const Tensor& h0 = {}, const Tensor& c0 = {}) const;
  Sequences operator()(const Operand& x, const Tensor& h0 = {}, const Tensor& c0 = {}) const {
    Sequences y = forward(x, h0, c0);
    y.output = hooked(x, std::move(y.output));
    return y;
  }
  std::string extra_text() const override;

 protected:
  struct State {
    Tensor h, c;
  };

  Recurrent(const char* name, std::int64_t gates, std::int64_t in, std::int64_t hidden,
            RecurrentOptions options, Location at);

  /// One step: from the gates' parts of the input and of the hidden state (n, gates · hidden), and the state
  /// before.
  virtual State step(const Tensor& of_input, const Tensor& of_hidden, const State& before) const = 0;

 private:
  void members(MemberVisitor& visitor) override;
  const Parameter& parameter(std::int64_t layer, std::int64_t direction, std::size_t which) const;
  Tensor run(std::int64_t layer, std::int64_t direction, const Tensor& x, State& state) const;
  std::string hint_for(const Tensor& x) const;
  State state_of(const Tensor& x, const Tensor& h0, const Tensor& c0, bool has_cell, Location at) const;

  const char* name_;
  std::int64_t gates_, in_, hidden_, directions_;
  RecurrentOptions options_;
  std::vector<std::string> names_;
  std::vector<Parameter> parameters_;  // of each layer and direction: weight_ih, weight_hh, bias_ih, bias_hh
};

enum class RnnNonlinearity { tanh, relu };

/// h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh), or relu (Elman 1990).
class RNN : public Recurrent {
 public:
  RNN(std::int64_t in, std::int64_t hidden, RecurrentOptions options = {},
      RnnNonlinearity nonlinearity = RnnNonlinearity::tanh, Location at = Location::current())
      : Recurrent("RNN", 1, in, hidden, options, at), nonlinearity_(nonlinearity) {}

 private:
  State step(const Tensor& of_input, const Tensor& of_hidden, const State& before) const override;
  RnnNonlinearity nonlinearity_;
};

/// i, f, g, o = σ, σ, tanh, σ of the four gates; c_t = f c_(t-1) + i g; h_t = o tanh c_t (Hochreiter &
/// Schmidhuber 1997, with the forget gate of Gers et al. 2000).
class LSTM : public Recurrent {
 public:
  LSTM(std::int64_t in, std::int64_t hidden, RecurrentOptions options = {}, Location at = Location::current())
      : Recurrent("LSTM", 4, in, hidden, options, at) {}

 private:
  State step(const Tensor& of_input, const Tensor& of_hidden, const State& before) const override;
};

/// r, z = σ of two gates; n = tanh(x_n + r h_n); h_t = (1 - z) n + z h_(t-1) (Cho et al. 2014).
class GRU : public Recurrent {
 public:
  GRU(std::int64_t in, std::int64_t hidden, RecurrentOptions options = {}, Location at = Location::current())
      : Recurrent("GRU", 3, in, hidden, options, at) {}

 private:
  State step(const Tensor& of_input, const Tensor& of_hidden, const State& before) const override;
};

}  // namespace eingrad::nn
