#pragma once
#include <data/data_loader.hpp>
#include <data/make_classification.hpp>
#include <data/make_regression.hpp>
#include <data/metrics.hpp>
#include <data/read_csv.hpp>
#include <data/table.hpp>
#include <data/train_test_split.hpp>
