// Shapes, axes and indices that do not fit.
#include <tests/nn/mistakes/mistake.hpp>

using namespace eingrad;
using namespace eingrad::testing;

TEST_CASE("a mistake with a shape or an index has a message that names the cure and a line of the program",
          "[mistakes]") {
  check_each({
      {"matrices that do not chain",
       [] {
         matmul(ones({32, 4}), ones({3, 4}));
       },
       "B.t() if you meant C_ik = A_ij B_kj"},
      {"shapes that do not broadcast",
       [] {
         ones({8, 3}) + ones({8});
       },
       "reshape or unsqueeze one of them"},
      {"an axis that is not there",
       [] {
         sum(ones({2, 3}), 2);
       },
       "0 to 1, or -2 to -1 counted from the back"},
      {"a shape of other size",
       [] {
         reshape(ones({2, 3}), {4, 2});
       },
       "one extent may be -1"},
      {"rows of other length",
       [] {
         cat({ones({2, 3}), ones({2, 4})});
       },
       "along the only one that differs"},
      {"an index beyond the end", [] { select(ones({3}), 0, 3); }, "-3 to 2"},
      {"one number of many", [] { static_cast<void>(ones({2}).item()); }, "sum() or mean()"},
      {"the mean of integers",
       [] {
         mean(tensor({1, 2}));
       },
       "to(float64)"},
      {"one letter for axes that differ",
       [] {
         einsum("ni,oi->no", {ones({8, 3}), ones({2, 4})});
       },
       "another letter"},
      {"an axis that the tensor does not have",
       [] {
         ones({8, 3}).sum(2);
       },
       "= (8, 3) float32"},
      {"the extreme of nothing",
       [] {
         max(zeros({0, 3}), 0);
       },
       "a check of numel() first"},
      {"more indices than axes",
       [] {
         index(ones({2, 3}), {0, 1, 2});
       },
       "at most one index for each axis"},
      {"an index that is not there",
       [] {
         index(ones({2, 3}), {5});
       },
       "index: there is no index 5"},
      {"an index in a tensor that is not there",
       [] {
         index(ones({2, 3}), {tensor({0, 7})});
       },
       "-2 to 1"},
      {"a mask of another length",
       [] {
         index(ones({2, 3}), {tensor({true, false, true})});
       },
       "a mask of the extents of the axes"},
      {"braces that are ragged",
       [] {
         tensor({{1, 2}, {3}});
       },
       "as many numbers in each row"},
      {"a negative extent",
       [] {
         zeros({-1, 3});
       },
       "zeros: no tensor has the shape (-1, 3)"},
      {"a default dtype without fractions", [] { set_default_dtype(int64); }, "float32 or float64"},
      {"an axis named twice",
       [] {
         sum(ones({2, 3}), {0, 0});
       },
       "each axis once"},
      {"a permutation that is none",
       [] {
         permute(ones({2, 3}), {0, 0});
       },
       "each axis of 0 to n - 1 once"},
      {"more of the largest than there are", [] { topk(ones({3}), 5); }, "0 to 3"},
      {"a part beyond the end", [] { narrow(ones({3}), 0, 2, 4); },
       "a start and a length that lie on the axis"},
      {"the inverse of a row",
       [] {
         inverse(ones({2, 3}));
       },
       "square matrices"},
      {"tensors of other ranks side by side",
       [] {
         cat({ones({2, 3}), ones({3})});
       },
       "unsqueeze(0) on the one with fewer"},
      {"a product of elements where one of matrices is meant",
       [] {
         ones({2, 3}) * ones({3, 2});
       },
       "matmul(A, B) if you meant C_ik = A_ij B_jk"},
  });
}
