#pragma once
#include <cstddef>

#include <autodiff/location.hpp>

namespace eingrad {

/// Among how many threads large computations are divided: elementwise ones, and products of matrices. At
/// first as many as the environment variable EINGRAD_NUM_THREADS says, or as there are processors. The
/// results are the same for any number, to the last bit. value_error if it is less than 1.
void set_num_threads(int count, Location at = Location::current());
int num_threads();

namespace detail {

/// Calls work(context, part) for each part from 0 to parts - 1, on this thread and others at once,
/// num_threads() of them. On this thread alone where another one has the helpers just now.
void on_threads(std::size_t parts, void (*work)(void* context, std::size_t part), void* context);

}  // namespace detail

/// Calls work(first, last) for stretches that together are 0 to n, in as many threads as there are when n is
/// at least `worthwhile`, else once. Stretches begin at multiples of 64.
template <class Work>
void divide(std::size_t n, std::size_t worthwhile, Work work) {
  const auto threads = n < worthwhile ? std::size_t{1} : static_cast<std::size_t>(num_threads());
  if (threads == 1) return work(0, n);
  struct Context {
    Work& work;
    std::size_t n, stretch;
  } context{work, n, (n / threads + 63) / 64 * 64};
  detail::on_threads((n + context.stretch - 1) / context.stretch,
                     [](void* address, std::size_t part) {
                       auto& [work_, n_, stretch_] = *static_cast<Context*>(address);
                       const std::size_t first = part * stretch_, last = first + stretch_;
                       work_(first, last < n_ ? last : n_);
                     },
                     &context);
}

}  // namespace eingrad
