#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace chapter {

/// What a stream of a program leads to.
enum class Channel { pipe, terminal };

struct Program {
  std::string path;
  std::vector<std::string> arguments = {};
  std::vector<std::string> environment = {};  ///< "NAME=value", on top of the test's own
  Channel out = Channel::pipe, err = Channel::pipe;
  std::optional<std::string> typed = {};  ///< lines on a terminal, and Ctrl-D; else standard input is empty
  std::chrono::milliseconds pause{0};     ///< before its output is read: one with much to say has to wait
  std::chrono::seconds limit{60};
};

struct Finished {
  int exit_code;  ///< the negative number of the signal, if one ended it
  std::string out, err;
};

/// Whether the system has pseudo-terminals; a bare container may not.
bool has_terminals();

/// Runs a program to its end, without a shell. std::runtime_error if it
/// cannot be started, or takes longer than its limit, after which it is killed.
Finished run(const Program& program);

}  // namespace chapter
