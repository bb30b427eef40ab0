#pragma once
// The contractions: sums of products over letters, and what differs from einsum in nothing but its name.
#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/einsum.hpp>
#include <autodiff/contraction/products.hpp>
#include <autodiff/contraction/reductions.hpp>
