#include <autodiff/indexing/cat.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/selection.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule cat_rule("cat");

void check_list(const char* operation, const std::vector<Tensor>& tensors, Location at) {
  if (tensors.empty())
    throw Report(operation, "there is no tensor", at).hint("one tensor or more").as<value_error>();
  for (std::size_t k = 0; k < tensors.size(); ++k) {
    if (!tensors[k].defined()) throw_undefined(operation, fmt::format("tensors[{}]", k), at);
  }
}

}  // namespace

Tensor cat(const std::vector<Tensor>& tensors, std::int64_t axis, Location at) {
  check_list("cat", tensors, at);
  Dtype dtype = boolean;
  for (const Tensor& tensor : tensors) dtype = promote(dtype, tensor.dtype());
  const std::size_t i = normalize_axis(axis, tensors[0].shape().size(), "cat", at, &tensors[0]);
  Shape shape = tensors[0].shape();
  shape[i] = 0;
  std::vector<Tensor> parts;
  for (const Tensor& tensor : tensors) {
    Shape rest = tensor.shape();
    const bool same_rank = rest.size() == shape.size();
    if (same_rank) rest[i] = shape[i];
    if (rest != shape) {
      throw Report("cat",
                   same_rank ? fmt::format("extents differ on another axis than {}", i)
                             : std::string("the tensors have not the same number of axes"),
                   at)
          .operand("A", tensors[0])
          .operand("B", tensor)
          .hint(same_rank
                    ? "equal extents on all other axes; along the only one that differs they can be joined"
                    : "unsqueeze(0) on the one with fewer")
          .as<shape_error>();
    }
    shape[i] += tensor.shape()[i];
    parts.push_back(tensor.to(dtype, at));
  }
  const std::int64_t outer = numel_before(shape, i), inner = numel_behind(shape, i);
  std::vector<IndexMap> maps;
  std::int64_t done = 0;
  for (const Tensor& part : parts) {
    const std::int64_t run = part.shape()[i] * inner;
    IndexMap map;
    map.to = done;
    map.loops.add(outer, {shape[i] * inner, run});
    map.loops.add(run, {1, 1});
    maps.push_back(std::move(map));
    done += run;
  }
  return select(cat_rule, parts, std::move(maps), shape, at);
}

Tensor concat(const std::vector<Tensor>& tensors, std::int64_t axis, Location at) {
  return cat(tensors, axis, at);
}

Tensor stack(const std::vector<Tensor>& tensors, std::int64_t axis, Location at) {
  check_list("stack", tensors, at);
  static_cast<void>(normalize_axis(axis, tensors[0].shape().size() + 1, "stack", at));
  std::vector<Tensor> rows;
  for (const Tensor& tensor : tensors) {
    if (tensor.shape() != tensors[0].shape()) {
      throw Report("stack", "the shapes differ", at)
          .operand("A", tensors[0])
          .operand("B", tensor)
          .hint("cat along an axis that is there")
          .as<shape_error>();
    }
    rows.push_back(unsqueeze(Operand(tensor, at.file, at.line), axis));
  }
  return cat(rows, axis, at);
}

}  // namespace eingrad
