#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <autodiff/error.hpp>

/// Hands what libFuzzer thinks of to a reader. The library's own errors are right answers to bad input.
#define EINGRAD_FUZZ(read)                                                            \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);  \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    try {                                                                             \
      read(std::string_view(reinterpret_cast<const char*>(data), size));              \
    } catch (const eingrad::error&) {                                                 \
    }                                                                                 \
    return 0;                                                                         \
  }
