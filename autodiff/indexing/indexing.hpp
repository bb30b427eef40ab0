#pragma once
// The indexing kind: every element of the result is one element of an operand. Results have memory of their
// own.
#include <autodiff/indexing/cat.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/slice.hpp>
