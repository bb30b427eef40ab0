#pragma once
#include <optim/sgd.hpp>
