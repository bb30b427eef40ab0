// Tensors in files: what is written is read, and what is damaged or forged is refused.
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <string>

#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/storage/npz.hpp>
#include <autodiff/storage/safetensors.hpp>
#include <autodiff/storage/storage.hpp>
#include <autodiff/storage/write_file.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

#include <unistd.h>

using namespace eingrad;
using testing::error_text;

namespace {

StateDict example() {
  Generator generator(1);
  return {{"hidden.weight", randn({3, 4}, float64, generator)},
          {"hidden.bias", randn({3}, float32, generator)},
          {"count", full({}, 7, int64)},
          {"mask", tensor({true, false, true})},
          {"nothing", zeros({0, 2})},
          {"ä \"quoted\" name", tensor({-0.0, std::nan("")}, float64)}};
}

bool same(const StateDict& a, const StateDict& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, values] : a) {
    const auto found = b.find(name);
    if (found == b.end() || found->second.shape() != values.shape() ||
        found->second.dtype() != values.dtype())
      return false;
    if (std::memcmp(values.node().data, found->second.node().data, values.node().bytes()) != 0) return false;
  }
  return true;
}

/// A safetensors file of this header and so many bytes of elements.
std::string forged(const std::string& header, std::size_t elements = 8) {
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(elements, '\0');
}

std::string refusal(const std::string& bytes) {
  return error_text<value_error>([&] { from_safetensors(bytes, "forged"); });
}

}  // namespace

TEST_CASE("what is written is read, to the last bit", "[storage]") {
  CHECK(same(from_safetensors(to_safetensors(example()), "memory"), example()));
  CHECK(same(from_npz(to_npz(example()), "memory"), example()));
  CHECK(from_safetensors(to_safetensors({}), "memory").empty());
  CHECK(from_npz(to_npz({}), "memory").empty());
  CHECK(to_npz(example()) == to_npz(example()));
}

TEST_CASE("save and load go by the file's name", "[storage]") {
  for (const char* ending : {".safetensors", ".npz"}) {
    const auto path =
        std::filesystem::temp_directory_path() / ("eingrad_storage_" + std::to_string(getpid()) + ending);
    save(example(), path);
    const StateDict read = load(path);
    CHECK(read.begin()->second.node().line == __LINE__ - 1);
    CHECK(same(read, example()));
    write_file(path, std::string(100, 'x'));
    const std::string damaged = error_text<value_error>([&] { load(path); });
    CHECK_THAT(damaged, ContainsSubstring("storage.cpp:" + std::to_string(__LINE__ - 1)));
    std::filesystem::remove(path);
    const std::string missing = error_text<value_error>([&] { load(path); });
    CHECK_THAT(missing, ContainsSubstring(path.string()) && ContainsSubstring("No such file"));
  }
  CHECK_THAT(error_text<value_error>([] { save({}, "model.pt"); }),
             ContainsSubstring("ends in .safetensors or .npz"));
  CHECK_THAT(error_text<value_error>([] { save({}, "/nowhere/model.npz"); }),
             StartsWith("value_error: save: cannot write"));
}

TEST_CASE("several states share a file by prefixes", "[storage]") {
  StateDict both = with_prefix("model.", example());
  both.merge(with_prefix("optimizer.", {{"lr.0", full({}, 0.1, float64)}}));
  CHECK(same(without_prefix("model.", both), example()));
  CHECK(without_prefix("optimizer.", both).at("lr.0").item() == 0.1);
}

TEST_CASE("a file that was cut short is refused wherever it was cut", "[storage]") {
  const std::string safetensors = to_safetensors(example()), npz = to_npz(example());
  for (std::size_t length = 0; length < safetensors.size(); ++length)
    CHECK_THROWS_AS(from_safetensors(safetensors.substr(0, length), "cut"), value_error);
  for (std::size_t length = 0; length < npz.size(); ++length)
    CHECK_THROWS_AS(from_npz(npz.substr(0, length), "cut"), value_error);
}

TEST_CASE("a byte that was changed is refused, or changes only numbers", "[storage]") {
  const std::string whole = to_npz(example());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    try {
      static_cast<void>(from_npz(damaged, "damaged"));
    } catch (const value_error&) {
    }
  }
  const std::string safetensors = to_safetensors(example());
  for (std::size_t i = 0; i < safetensors.size(); ++i) {
    std::string damaged = safetensors;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    try {
      static_cast<void>(from_safetensors(damaged, "damaged"));
    } catch (const value_error&) {
    }
  }
  std::string flipped = whole;
  flipped[whole.find("NUMPY") + 130] = static_cast<char>(flipped[whole.find("NUMPY") + 130] ^ 1);
  CHECK_THROWS_AS(from_npz(flipped, "flipped"), value_error);  // the checksum
}

TEST_CASE("forged safetensors are refused with the reason", "[storage]") {
  const std::string good = R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})";
  CHECK(from_safetensors(forged(good), "good").at("a").item() == 0);
  const std::map<std::string, std::string> reasons{
      {R"({"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}})", "F16"},
      {R"({"a":{"dtype":7,"shape":[1],"data_offsets":[0,8]}})", "no text"},
      {R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}})", "not as many elements"},
      {R"({"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}})", "a shape that is none"},
      {R"({"a":{"dtype":"F64","shape":[1.0],"data_offsets":[0,8]}})", "a shape that is none"},
      {R"({"a":{"dtype":"F64","shape":[9223372036854775807,2],"data_offsets":[0,8]}})",
       "not as many elements"},
      {R"({"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}})",
       "not as many elements"},
      {R"({"a":{"dtype":"F64","shape":[18446744073709551615],"data_offsets":[0,8]}})",
       "a shape that is none"},
      {R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[8,0]}})", "beyond the end"},
      {R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}})", "beyond the end"},
      {R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0]}})", "data_offsets that are none"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "belong to no tensor"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "a gap"},
      {R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})",
       "overlap"},
      {R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})",
       "twice"},
      {R"({"a":{"shape":[1],"data_offsets":[0,8]}})", "has not a dtype"},
      {R"({"a":3})", "has not a dtype"},
      {R"([1])", "JSON object"},
      {"{\"\xff\":{}}", "JSON object"},
      {"{", "JSON object"},
  };
  for (const auto& [header, reason] : reasons) {
    INFO(header);
    const std::string text = refusal(forged(header));
    CHECK_THAT(text, ContainsSubstring(reason) && ContainsSubstring("'forged'"));
  }
  std::string long_header = forged(good);
  long_header[7] = '\x7f';
  CHECK_THAT(refusal(long_header), ContainsSubstring("its header is said to have"));
  CHECK(from_safetensors(forged(R"({"__metadata__":{"format":"pt"}})", 0), "metadata").empty());
  const std::string deep = forged("{\"a\":" + std::string(100'000, '[') + "}");
  CHECK_THROWS_AS(from_safetensors(deep, "deep"), value_error);
}

TEST_CASE("a generator's state is saved with what waits in it", "[storage]") {
  Generator generator(5);
  static_cast<void>(randn({3}, float64, generator));  // an odd number leaves one waiting
  const StateDict saved = from_safetensors(to_safetensors({{"rng", get_rng_state(generator)}}), "memory");
  const Tensor next = randn({20}, float64, generator);
  Generator other(9);
  set_rng_state(saved.at("rng"), other);
  CHECK(equal(randn({20}, float64, other), next));
  CHECK(other.initial_seed() == 5);
  CHECK_THROWS_AS(set_rng_state(zeros({3}, int64), other), value_error);
  CHECK_THROWS_AS(set_rng_state(zeros({628}), other), value_error);
}
