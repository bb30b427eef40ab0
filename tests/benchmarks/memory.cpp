#include "memory.hpp"

#include <cstdio>
#include <fstream>
#include <limits>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace workloads {

namespace {

/// A line of /proc/self/status, such as VmRSS (now) or VmHWM (the most so far), in bytes.
double status(const std::string& what) {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    double kibibytes = 0;
    if (word == what + ":" && file >> kibibytes) return kibibytes * 1024;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

double peak_memory(const std::function<void()>& small, const std::function<void()>& work) {
  int ends[2];
  if (pipe(ends) != 0) return std::numeric_limits<double>::quiet_NaN();
  const pid_t child = fork();
  if (child == 0) {
    small();
    const double before = status("VmRSS");
    work();
    const double more = status("VmHWM") - before;
    const bool told = write(ends[1], &more, sizeof more) == sizeof more;
    _exit(told ? 0 : 1);
  }
  double more = std::numeric_limits<double>::quiet_NaN();
  close(ends[1]);
  if (child > 0 && read(ends[0], &more, sizeof more) != sizeof more)
    more = std::numeric_limits<double>::quiet_NaN();
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return more;
}

}  // namespace workloads
