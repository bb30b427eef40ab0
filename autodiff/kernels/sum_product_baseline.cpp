#define EINGRAD_NAME(type) sum_product_baseline_##type
#include <autodiff/kernels/sum_product.inc.hpp>
