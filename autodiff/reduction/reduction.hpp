#pragma once
// What makes fewer numbers of many and is no sum of products: extremes, softmax, norms, moments.
#include <autodiff/reduction/extremes.hpp>
#include <autodiff/reduction/moments.hpp>
#include <autodiff/reduction/norm.hpp>
#include <autodiff/reduction/product.hpp>
#include <autodiff/reduction/running_sum.hpp>
#include <autodiff/reduction/softmax.hpp>
#include <autodiff/reduction/truth.hpp>
