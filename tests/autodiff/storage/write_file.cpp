#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <autodiff/error.hpp>
#include <autodiff/storage/write_file.hpp>
#include <tests/catch.hpp>

#include <sys/resource.h>
#include <unistd.h>

using namespace eingrad;
namespace fs = std::filesystem;

namespace {

/// A folder of its own for one test.
class Folder {
 public:
  Folder() { fs::create_directory(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }

  fs::path operator/(const char* name) const { return path_ / name; }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_ = fs::temp_directory_path() / ("write_file_test_" + std::to_string(getpid()));
};

std::string contents(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string failure(const fs::path& path, const std::string& text = "text") {
  try {
    write_file(path, text);
  } catch (const eingrad::value_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a file is written or replaced as a whole", "[write_file]") {
  const Folder folder;
  write_file(folder / "plot.svg", "first");
  CHECK(contents(folder / "plot.svg") == "first");
  write_file(folder / "plot.svg", std::string(100'000, 'x'));
  CHECK(contents(folder / "plot.svg").size() == 100'000);
  CHECK(folder.entries() == 1);
}

TEST_CASE("a path that cannot be written is named with the reason, and nothing is left", "[write_file]") {
  const Folder folder;
  write_file(folder / "file", "text");
  fs::create_directory(folder / "folder");
  CHECK_THAT(failure(folder / "missing/plot.svg"),
             StartsWith("value_error: write_file: cannot write '" + (folder / "missing/plot.svg").string() +
                        "': No such file or directory") &&
                 ContainsSubstring("a folder that exists"));
  CHECK_THAT(failure(folder / "folder"), ContainsSubstring("Is a directory"));
  CHECK_THAT(failure(folder / "file/plot.svg"), ContainsSubstring("Not a directory"));
  CHECK_THAT(failure(folder / std::string(300, 'x').c_str()), ContainsSubstring("File name too long"));
  CHECK_THAT(failure(""), ContainsSubstring("No such file or directory"));
  CHECK(folder.entries() == 2);
  CHECK(contents(folder / "file") == "text");

  for (const fs::path& path :
       {folder / "missing/plot.svg", folder / "folder", folder / "file/plot.svg", fs::path()}) {
    CHECK_THROWS_AS(check_writable(path), eingrad::value_error);
  }
}

TEST_CASE("a file or folder without permission is refused", "[write_file]") {
  if (geteuid() == 0) return;  // root may write everywhere
  const Folder folder;
  write_file(folder / "file", "text");
  fs::permissions(folder / "file", fs::perms::owner_read);
  CHECK_THAT(failure(folder / "file"), ContainsSubstring("Permission denied"));
  fs::create_directory(folder / "folder");
  fs::permissions(folder / "folder", fs::perms::owner_read | fs::perms::owner_exec);
  CHECK_THAT(failure(folder / "folder/plot.svg"), ContainsSubstring("Permission denied"));
  CHECK_THROWS_AS(check_writable(folder / "folder/plot.svg"), eingrad::value_error);
}

TEST_CASE("when the disk is full the old file stays", "[write_file]") {
  const Folder folder;
  write_file(folder / "plot.svg", "old");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{1000, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = failure(folder / "plot.svg", std::string(100'000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK_THAT(message, ContainsSubstring("plot.svg"));
  CHECK_THAT(message, ContainsSubstring("File too large"));
  CHECK(contents(folder / "plot.svg") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("asking beforehand changes nothing", "[write_file]") {
  const Folder folder;
  check_writable(folder / "new.svg");
  CHECK(folder.entries() == 0);
  write_file(folder / "plot.svg", "text");
  check_writable(folder / "plot.svg");
  CHECK(contents(folder / "plot.svg") == "text");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a link is followed", "[write_file]") {
  const Folder folder;
  write_file(folder / "plot.svg", "old");
  fs::create_symlink("plot.svg", folder / "link.svg");
  write_file(folder / "link.svg", "new");
  CHECK(fs::is_symlink(folder / "link.svg"));
  CHECK(contents(folder / "plot.svg") == "new");
}

TEST_CASE("a device is written to, not replaced", "[write_file]") {
  check_writable("/dev/null");
  write_file("/dev/null", "text");
  CHECK(fs::is_character_file("/dev/null"));
  if (fs::exists("/dev/full")) CHECK_THAT(failure("/dev/full"), ContainsSubstring("No space left"));
}
