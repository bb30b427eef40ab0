#pragma once
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include <autodiff/location.hpp>

namespace eingrad::nn {

class Module;

namespace detail {

/// What a module consists of: parameters, buffers, modules. Each is noted where it stands, and so a module
/// finds those among its bytes that nobody named.
class NotedMember {
 protected:
  NotedMember() noexcept;
  NotedMember(const NotedMember&) noexcept : NotedMember() {}
  NotedMember& operator=(const NotedMember&) noexcept { return *this; }
  ~NotedMember();
};

struct NamedBytes {
  std::string_view name;
  const void* begin;
  std::size_t size;
};

/// value_error if a member stands among the bytes of a module, but in none of those that are named.
void check_all_are_named(const Module& module, NamedBytes all, std::initializer_list<NamedBytes> named,
                         Location at);

}  // namespace detail
}  // namespace eingrad::nn
