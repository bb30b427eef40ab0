#define EINGRAD_ARCH avx512bw
#define EINGRAD_TABLE elementwise_avx512
#include <autodiff/kernels/elementwise.inc.hpp>
