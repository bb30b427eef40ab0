#define EINGRAD_ARCH default_arch
#define EINGRAD_TABLE elementwise_baseline
#include <autodiff/kernels/elementwise.inc.hpp>
