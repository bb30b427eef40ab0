#include <autodiff/kernels/processor.hpp>
#include <autodiff/kernels/sum_product.hpp>

namespace eingrad::kernels {

namespace {

template <class T>
const SumProductKernels<T>& choose(const SumProductKernels<T>& baseline, const SumProductKernels<T>& fma) {
  return processor() == Processor::baseline ? baseline : fma;
}

}  // namespace

#ifdef EINGRAD_X86
#define EINGRAD_BEST(type) sum_product_fma_##type
#else
#define EINGRAD_BEST(type) sum_product_baseline_##type
#endif

template <>
const SumProductKernels<float>& sum_product_kernels() {
  static const auto& kernels = choose(sum_product_baseline_f32, EINGRAD_BEST(f32));
  return kernels;
}

template <>
const SumProductKernels<double>& sum_product_kernels() {
  static const auto& kernels = choose(sum_product_baseline_f64, EINGRAD_BEST(f64));
  return kernels;
}

}  // namespace eingrad::kernels
