#define EINGRAD_NAME(type) sum_product_fma_##type
#include <autodiff/kernels/sum_product.inc.hpp>
