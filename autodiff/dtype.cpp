#include <atomic>
#include <ostream>
#include <string>

#include <autodiff/dtype.hpp>
#include <autodiff/error.hpp>

namespace eingrad {

namespace {
std::atomic<Dtype> current_default{float32};
}

void set_default_dtype(Dtype dtype, Location at) {
  if (!is_floating(dtype)) {
    throw Report("set_default_dtype", std::string(name_of(dtype)) + " is not a floating-point type", at)
        .hint("float32 or float64")
        .as<dtype_error>();
  }
  current_default.store(dtype, std::memory_order_relaxed);
}

Dtype default_dtype() noexcept { return current_default.load(std::memory_order_relaxed); }

std::ostream& operator<<(std::ostream& out, Dtype dtype) { return out << name_of(dtype); }

}  // namespace eingrad
