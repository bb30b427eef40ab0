#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include <autodiff/storage/write_file.hpp>
#include <support/graph_picture.hpp>
#include <support/options.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace chapter {

namespace {

/// A file without a name, which goes when it is closed. A program may read and write it at its own pace,
/// where two pipes would have to be served in turn.
class Scratch {
 public:
  explicit Scratch(const std::string& text = "") : file_(std::tmpfile()) {
    if (file_ == nullptr || std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
        std::fflush(file_.get()) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot write a temporary file");
    std::rewind(file_.get());
  }
  int descriptor() const { return fileno(file_.get()); }
  std::string text() const {
    std::rewind(file_.get());
    std::string all;
    std::array<char, 1 << 14> part;
    while (const std::size_t size = std::fread(part.data(), 1, part.size(), file_.get()))
      all.append(part.data(), size);
    return all;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

/// Runs `dot -Tsvg`, found on PATH, without a shell. Its exit code, 127 if there is no such program.
int run_dot(const Scratch& in, const Scratch& out, const Scratch& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
  std::string program = "dot", format = "-Tsvg";
  const std::array<char*, 3> words{program.data(), format.data(), nullptr};
  pid_t process = 0;
  const int failure = posix_spawnp(&process, program.c_str(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure == ENOENT) return 127;
  if (failure != 0) throw std::system_error(failure, std::generic_category(), "cannot start dot");
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string svg_from(const std::string& dot, const std::string& option) {
  const Scratch in(dot), out, err;
  const int code = run_dot(in, out, err);
  if (code == 127) {
    refuse(
        option, "there is no program dot, which draws SVG files",
        "apt-get install graphviz (brew, conda: graphviz), or a file that ends in .dot or .mmd, which takes "
        "the text of Graphviz or Mermaid and needs no program");
  }
  if (code != 0)
    refuse(option, "dot failed: " + err.text(), "a file that ends in .dot, to look at its input");
  return out.text();
}

}  // namespace

void check_graph_path(const std::string& option, const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension();
  if (extension != ".svg" && extension != ".dot" && extension != ".mmd") {
    refuse(option, "'" + path + "' ends in nothing that a graph is drawn as",
           "FILE.svg for a picture, FILE.dot for the text of Graphviz, FILE.mmd for the one of Mermaid");
  }
  eingrad::check_writable(path);
  if (extension == ".svg") svg_from("digraph {}", option);
}

void draw_graph(const std::string& path, const eingrad::Tensor& output, const eingrad::Names& names) {
  const std::string extension = std::filesystem::path(path).extension();
  if (extension == ".mmd") return eingrad::write_file(path, to_mermaid(output, names));
  const std::string dot = to_dot(output, names);
  eingrad::write_file(path, extension == ".svg" ? svg_from(dot, "graph") : dot);
}

}  // namespace chapter
