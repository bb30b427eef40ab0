#include <autodiff/error.hpp>
#include <autodiff/kernels/processor.hpp>
#include <autodiff/kernels/sum_product.hpp>

namespace eingrad::kernels {

constinit const SumProductKernels<float>* sum_product_f32 = &sum_product_baseline_f32;
constinit const SumProductKernels<double>* sum_product_f64 = &sum_product_baseline_f64;

#ifdef EINGRAD_X86
namespace {

const bool chose_fma = [] {
  try {
    if (processor() == Processor::baseline) return false;
  } catch (const error&) {
    return false;  // no name of a processor: the first elementwise operation says so, where it can be caught
  }
  sum_product_f32 = &sum_product_fma_f32;
  sum_product_f64 = &sum_product_fma_f64;
  return true;
}();

}  // namespace
#endif

}  // namespace eingrad::kernels
