#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string_view>

#include <autodiff/kernels/processor.hpp>
#include <autodiff/threads.hpp>

#include <cblas.h>
#include <fmt/format.h>

#include "memory.hpp"
#include "more.hpp"
#include "table.hpp"
#include "workload.hpp"

namespace workloads {

#ifdef EINGRAD_LIBTORCH
void use_one_thread_in_libtorch();
bool libtorch_has_tbbmalloc();
#endif

namespace {

constexpr std::string_view usage =
    R"(benchmarks [--svg FILE]       measures all workloads and prints one table, or draws it too
benchmarks -- [OPTIONS]       Google Benchmark with its options: these workloads, growth/, elementwise/, notation/
)";

std::string part_of(const std::string& name, int part) {
  std::size_t start = 0;
  for (; part > 0; --part) start = name.find('/', start) + 1;
  return name.substr(start, name.find('/', start) - start);
}

/// Whether both did the same work; says what differs.
bool same_outcome(const Entry& a, const Entry& b) {
  const std::vector<double> of_a = a.first_step(), of_b = b.first_step();
  const double tolerance = part_of(a.name, 1) == "float64" ? 1e-9 : 2e-4;
  double largest = 0, difference = of_a.size() == of_b.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < std::min(of_a.size(), of_b.size()); ++i) {
    largest = std::max(largest, std::abs(of_b[i]));
    const double d = std::abs(of_a[i] - of_b[i]);
    difference = d <= difference ? difference : d;  // keeps a NaN
  }
  const bool same = difference <= tolerance * largest;
  if (!same) std::cerr << fmt::format("{} and {} do not compute the same: {}\n", a.name, b.name, difference);
  return same;
}

/// Compares each workload's first loss and gradients, as each library finds them.
bool all_compute_the_same() {
  bool same = true;
  for (const Entry& entry : entries()) {
    if (part_of(entry.name, 2) != "eingrad") continue;
    for (const Entry& other : entries()) {
      const bool rival = other.name != entry.name && part_of(other.name, 0) == part_of(entry.name, 0) &&
                         part_of(other.name, 1) == part_of(entry.name, 1);
      if (rival) same &= same_outcome(entry, other);
    }
  }
  return same;
}

/// Takes the time of each repetition, and knows the medians.
class Medians : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration) times_[run.run_name.function_name].push_back(time_of(run));
    }
  }
  Measured medians() const {
    Measured all;
    for (auto [name, times] : times_) {
      const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
      std::nth_element(times.begin(), middle, times.end());
      all[name] = *middle;
    }
    return all;
  }

 private:
  // On one thread the processor's time, which other programs disturb less.
  static double time_of(const Run& run) {
    return eingrad::num_threads() == 1 ? run.GetAdjustedCPUTime() : run.GetAdjustedRealTime();
  }

  std::map<std::string, std::vector<double>> times_;
};

constexpr int repetitions = 15;

Measured times() {
  std::vector<std::string> options{"benchmarks", "--benchmark_enable_random_interleaving=true",
                                   fmt::format("--benchmark_repetitions={}", repetitions),
                                   "--benchmark_min_time=0.04"};
  std::vector<char*> arguments;
  for (std::string& option : options) arguments.push_back(option.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians, "^w[1-5]");
  return medians.medians();
}

Measured memory() {
  Measured all;
  for (const Entry& entry : entries()) {
    const std::string small = "w1" + entry.name.substr(entry.name.find('/'));
    const auto first = std::ranges::find(entries(), small, &Entry::name);
    all[entry.name] = peak_memory([&] { first->steps(1); }, [&] { entry.steps(1); });
  }
  return all;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "unset" : value;
}

/// What the numbers depend on.
std::string head() {
#ifdef EINGRAD_LIBTORCH
  const char* const memory = libtorch_has_tbbmalloc() ? "tbbmalloc" : "the system's malloc";
#else
  const char* const memory = "not measured";
#endif
  constexpr const char* processors[] = {"baseline", "avx2", "avx512"};
  return fmt::format(
      "medians of {} interleaved repetitions; {} thread(s); eingrad's kernels: {}; libtorch on W4: {}\n"
      "OpenBLAS's kernels: {} (OPENBLAS_CORETYPE {}, OPENBLAS_L2_SIZE {})\n",
      repetitions, eingrad::num_threads(), processors[static_cast<int>(eingrad::kernels::processor())],
      memory, openblas_get_corename(), environment("OPENBLAS_CORETYPE"), environment("OPENBLAS_L2_SIZE"));
}

int print_table(const char* svg_file) {
  const Measured bytes = memory();  // first, while no memory is waiting
  if (!all_compute_the_same()) return 1;
  const std::vector<Line> lines = lines_of(times(), bytes);
  std::cout << head() << "\n" << to_text(lines);
  if (svg_file != nullptr) {
    std::ofstream file(svg_file);
    file << to_svg(lines, head().substr(0, head().find('\n')));
    if (!file.flush()) {
      std::cerr << "cannot write " << svg_file << "\n";
      return 1;
    }
  }
  return 0;
}

int google_benchmark(int argc, char** argv) {
  enter_growth();
  enter_notation();
#ifdef EINGRAD_ELEMENTWISE_BENCHMARKS
  enter_elementwise();
#endif
  argv[1] = argv[0];  // in the place of --
  --argc;
  benchmark::Initialize(&argc, argv + 1);
  if (benchmark::ReportUnrecognizedArguments(argc, argv + 1)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace

}  // namespace workloads

int main(int argc, char** argv) {
  using namespace workloads;
  const std::string_view first = argc > 1 ? argv[1] : "";
#ifdef EINGRAD_LIBTORCH
  if (eingrad::num_threads() == 1) use_one_thread_in_libtorch();
#endif
  if (first.empty()) return print_table(nullptr);
  if (first == "--svg" && argc == 3) return print_table(argv[2]);
  if (first == "--") return google_benchmark(argc, argv);
  std::cerr << usage;
  return first == "--help" ? 0 : 2;
}
