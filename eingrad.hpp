#pragma once
// The whole of eingrad. Each folder has an umbrella of its own, and every header can be included alone.
#include <autodiff/autodiff.hpp>
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/explain/explain.hpp>
#include <data/data.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
