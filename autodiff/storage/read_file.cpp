#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include <autodiff/error.hpp>
#include <autodiff/storage/read_file.hpp>

namespace eingrad {

std::string read_file(const std::filesystem::path& path, Location at, const char* operation) {
  const auto fail = [&](int reason) {
    throw Report(operation, "cannot read '" + path.string() + "': " + std::generic_category().message(reason),
                 at)
        .hint("the path from the folder that the program was started in")
        .as<value_error>();
  };
  if (std::filesystem::is_directory(path)) fail(EISDIR);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(errno != 0 ? errno : ENOENT);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) fail(EIO);
  return bytes;
}

}  // namespace eingrad
