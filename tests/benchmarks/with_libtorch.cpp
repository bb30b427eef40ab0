#include "with_libtorch.hpp"

#include <algorithm>
#include <new>

#include <dlfcn.h>

namespace workloads {

namespace {

struct TbbMalloc final : c10::Allocator {
  void* library = dlopen("libtbbmalloc.so.2", RTLD_NOW);
  void* (*take)(std::size_t bytes, std::size_t alignment) = nullptr;
  void (*give_back)(void* block) = nullptr;

  TbbMalloc() {
    if (library == nullptr) return;
    take = reinterpret_cast<decltype(take)>(dlsym(library, "scalable_aligned_malloc"));
    give_back = reinterpret_cast<decltype(give_back)>(dlsym(library, "scalable_aligned_free"));
  }
  bool is_there() const { return take != nullptr && give_back != nullptr; }
  c10::DataPtr allocate(std::size_t bytes) const override {
    void* const block = take(std::max<std::size_t>(bytes, 1), c10::gAlignment);
    if (block == nullptr) throw std::bad_alloc();
    return {block, block, give_back, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return give_back; }
};

TbbMalloc& tbbmalloc() {
  static auto* const only = new TbbMalloc;  // never destroyed: tensors may outlive main
  return *only;
}

}  // namespace

FastMemory::FastMemory() : before_(c10::GetCPUAllocator()) {
  if (tbbmalloc().is_there()) c10::SetCPUAllocator(&tbbmalloc());
}

bool libtorch_has_tbbmalloc() { return tbbmalloc().is_there(); }

void use_one_thread_in_libtorch() { torch::set_num_threads(1); }

}  // namespace workloads
