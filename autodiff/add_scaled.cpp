#include <autodiff/add_scaled.hpp>
#include <autodiff/kernels/sum_product.hpp>

namespace eingrad {

void add_scaled_(Tensor& y, double scale, const Tensor& x, Location at) {
  if (y.shape() != x.shape()) {
    throw Report("add_scaled_", "the shapes differ", at).operand("y", y).operand("x", x).as<shape_error>();
  }
  if (y.dtype() != x.dtype() || !is_floating(y.dtype())) {
    throw Report("add_scaled_", "the dtypes are not one floating-point type", at)
        .operand("y", y)
        .operand("x", x)
        .as<dtype_error>();
  }
  with_floating_type(y.dtype(), [&]<class T>() {
    kernels::sum_product_kernels<T>().add_scaled(static_cast<T*>(y.node().data), static_cast<T>(scale),
                                                 static_cast<const T*>(x.node().data),
                                                 static_cast<std::size_t>(y.numel()));
  });
  y.node().mark_written(at);
}

}  // namespace eingrad
