#pragma once
#include <cstdint>
#include <optional>

#include <autodiff/tensor.hpp>

namespace eingrad::data {

/// The arguments of scikit-learn's make_classification, with its defaults.
struct ClassificationOptions {
  std::int64_t n_samples = 100;
  std::int64_t n_features = 20;
  std::int64_t n_informative = 2;  ///< features in which the clusters differ, at most 30
  std::int64_t n_redundant = 2;    ///< random combinations of the informative ones
  std::int64_t n_repeated = 0;     ///< copies of informative and redundant ones; what is left is noise
  std::int64_t n_classes = 2;
  std::int64_t n_clusters_per_class = 2;
  double flip_y = 0.01;  ///< the fraction of samples whose label is drawn at random
  double class_sep = 1;  ///< half the distance of neighbouring clusters
  bool shuffle = true;
  std::optional<std::int64_t> random_state = {};  ///< 0 to 2^32 - 1; without one, other data at every call
};

struct Classification {
  Tensor x;  ///< (n_samples, n_features), float64
  Tensor y;  ///< (n_samples,), int64 labels from 0 to n_classes - 1
};

/// Random data for classification: normal clusters, each stretched in directions of its own, around vertices
/// of a cube that has a side for each informative feature. The labels are scikit-learn's for the same
/// arguments, and the features too, to the last bit where blas_order.hpp says so. value_error for sizes below
/// 1 or features below 0, for more features of all kinds than there are, for more clusters than vertices, and
/// for numbers that are out of range.
Classification make_classification(const ClassificationOptions& options = {},
                                   Location at = Location::current());

}  // namespace eingrad::data
