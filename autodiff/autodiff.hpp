#pragma once
// All of the engine that needs no xtensor; <autodiff/xtensor.hpp> lets tensors and xtensor's arrays meet.
#include <autodiff/backward.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/dtype.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/function.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/print.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/shape.hpp>
#include <autodiff/tensor.hpp>
