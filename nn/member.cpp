#include <algorithm>
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include <nn/module.hpp>

#include <fmt/format.h>

namespace eingrad::nn::detail {

namespace {

/// The members of all modules of all threads, in the order of their addresses.
struct Known {
  std::mutex mutex;
  std::set<const void*> members;
};

// No object that ends with the program: modules may outlive it.
Known& known() {
  static Known& all = *new Known;
  return all;
}

bool contains(const NamedBytes& bytes, const void* address) {
  const auto* const begin = static_cast<const std::byte*>(bytes.begin);
  const std::less<> before;
  return !before(address, begin) && before(address, begin + bytes.size);
}

/// What stands last in front of an address.
std::string place_of(const void* address, std::initializer_list<NamedBytes> named) {
  const NamedBytes* last = nullptr;
  for (const NamedBytes& each : named) {
    const bool in_front = std::less<>()(each.begin, address);
    if (in_front && (last == nullptr || std::less<>()(last->begin, each.begin))) last = &each;
  }
  return last == nullptr ? "first" : fmt::format("right after {}", last->name);
}

}  // namespace

NotedMember::NotedMember() noexcept {
  const std::lock_guard lock(known().mutex);
  known().members.insert(this);
}

NotedMember::~NotedMember() {
  const std::lock_guard lock(known().mutex);
  known().members.erase(this);
}

const void* first_unnamed(const Module& module, NamedBytes all, std::initializer_list<NamedBytes> named) {
  const NotedMember* const itself = &module;
  const std::lock_guard lock(known().mutex);
  for (auto found = known().members.lower_bound(all.begin);
       found != known().members.end() && contains(all, *found); ++found) {
    const auto has_it = [&](const NamedBytes& bytes) { return contains(bytes, *found); };
    if (*found != itself && std::ranges::none_of(named, has_it)) return *found;
  }
  return nullptr;
}

void check_all_are_named(const Module& module, NamedBytes all, std::initializer_list<NamedBytes> named,
                         Location at) {
  const void* const unnamed = first_unnamed(module, all, named);
  if (unnamed == nullptr) return;
  throw Report(module.name(), "EINGRAD_MEMBERS leaves out a module, parameter or buffer", at)
      .line("named", all.name)
      .line("not", fmt::format("the part that is declared {}", place_of(unnamed, named)))
      .rule("an optimizer, a file and eval() see what is named, and nothing else")
      .hint("its name in EINGRAD_MEMBERS, or a std::shared_ptr to what belongs to another module")
      .as<value_error>();
}

void check_names_its_parts(const Module& part, NamedBytes all, NamedBytes base, Location at) {
  if (first_unnamed(part, all, {base}) == nullptr) return;
  throw Report(part.name(), "its class has parts, and no EINGRAD_MEMBERS of its own that names them", at)
      .line("part", all.name)
      .rule("an optimizer, a file and eval() see what is named, and nothing else")
      .hint(fmt::format("EINGRAD_MEMBERS(...) in {}, with all its modules, parameters and buffers",
                        part.name()))
      .as<value_error>();
}

}  // namespace eingrad::nn::detail
