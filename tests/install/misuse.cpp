// Mistakes that the compiler finds, and what it is to say. Without any of them this file compiles.
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/tensor.hpp>

#if defined(A_TENSOR_AS_A_PART) || defined(A_VECTOR_AS_A_PART) || defined(A_MODULE_WITHOUT_CALL)
#include <nn/linear.hpp>  // the others need no modules

struct Net : eingrad::nn::Module {
#ifdef A_TENSOR_AS_A_PART  // trained, or only saved?
  eingrad::Tensor scale;
  EINGRAD_MEMBERS(scale)
#elif defined(A_TRANSPOSE_IN_CAPITALS)
  return (a + b).T().item();
#elif defined(A_MODULE_WITHOUT_CALL)
  eingrad::Tensor forward(const eingrad::Tensor& x) const { return 2 * x; }
#else  // parts have names
  std::vector<eingrad::nn::Linear> layers;
  EINGRAD_MEMBERS(layers)
#endif
};
#endif

using eingrad::Tensor;

double first_of_sum(const Tensor& a, const Tensor& b) {
#ifdef VIEW_OF_A_TEMPORARY  // use of deleted function: the elements would be gone before they are read
  return (a + b).span<double>()[0];
#elif defined(WRITING_INTO_A_TEMPORARY)  // no named object: who would ever see what was written?
  return (a + b).mutable_span<double>()[0] = 1;
#elif defined(ASSIGNING_TO_A_TEMPORARY)  // a gradient is set by set_grad()
  a.grad() = b;
  return 0;
#elif defined(A_TENSOR_AS_A_NUMBER)      // no conversion: item() says that it reads the only element
  return a + b;
#elif defined(A_CARET_AS_A_POWER)
  return (a ^ 2).item() + b.item();
#elif defined(A_SHAPE_WITHOUT_BRACES)
  return eingrad::ones(2, 2).item() + (a + b).item();
#elif defined(RESHAPED_WITHOUT_BRACES)
  return (a + b).reshape(2, 2).item();
#elif defined(A_TRANSPOSE_IN_CAPITALS)
  return (a + b).T().item();
#elif defined(A_FUNCTION_AS_A_METHOD)
  return (a + b).select(0, 0).item();
#elif defined(A_MODULE_WITHOUT_CALL)
  return Net()(a + b).item();
#elif defined(ELEMENTS_OF_ANOTHER_TYPE)  // a constraint: there is no such dtype
  const Tensor sum = a + b;
  return static_cast<double>(sum.span<short>()[0]);
#else
  const Tensor sum = a + b;
  return sum.span<double>()[0];
#endif
}
