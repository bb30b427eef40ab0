#include "with_libtorch.hpp"

namespace workloads {

void use_one_thread_in_libtorch() { torch::set_num_threads(1); }

}  // namespace workloads
