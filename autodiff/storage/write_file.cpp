#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <autodiff/error.hpp>
#include <autodiff/storage/write_file.hpp>

#include <sys/stat.h>
#include <unistd.h>

namespace eingrad {
namespace {

namespace fs = std::filesystem;

/// Who asks for the file: what an error names.
struct Caller {
  const char* operation;
  Location at{};
};

[[noreturn]] void fail(const fs::path& path, int reason, Caller caller) {
  throw Report(caller.operation,
               "cannot write '" + path.string() + "': " + std::generic_category().message(reason), caller.at)
      .hint("a file in a folder that exists and that may be written to")
      .as<value_error>();
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

void write_and_close(File file, std::string_view text, const fs::path& path, Caller caller) {
  if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size()) fail(path, errno, caller);
  if (std::fclose(file.release()) != 0) fail(path, errno, caller);  // where a full disk shows
}

/// Whether the path names a regular file, or none yet; otherwise it is a device, pipe or socket.
bool is_regular_or_new(const fs::path& path, Caller caller) {
  if (path.empty()) fail(path, ENOENT, caller);
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) fail(path, errno, caller);
    return true;
  }
  if (S_ISDIR(status.st_mode)) fail(path, EISDIR, caller);
  if (access(path.c_str(), W_OK) != 0) fail(path, errno, caller);
  return S_ISREG(status.st_mode);
}

/// Where the path leads if it is a link; itself if it is new.
fs::path target_of(const fs::path& path) {
  std::error_code failure;
  fs::path target = fs::canonical(path, failure);
  return failure ? path : target;
}

/// An empty new file in the folder of `path`, which vanishes again unless it is moved to `path`.
class Draft {
 public:
  Draft(const fs::path& path, Caller caller) {
    for (int i = 0; file_ == nullptr; ++i) {
      name_ = path.parent_path() / (".draft-" + std::to_string(getpid()) + "-" + std::to_string(i));
      file_.reset(std::fopen(name_.c_str(), "wx"));  // x: only if there is no such file
      if (file_ == nullptr && errno != EEXIST) fail(path, errno, caller);
    }
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (!name_.empty()) unlink(name_.c_str());
  }

  void write_and_move(std::string_view text, const fs::path& path, Caller caller) {
    write_and_close(std::move(file_), text, path, caller);
    if (std::rename(name_.c_str(), path.c_str()) != 0) fail(path, errno, caller);
    name_.clear();
  }

 private:
  fs::path name_;
  File file_;
};

}  // namespace

void write_file(const fs::path& path, std::string_view text, Location at, const char* operation) {
  const Caller caller{operation, at};
  if (is_regular_or_new(path, caller)) {
    const fs::path target = target_of(path);
    Draft(target, caller).write_and_move(text, target, caller);
  } else if (File file{std::fopen(path.c_str(), "w")}) {
    write_and_close(std::move(file), text, path, caller);
  } else {
    fail(path, errno, caller);
  }
}

void check_writable(const fs::path& path) {
  const Caller caller{"write_file"};
  if (is_regular_or_new(path, caller)) Draft(target_of(path), caller);
}

}  // namespace eingrad
