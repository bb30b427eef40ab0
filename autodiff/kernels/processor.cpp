#include <cstdlib>
#include <string>

#include <autodiff/error.hpp>
#include <autodiff/kernels/processor.hpp>

namespace eingrad::kernels {

namespace {

Processor best() {
#ifdef EINGRAD_X86
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  const bool avx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512cd") != 0 &&
                      __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  if (avx2 && avx512) return Processor::avx512;
  if (avx2) return Processor::avx2;
#endif
  return Processor::baseline;
}

Processor chosen() {
  const char* wish = std::getenv("EINGRAD_ARCH");
  if (wish == nullptr || *wish == '\0') return best();
  const std::string name = wish;
  const Processor named = name == "avx512" ? Processor::avx512
                          : name == "avx2" ? Processor::avx2
                                           : Processor::baseline;
  if ((named == Processor::baseline && name != "baseline") || named > best()) {
    throw Report("EINGRAD_ARCH", "this processor is not '" + name + "'")
        .hint("baseline, avx2 or avx512, or leave it unset for the best")
        .as<value_error>();
  }
  return named;
}

}  // namespace

Processor processor() {
  static const Processor kind = chosen();
  return kind;
}

}  // namespace eingrad::kernels
