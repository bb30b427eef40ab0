// Indexing beside libtorch's.
#include <autodiff/indexing/indexing.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>

using namespace eingrad;
using namespace eingrad::testing;

namespace {

void check_selection(const std::string& name, const std::vector<Tensor>& inputs, const OnTensors& ours,
                     const OnTorchTensors& theirs) {
  check_same_function("operation", name, inputs, ours, theirs, 1e-15);
}

/// Whole numbers from low to high, int64.
Tensor whole(const Shape& shape, double low, double high) {
  return random_input(shape, low, high + 0.999, int64);
}

using TorchIndex = torch::indexing::TensorIndex;
constexpr auto none = torch::indexing::None;

void check_index(const Tensor& a, const std::vector<Index>& ours, const std::vector<TorchIndex>& theirs) {
  check_selection(
      "index", {a}, [&](auto& x) { return index(x[0], ours); }, [&](auto& x) { return x[0].index(theirs); });
  const Tensor values = random_input(index(a, ours).shape());
  const auto put = [&](auto& x) {
    torch::Tensor copy = x[0].clone();
    copy.index_put_(theirs, x[1]);
    return copy;
  };
  check_selection(
      "index_put", {a, values}, [&](auto& x) { return index_put(x[0], ours, x[1]); }, put);
}

}  // namespace

// clang-format off
TEST_CASE("parity: pieces and orders", "[parity]") {
  const Tensor a = random_input({2, 5, 3});
  check_selection("narrow", {a}, [](auto& x) { return narrow(x[0], 1, -4, 3); }, [](auto& x) { return x[0].narrow(1, -4, 3); });
  for (const std::size_t i : {0U, 1U, 2U}) {
    check_selection("split", {a}, [&](auto& x) { return split(x[0], 2, 1).at(i); }, [&](auto& x) { return x[0].split(2, 1).at(i); });
    check_selection("split into sizes", {a}, [&](auto& x) { return split(x[0], {1, 0, 4}, 1).at(i); }, [&](auto& x) { return x[0].split_with_sizes({1, 0, 4}, 1).at(i); });
    check_selection("chunk", {a}, [&](auto& x) { return chunk(x[0], 3, -2).at(i); }, [&](auto& x) { return x[0].chunk(3, -2).at(i); });
  }
  CHECK(chunk(a, 4, 1).size() == to_torch(a).chunk(4, 1).size());
  check_selection("flatten", {a}, [](auto& x) { return flatten(x[0], 1); }, [](auto& x) { return torch::flatten(x[0], 1); });
  check_selection("flatten", {random_input({})}, [](auto& x) { return flatten(x[0]); }, [](auto& x) { return torch::flatten(x[0]); });
  check_selection("flip", {a}, [](auto& x) { return flip(x[0], {0, -1}); }, [](auto& x) { return torch::flip(x[0], {0, -1}); });
  check_selection("flip", {random_input({0, 2})}, [](auto& x) { return flip(x[0], 0); }, [](auto& x) { return torch::flip(x[0], 0); });
  for (const std::int64_t shift : {0, 1, 7, -3}) {
    check_selection("roll", {a}, [&](auto& x) { return roll(x[0], shift, 1); }, [&](auto& x) { return torch::roll(x[0], shift, 1); });
    check_selection("roll", {a}, [&](auto& x) { return roll(x[0], shift); }, [&](auto& x) { return torch::roll(x[0], shift); });
  }
  check_selection("repeat", {a}, [](auto& x) { return repeat(x[0], {2, 1, 3, 2}); }, [](auto& x) { return x[0].repeat({2, 1, 3, 2}); });
  check_selection("repeat", {a}, [](auto& x) { return repeat(x[0], {1, 0, 2}); }, [](auto& x) { return x[0].repeat({1, 0, 2}); });
  check_selection("tile", {a}, [](auto& x) { return tile(x[0], {3}); }, [](auto& x) { return torch::tile(x[0], {3}); });
}

TEST_CASE("parity: elements by index", "[parity]") {
  const Tensor a = random_input({4, 5, 3});
  const Tensor along0 = whole({2, 5, 3}, 0, 3), along1 = whole({4, 7, 2}, 0, 4);
  check_selection("gather", {a, along0}, [](auto& x) { return gather(x[0], 0, x[1]); }, [](auto& x) { return torch::gather(x[0], 0, x[1]); });
  check_selection("gather", {a, along1}, [](auto& x) { return gather(x[0], -2, x[1]); }, [](auto& x) { return torch::gather(x[0], -2, x[1]); });
  check_selection("scatter_add", {a, along1, random_input({4, 7, 2})}, [](auto& x) { return scatter_add(x[0], 1, x[1], x[2]); }, [](auto& x) { return torch::scatter_add(x[0], 1, x[1], x[2]); });
  check_selection("take", {a, whole({2, 3}, -60, 59)}, [](auto& x) { return take(x[0], x[1]); }, [](auto& x) { return torch::take(x[0], x[1]); });
  check_selection("index_select", {a, whole({6}, 0, 4)}, [](auto& x) { return index_select(x[0], 1, x[1]); }, [](auto& x) { return torch::index_select(x[0], 1, x[1]); });
  check_selection("one_hot", {whole({3, 2}, 0, 4)}, [](auto& x) { return one_hot(x[0], 5); }, [](auto& x) { return torch::one_hot(x[0], 5); });
}

