#pragma once
// The indexing kind: every element of the result is one element of an operand. Results have memory of their
// own.
#include <autodiff/indexing/arrange.hpp>
#include <autodiff/indexing/cat.hpp>
#include <autodiff/indexing/gather.hpp>
#include <autodiff/indexing/index.hpp>
#include <autodiff/indexing/mask.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/slice.hpp>
#include <autodiff/indexing/sort.hpp>
#include <autodiff/indexing/windows.hpp>
