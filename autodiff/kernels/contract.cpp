#include <algorithm>
#include <cstring>

#include <autodiff/kernels/contract.hpp>
#include <autodiff/kernels/gemm.hpp>
#include <autodiff/kernels/strided.hpp>
#include <autodiff/kernels/sum_product.hpp>

namespace eingrad::kernels {

namespace {

bool has(const std::string& letters, char letter) { return letters.find(letter) != std::string::npos; }

bool repeats_a_letter(const std::string& letters) {
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters.find(letters[i], i + 1) != std::string::npos) return true;
  }
  return false;
}

/// The letters for which keep(letter) holds, each once, in order.
template <class Keep>
std::string select(const std::string& letters, Keep keep) {
  std::string chosen;
  for (char letter : letters) {
    if (keep(letter) && !has(chosen, letter)) chosen += letter;
  }
  return chosen;
}

/// How far one step of a letter moves in a contiguous tensor with these letters; 0 if it lacks the letter.
std::int64_t stride_of(char letter, const std::string& letters, const Shape& shape) {
  std::int64_t stride = 1, step = 0;
  for (std::size_t axis = letters.size(); axis-- > 0; stride *= shape[axis]) {
    if (letters[axis] == letter) step += stride;
  }
  return step;
}

/// The extent of each letter, from the tensors that have it.
struct Extents {
  const Contraction& letters;
  const Tensor& a;
  const Tensor* b;
  const Tensor& y;

  std::int64_t operator()(char letter) const {
    if (const auto i = letters.a.find(letter); i != std::string::npos) return a.shape()[i];
    if (const auto i = letters.b.find(letter); b != nullptr && i != std::string::npos) return b->shape()[i];
    return y.shape()[letters.out.find(letter)];
  }
  std::int64_t product(const std::string& chosen) const {
    std::int64_t product = 1;
    for (char letter : chosen) product *= (*this)(letter);
    return product;
  }
  Shape shape(const std::string& chosen) const {
    Shape shape = Shape::filled(chosen.size());
    std::ranges::transform(chosen, shape.begin(), *this);
    return shape;
  }
};

template <class T>
T* data(const Tensor& tensor) {
  return static_cast<T*>(tensor.node().data);
}

Tensor contracted(Contraction letters, const Tensor& a, const Shape& shape) {
  Tensor y(make_node(a.dtype(), shape, {}));
  contract(letters, a, nullptr, y);
  return y;
}

// ---- One operand: copies and sums ----

template <class T>
T sum_of(const T* x, std::size_t n) {
  if constexpr (std::floating_point<T>) {
    return sum_product_kernels<T>().sum(x, n);
  } else {
    T total = 0;
    for (std::size_t i = 0; i < n; ++i) total = static_cast<T>(total + x[i]);
    return total;
  }
}

template <class T>
void contract_one(const Contraction& letters, const Tensor& a, Tensor& y) {
  const Extents extent{letters, a, nullptr, y};
  const std::string kept = select(letters.out, [](char) { return true; });
  const std::string summed = select(letters.a, [&](char letter) { return !has(letters.out, letter); });
  if (repeats_a_letter(letters.out)) std::memset(y.node().data, 0, y.node().bytes());

  Loops<2> over_kept, over_summed;  // strides in y and in a
  for (char letter : kept) {
    over_kept.add(extent(letter),
                  {stride_of(letter, letters.out, y.shape()), stride_of(letter, letters.a, a.shape())});
  }
  for (char letter : summed) over_summed.add(extent(letter), {0, stride_of(letter, letters.a, a.shape())});

  const T* from = data<T>(a);
  T* to = data<T>(y);
  if (over_summed.count() == 0) return strided_copy(to, from, over_kept);
  const auto terms = static_cast<std::size_t>(over_summed.numel());

  if (over_summed.count() == 1 && over_summed.stride(0, 1) == 1) {
    return over_kept.each([&](const auto& at) { to[at[0]] = sum_of(from + at[1], terms); });
  }
  if constexpr (std::floating_point<T>) {
    const std::size_t last = over_kept.count() - 1;
    if (over_summed.count() == 1 && over_kept.count() > 0 && over_kept.stride(last, 0) == 1 &&
        over_kept.stride(last, 1) == 1 && over_kept.extent(last) == over_summed.stride(0, 1)) {
      const auto columns = static_cast<std::size_t>(over_kept.extent(last));
      over_kept.without_last().each([&](const auto& at) {
        sum_product_kernels<T>().sum_rows(to + at[0], from + at[1], terms, columns);
      });
      return;
    }
  }
  const std::string order = kept + summed;
  const Tensor sorted = contracted({letters.a, "", order}, a, extent.shape(order));
  contract({order, "", letters.out}, sorted, nullptr, y);
}

// ---- Two operands: products ----

template <class T>
T dot_of(const T* a, const T* b, std::size_t n) {
  if constexpr (std::floating_point<T>) {
    return sum_product_kernels<T>().dot(a, b, n);
  } else {
    T total = 0;
    for (std::size_t i = 0; i < n; ++i) total = static_cast<T>(total + a[i] * b[i]);
    return total;
  }
}

/// A tensor seen as a stack of matrices.
struct Stack {
  void* data;
  std::ptrdiff_t row, column;
  Tensor sorted{};  // what `data` belongs to, if the tensor's own axes stood in another order

