// read_csv takes a file's name: the bytes stand in memory that has one.
#include <stdexcept>
#include <string>

#include <data/read_csv.hpp>
#include <tests/fuzz/fuzz.hpp>

#include <sys/mman.h>
#include <unistd.h>

namespace {

void read(std::string_view bytes) {
  static const int file = memfd_create("csv", 0);
  if (file < 0 || ftruncate(file, 0) != 0 ||
      pwrite(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("no memory for the file");
  }
  eingrad::data::read_csv("/proc/self/fd/" + std::to_string(file));
}

}  // namespace

EINGRAD_FUZZ(read)
