// Takes steps of one workload for callgrind, which counts from counted_steps on. A program of its own without
// libtorch, whose start takes callgrind minutes.
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "workload.hpp"

int main(int argc, char** argv) {
  const std::string_view name = argc == 3 ? argv[1] : "";
  for (const workloads::Entry& entry : workloads::entries()) {
    if (entry.name != name) continue;
    entry.steps(std::atoll(argv[2]));
    return 0;
  }
  std::cerr << "take_steps ENTRY N, where ENTRY is one of\n";
  for (const workloads::Entry& entry : workloads::entries()) std::cerr << "  " << entry.name << "\n";
  return 2;
}
