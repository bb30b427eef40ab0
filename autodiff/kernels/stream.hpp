#pragma once
#include <cstddef>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace eingrad::kernels {

/// From so many bytes on a result goes past the caches: it would not stay there until it is read, and memory
/// need not be read before it is overwritten (a third of the time of a product of 10⁶ numbers).
inline constexpr std::size_t streamed_bytes = 3'000'000;

/// Copies past the caches where both are aligned to 16 bytes; others see it after end_streams().
inline void stream(std::byte* to, const std::byte* from, std::size_t bytes) {
  std::size_t done = 0;
#ifdef __SSE2__
  for (; done + 16 <= bytes; done += 16) {
    _mm_stream_si128(reinterpret_cast<__m128i*>(to + done),
                     _mm_load_si128(reinterpret_cast<const __m128i*>(from + done)));
  }
#endif
  std::memcpy(to + done, from + done, bytes - done);
}
inline void end_streams() {
#ifdef __SSE2__
  _mm_sfence();
#endif
}

}  // namespace eingrad::kernels
