#include <autodiff/storage/npz.hpp>
#include <tests/fuzz/fuzz.hpp>

namespace {
void read(std::string_view bytes) { eingrad::from_npz(bytes, "fuzz"); }
}  // namespace

EINGRAD_FUZZ(read)
