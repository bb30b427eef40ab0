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

/// The first member that stands among the bytes of a module, but in none of those that are named; null if
/// there is none.
const void* first_unnamed(const Module& module, NamedBytes all, std::initializer_list<NamedBytes> named);
/// value_error if there is one.
void check_all_are_named(const Module& module, NamedBytes all, std::initializer_list<NamedBytes> named,
                         Location at);
/// value_error if a part of a module has one outside of the bytes of the base whose EINGRAD_MEMBERS it has.
void check_names_its_parts(const Module& part, NamedBytes all, NamedBytes base, Location at);

}  // namespace detail
}  // namespace eingrad::nn