TEST_CASE("parity: masks", "[parity]") {
  const Tensor a = random_input({4, 3}), mask = random_input({4, 3}, -0.999, 1, boolean), row = random_input({3}, 0, 1, int64).to(boolean);
  check_selection("masked_fill", {a, mask}, [](auto& x) { return masked_fill(x[0], x[1], 7); }, [](auto& x) { return x[0].masked_fill(x[1], 7); });
  check_selection("masked_fill", {a, row, random_input({})}, [](auto& x) { return masked_fill(x[0], x[1], x[2]); }, [](auto& x) { return x[0].masked_fill(x[1], x[2]); });
  const Tensor some = from_torch(to_torch(a.detach()) > 0);
  check_selection("masked_select", {a, some}, [](auto& x) { return masked_select(x[0], x[1]); }, [](auto& x) { return x[0].masked_select(x[1]); });
  check_selection("nonzero", {some}, [](auto& x) { return nonzero(x[0]); }, [](auto& x) { return torch::nonzero(x[0]); });
  for (const std::int64_t diagonal : {-2, -1, 0, 1, 5}) {
    check_selection("tril", {random_input({2, 3, 4})}, [&](auto& x) { return tril(x[0], diagonal); }, [&](auto& x) { return torch::tril(x[0], diagonal); });
    check_selection("triu", {random_input({2, 3, 4})}, [&](auto& x) { return triu(x[0], diagonal); }, [&](auto& x) { return torch::triu(x[0], diagonal); });
  }
}

TEST_CASE("parity: sorted elements", "[parity]") {
  Tensor ties = whole({3, 6}, 0, 2);
  Tensor with_nan = random_input({7}).detach();
  with_nan.mutable_span<double>()[2] = std::nan("");
  for (const Tensor& a : {random_input({4, 5}), with_nan, ties}) {
    for (const bool descending : {false, true}) {
      check_selection("sort", {a}, [&](auto& x) { return sort(x[0], 0, descending).values; }, [&](auto& x) { return std::get<0>(torch::sort(x[0], 0, descending)); });
      check_selection("argsort", {a}, [&](auto& x) { return argsort(x[0], -1, descending); }, [&](auto& x) { return std::get<1>(torch::sort(x[0], c10::optional<bool>(true), -1, descending)); });
      check_selection("topk", {a}, [&](auto& x) { return topk(x[0], 3, 0, descending).values; }, [&](auto& x) { return std::get<0>(torch::topk(x[0], 3, 0, descending)); });
    }
  }
}

TEST_CASE("parity: windows and padding", "[parity]") {
  const Tensor a = random_input({2, 3, 6, 7});
  check_selection("unfold", {a}, [](auto& x) { return unfold(x[0], 2, 3, 2); }, [](auto& x) { return x[0].unfold(2, 3, 2); });
  check_selection("windows", {a}, [](auto& x) { return windows(x[0], {2, 3}, {1, 2}, {1, 1}); }, [](auto& x) { return x[0].unfold(2, 2, 1).unfold(3, 3, 2); });
  check_selection("windows", {a}, [](auto& x) { return windows(x[0], 3, 1, 2); }, [](auto& x) { return x[0].unfold(3, 5, 1).slice(-1, 0, 5, 2); });
  check_selection("pad", {a}, [](auto& x) { return pad(x[0], {1, 2}); }, [](auto& x) { return torch::constant_pad_nd(x[0], {1, 2}); });
  check_selection("pad", {a}, [](auto& x) { return pad(x[0], {1, 2, 0, 3}, -1.5); }, [](auto& x) { return torch::constant_pad_nd(x[0], {1, 2, 0, 3}, -1.5); });
}

TEST_CASE("parity: brackets", "[parity]") {
  const Tensor a = random_input({4, 5, 3});
  const Tensor i = tensor({0, 3, 1}), j = tensor({{-1}, {1}}), k = tensor({2, 0, 1});
  const torch::Tensor ti = to_torch(i), tj = to_torch(j), tk = to_torch(k);
  const Tensor rows = tensor({true, false, true, true});
  const Tensor matrix = from_torch(to_torch(a.detach()).select(2, 0) > 0);
  check_index(a, {}, {"..."});
  check_index(a, {1}, {1});
  check_index(a, {-1, Slice{1, 4, 2}}, {-1, torch::indexing::Slice(1, 4, 2)});
  check_index(a, {Ellipsis{}, 0}, {"...", 0});
  check_index(a, {NewAxis{}, 2, Ellipsis{}, NewAxis{}}, {none, 2, "...", none});
  check_index(a, {i}, {ti});
  check_index(a, {i, j}, {ti, tj});
  check_index(a, {Slice{}, j, k}, {torch::indexing::Slice(), tj, tk});
  check_index(a, {i, Slice{1, 3}, k}, {ti, torch::indexing::Slice(1, 3), tk});
  check_index(a, {Ellipsis{}, j}, {"...", tj});
  check_index(a, {rows}, {to_torch(rows)});
  check_index(a, {rows, 1}, {to_torch(rows), 1});
  check_index(a, {matrix}, {to_torch(matrix)});
  const Tensor twice = tensor({1, 1, 3});
  check_selection("index_put, accumulated", {a, random_input({3, 5, 3})}, [&](auto& x) { return index_put(x[0], {twice}, x[1], true); },
        [&](auto& x) { torch::Tensor copy = x[0].clone(); copy.index_put_({to_torch(twice)}, x[1], true); return copy; });
}
// clang-format on
