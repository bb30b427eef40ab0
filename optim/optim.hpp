#pragma once
#include <optim/adagrad.hpp>
#include <optim/adam.hpp>
#include <optim/lbfgs.hpp>
#include <optim/lr_scheduler.hpp>
#include <optim/optimizer.hpp>
#include <optim/rmsprop.hpp>
#include <optim/sgd.hpp>
