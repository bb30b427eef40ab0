#pragma once
#include <autodiff/elementwise/activations.hpp>
#include <autodiff/elementwise/arithmetic.hpp>
#include <autodiff/elementwise/comparisons.hpp>
#include <autodiff/elementwise/list.hpp>
#include <autodiff/elementwise/piecewise.hpp>
#include <autodiff/elementwise/powers.hpp>