  template <class T>
  Matrix<T> matrix(std::int64_t i, std::int64_t size) const {
    return {static_cast<T*>(data) + i * size, row, column};
  }
};

/// `tensor` as matrices of axes `rows` by `columns` behind `batch`, copied if its axes stand in another
/// order.
Stack stack(const Tensor& tensor, const std::string& letters, const std::string& batch,
            const std::string& rows, const std::string& columns, const Extents& extent) {
  void* const own = tensor.node().data;
  if (letters == batch + rows + columns) return {own, extent.product(columns), 1};
  if (letters == batch + columns + rows) return {own, 1, extent.product(rows)};
  const std::string order = batch + rows + columns;
  Tensor sorted = contracted({letters, "", order}, tensor, extent.shape(order));
  void* const copy = sorted.node().data;
  return {copy, extent.product(columns), 1, std::move(sorted)};
}

template <class T>
void contract_two(const Contraction& letters, const Tensor& a, const Tensor& b, Tensor& y) {
  const Extents extent{letters, a, &b, y};
  const auto in_a = [&](char letter) { return has(letters.a, letter); };
  const auto in_b = [&](char letter) { return has(letters.b, letter); };
  const auto in_y = [&](char letter) { return has(letters.out, letter); };

  const std::string batch = select(letters.out, [&](char l) { return in_a(l) && in_b(l); });
  const std::string rows = select(letters.out, [&](char l) { return in_a(l) && !in_b(l); });
  const std::string columns = select(letters.out, [&](char l) { return !in_a(l) && in_b(l); });
  const std::string inner = select(letters.a, [&](char l) { return in_b(l) && !in_y(l); });

  if (batch.empty() && rows.empty() && columns.empty()) {
    const bool in_order = letters.b == inner;
    const Tensor sorted = in_order ? Tensor() : contracted({letters.b, "", inner}, b, extent.shape(inner));
    *data<T>(y) = dot_of(data<T>(a), data<T>(in_order ? b : sorted), static_cast<std::size_t>(a.numel()));
    return;
  }
  if (inner.empty()) {
    Loops<3> loops;
    for (char letter : letters.out) {
      loops.add(extent(letter),
                {stride_of(letter, letters.out, y.shape()), stride_of(letter, letters.a, a.shape()),
                 stride_of(letter, letters.b, b.shape())});
    }
    return strided_product(data<T>(y), data<T>(a), data<T>(b), loops);
  }

  const Stack left = stack(a, letters.a, batch, rows, inner, extent);
  const Stack right = stack(b, letters.b, batch, inner, columns, extent);
  const std::int64_t m = extent.product(rows), n = extent.product(columns), k = extent.product(inner);
  const bool in_place = letters.out == batch + rows + columns || letters.out == batch + columns + rows;
  const std::string order = in_place ? letters.out : batch + rows + columns;
  const Tensor product = in_place ? y : Tensor(make_node(y.dtype(), extent.shape(order), {}));
  const Stack result = stack(product, order, batch, rows, columns, extent);
  for (std::int64_t i = 0; i < extent.product(batch); ++i) {
    gemm(result.matrix<T>(i, m * n), left.matrix<const T>(i, m * k), right.matrix<const T>(i, k * n), m, n,
         k);
  }
  if (!in_place) contract({order, "", letters.out}, product, nullptr, y);
}

/// Brings the letters into the form that contract_two takes: none is repeated, none stands in one tensor
/// alone. Returns false if they are in that form already.
bool simplified(const Contraction& letters, const Tensor& a, const Tensor& b, Tensor& y) {
  const Extents extent{letters, a, &b, y};
  const std::string needed_a =
      select(letters.a, [&](char l) { return has(letters.b, l) || has(letters.out, l); });
  const std::string needed_b =
      select(letters.b, [&](char l) { return has(letters.a, l) || has(letters.out, l); });
  const std::string made =
      select(letters.out, [&](char l) { return has(letters.a, l) || has(letters.b, l); });
  if (needed_a == letters.a && needed_b == letters.b && made == letters.out) return false;

  // An operand that is needed as it is stays where it is: other threads may be reading it, so it is not even
  // counted.
  Tensor less_a, less_b;
  if (needed_a != letters.a) less_a = contracted({letters.a, "", needed_a}, a, extent.shape(needed_a));
  if (needed_b != letters.b) less_b = contracted({letters.b, "", needed_b}, b, extent.shape(needed_b));
  const Tensor &left = less_a.defined() ? less_a : a, &right = less_b.defined() ? less_b : b;
  if (made == letters.out) {
    contract({needed_a, needed_b, made}, left, &right, y);
  } else {
    Tensor less_y(make_node(y.dtype(), extent.shape(made), {}));
    contract({needed_a, needed_b, made}, left, &right, less_y);
    contract({made, "", letters.out}, less_y, nullptr, y);
  }
  return true;
}

}  // namespace

void contract(const Contraction& letters, const Tensor& a, const Tensor* b, Tensor& y) {
  if (y.numel() == 0) return;
  if (a.numel() == 0 || (b != nullptr && b->numel() == 0)) {  // an empty sum
    std::memset(y.node().data, 0, y.node().bytes());
    return;
  }
  if (b != nullptr && simplified(letters, a, *b, y)) return;
  with_element_type(y.dtype(), [&]<class T>() {
    if (b == nullptr) {
      contract_one<T>(letters, a, y);
    } else {
      contract_two<T>(letters, a, *b, y);
    }
  });
}

}  // namespace eingrad::kernels
