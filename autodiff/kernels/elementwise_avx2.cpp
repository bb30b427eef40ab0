#define EINGRAD_ARCH avx2
#define EINGRAD_TABLE elementwise_avx2
#include <autodiff/kernels/elementwise.inc.hpp>
