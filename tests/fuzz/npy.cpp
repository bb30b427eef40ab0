#include <autodiff/storage/npy.hpp>
#include <tests/fuzz/fuzz.hpp>

// By itself too: a zip file's checksums keep the fuzzer from most arrays.
namespace {
void read(std::string_view bytes) { eingrad::from_npy(bytes, "fuzz"); }
}  // namespace

EINGRAD_FUZZ(read)
