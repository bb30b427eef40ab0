#include <autodiff/add_scaled.hpp>
#include <autodiff/kernels/sum_product.hpp>
#include <autodiff/replay/perform.hpp>

namespace eingrad {

namespace {

[[noreturn, gnu::noinline]] void throw_unlike(const Tensor& y, const Tensor& x, Location at) {
  const bool shapes = y.shape() != x.shape();
  Report report("add_scaled_", shapes ? "the shapes differ" : "the dtypes are not one floating-point type",
                at);
  report.operand("y", y).operand("x", x);
  report.hint(shapes ? "expand(x, y.shape()), or y += x, which broadcasts" : "x.to(y.dtype())");
  if (shapes) throw std::move(report).as<shape_error>();
  throw std::move(report).as<dtype_error>();
}

}  // namespace

[[gnu::hot]] void add_scaled_(Tensor& y, double scale, const Tensor& x, Location at) {
  Node &to = y.node(at, "y"), &from = x.node(at, "x");
  const bool alike = to.shape == from.shape && to.dtype == from.dtype && is_floating(to.dtype);
  if (!alike) throw_unlike(y, x, at);
  to.mark_written(at);
  with_floating_type(to.dtype, [&]<class T>() {
    replay::perform("add_scaled_", to, {&from},
                    [p = static_cast<T*>(to.data), a = static_cast<T>(scale),
                     d = static_cast<const T*>(from.data), n = static_cast<std::size_t>(to.numel())] {
                      kernels::sum_product_kernels<T>().add_scaled(p, a, d, n);
                    });
  });
}

}  // namespace eingrad
