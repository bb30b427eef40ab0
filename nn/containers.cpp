#include <algorithm>

#include <nn/containers.hpp>

namespace eingrad::nn {

Sequential::Sequential(const Sequential& other) : Module(other) {
  for (const auto& part : other.parts_) parts_.push_back(part->copy());
}

Sequential& Sequential::operator=(const Sequential& other) {
  if (this == &other) return *this;
  Module::operator=(other);
  parts_.resize(other.parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto& given = other.parts_[i];
    if (parts_[i] == nullptr || !parts_[i]->assign(*given)) parts_[i] = given->copy();
  }
  return *this;
}

bool Sequential::have_same_shapes(const Module& a, const Module& b) {
  const auto same = [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.shape() == y.second.shape();
  };
  return std::ranges::equal(a.named_parameters(), b.named_parameters(), same) &&
         std::ranges::equal(a.named_buffers(), b.named_buffers(), same);
}

Tensor Sequential::forward(const Operand& x) const {
  Tensor y = x.tensor("the input", "Sequential");
  for (const auto& part : parts_) y = part->forward(Operand(y, x.at.file, x.at.line));
  return y;
}

void Sequential::members(MemberVisitor& visitor) {
  for (std::size_t i = 0; i < parts_.size(); ++i) parts_[i]->show(std::to_string(i), visitor);
}

}  // namespace eingrad::nn
