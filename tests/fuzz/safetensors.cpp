#include <autodiff/storage/safetensors.hpp>
#include <tests/fuzz/fuzz.hpp>

namespace {
void read(std::string_view bytes) { eingrad::from_safetensors(bytes, "fuzz"); }
}  // namespace

EINGRAD_FUZZ(read)
