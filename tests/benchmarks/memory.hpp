#pragma once
#include <functional>

namespace workloads {

/// How many bytes of memory a process comes to use more at the most while it does `work`. In a process of its
/// own, a copy of this one, that ends then: so it finds no memory waiting from earlier work. It does
/// something small first, so that the pages of the program's own code are there.
double peak_memory(const std::function<void()>& small, const std::function<void()>& work);

}  // namespace workloads
