#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <autodiff/error.hpp>
#include <autodiff/threads.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr int most_threads = 256;

int count_at_first() {
  const int processors = static_cast<int>(std::thread::hardware_concurrency());
  const char* wish = std::getenv("EINGRAD_NUM_THREADS");
  if (wish == nullptr || *wish == '\0') return std::clamp(processors, 1, most_threads);
  char* end = nullptr;
  const long count = std::strtol(wish, &end, 10);
  if (*end == '\0' && count >= 1 && count <= most_threads) return static_cast<int>(count);
  throw Report("EINGRAD_NUM_THREADS", fmt::format("'{}' is no number of threads", wish))
      .hint(fmt::format("1 to {}, or leave it unset for one a processor", most_threads))
      .as<value_error>();
}

std::atomic<int>& count() {
  static std::atomic<int> threads = count_at_first();
  return threads;
}

/// Threads that wait for parts of a computation.
class Helpers {
 public:
  ~Helpers() {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void run(std::size_t parts, void (*work)(void*, std::size_t), void* context) {
    const auto threads = std::min(parts, static_cast<std::size_t>(num_threads()));
    std::unique_lock giver(giver_, std::defer_lock);
    if (threads == 1 || !giver.try_lock()) {
      for (std::size_t part = 0; part < parts; ++part) work(context, part);
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      while (threads_.size() + 1 < threads) threads_.emplace_back([this] { help(); });
      work_ = work;
      context_ = context;
      parts_ = parts;
      next_ = 0;
      unfinished_ = parts;
    }
    wake_.notify_all();
    do_parts();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return unfinished_ == 0; });
  }

 private:
  void help() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return ends_ || next_ < parts_; });
      if (ends_) return;
      lock.unlock();
      do_parts();
      lock.lock();
    }
  }

  void do_parts() {
    std::unique_lock lock(mutex_);
    while (next_ < parts_) {
      const std::size_t part = next_++;
      lock.unlock();
      work_(context_, part);
      lock.lock();
      if (--unfinished_ == 0) done_.notify_all();
    }
  }

  std::mutex giver_;  // held by who has given the parts
  std::mutex mutex_;  // of all that follows
  std::condition_variable wake_, done_;
  std::vector<std::thread> threads_;
  void (*work_)(void*, std::size_t) = nullptr;
  void* context_ = nullptr;
  std::size_t parts_ = 0, next_ = 0, unfinished_ = 0;
  bool ends_ = false;
};

}  // namespace

void set_num_threads(int threads, Location at) {
  if (threads < 1 || threads > most_threads) {
    throw Report("set_num_threads", fmt::format("{} threads", threads), at)
        .hint(fmt::format("1 to {}", most_threads))
        .as<value_error>();
  }
  count() = threads;
}

int num_threads() { return count().load(std::memory_order_relaxed); }

void detail::on_threads(std::size_t parts, void (*work)(void*, std::size_t), void* context) {
  static Helpers helpers;
  helpers.run(parts, work, context);
}

}  // namespace eingrad
