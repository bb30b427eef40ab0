#pragma once
#include <nn/linear.hpp>
#include <nn/module.hpp>
#include <nn/mse_loss.hpp>
#include <nn/parameter.hpp>
