#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random_state.hpp>
#include <data/blas_order.hpp>
#include <data/make_classification.hpp>

#include <fmt/format.h>

namespace eingrad::data {
namespace {

using Size = std::size_t;

void check(const ClassificationOptions& options, Location at) {
  const auto refuse = [at](std::string_view name, auto value, std::string_view allowed) {
    throw Report("make_classification", fmt::format("{} is {}", name, value), at)
        .hint(allowed)
        .as<value_error>();
  };
  const std::int64_t inf = options.n_informative;
  if (options.n_samples < 1) refuse("n_samples", options.n_samples, "1 or more");
  if (options.n_features < 1) refuse("n_features", options.n_features, "1 or more");
  if (inf < 1 || inf > 30) refuse("n_informative", inf, "1 to 30");
  if (options.n_redundant < 0) refuse("n_redundant", options.n_redundant, "0 or more");
  if (options.n_repeated < 0) refuse("n_repeated", options.n_repeated, "0 or more");
  if (options.n_classes < 1) refuse("n_classes", options.n_classes, "1 or more");
  if (options.n_clusters_per_class < 1)
    refuse("n_clusters_per_class", options.n_clusters_per_class, "1 or more");
  if (!(options.flip_y >= 0 && options.flip_y <= 1)) refuse("flip_y", options.flip_y, "0 to 1");
  if (!std::isfinite(options.class_sep)) refuse("class_sep", options.class_sep, "a finite number");
  // By division, lest a product or a sum overflow.
  if (options.n_redundant > options.n_features - inf ||
      options.n_repeated > options.n_features - inf - options.n_redundant) {
    refuse("n_features", options.n_features, "as many as informative, redundant and repeated ones together");
  }
  const std::int64_t vertices = std::int64_t{1} << inf;
  if (options.n_clusters_per_class > vertices / options.n_classes) {
    refuse("n_informative", inf,
           fmt::format("enough for {} classes of {} clusters on the {} vertices of a cube", options.n_classes,
                       options.n_clusters_per_class, vertices));
  }
}

/// Distinct numbers below `population`, by the method that scikit-learn chooses for so many.
std::vector<std::int64_t> sample_without_replacement(RandomState& random, std::int64_t population,
                                                     std::int64_t count) {
  const double ratio = static_cast<double>(count) / static_cast<double>(population);
  std::vector<std::int64_t> sample;
  if (ratio > 0.01 && ratio < 0.99) {
    sample = random.permutation(population);
    sample.resize(static_cast<Size>(count));
  } else if (ratio < 0.2) {
    while (std::ssize(sample) < count) {
      const std::int64_t drawn = random.randint(0, population);
      if (std::ranges::find(sample, drawn) == sample.end()) sample.push_back(drawn);
    }
  } else {
    sample.resize(static_cast<Size>(count));
    std::iota(sample.begin(), sample.end(), std::int64_t{0});
    for (std::int64_t i = count; i < population; ++i) {
      const std::int64_t place = random.randint(0, i + 1);
      if (place < count) sample[static_cast<Size>(place)] = i;
    }
  }
  return sample;
}

std::vector<double> uniform_matrix(RandomState& random, std::int64_t rows, std::int64_t columns) {
  std::vector<double> matrix(static_cast<Size>(rows * columns));
  for (double& value : matrix) value = 2 * random.random_sample() - 1;
  return matrix;
}

std::vector<double> normal_matrix(RandomState& random, std::int64_t rows, std::int64_t columns) {
  std::vector<double> matrix(static_cast<Size>(rows * columns));
  for (double& value : matrix) value = random.standard_normal();
  return matrix;
}

/// How many samples each cluster has; the first ones have those that are left over.
std::vector<std::int64_t> cluster_sizes(const ClassificationOptions& options) {
  const std::int64_t clusters = options.n_classes * options.n_clusters_per_class;
  const double share = static_cast<double>(options.n_samples) *
                       (1.0 / static_cast<double>(options.n_classes)) /
                       static_cast<double>(options.n_clusters_per_class);
  const auto each = static_cast<std::int64_t>(share);
  std::vector<std::int64_t> sizes(static_cast<Size>(clusters), each);
  const std::int64_t left = options.n_samples - each * clusters;
  for (std::int64_t i = 0; i < left; ++i) ++sizes[static_cast<Size>(i % clusters)];
  return sizes;
}

/// The informative features and the label of each sample, cluster by cluster.
std::pair<std::vector<double>, std::vector<std::int64_t>> clusters_of(const ClassificationOptions& options,
                                                                      RandomState& random) {
  const std::int64_t inf = options.n_informative;
  const std::vector<std::int64_t> sizes = cluster_sizes(options);
  const auto vertices = sample_without_replacement(random, std::int64_t{1} << inf, std::ssize(sizes));
  std::vector<double> x = normal_matrix(random, options.n_samples, inf);
  std::vector<std::int64_t> labels;
  Size first = 0;
  for (Size cluster = 0; cluster < sizes.size(); ++cluster) {
    const std::span rows = std::span(x).subspan(first, static_cast<Size>(sizes[cluster] * inf));
    first += rows.size();
    const std::vector<double> round(rows.begin(), rows.end());
    multiply_as_openblas(round, uniform_matrix(random, inf, inf), rows, inf);
    for (Size i = 0; i < rows.size(); ++i) {
      const auto bit = inf - 1 - static_cast<std::int64_t>(i) % inf;
      rows[i] += (vertices[cluster] >> bit & 1) != 0 ? options.class_sep : -options.class_sep;
    }
    labels.insert(labels.end(), static_cast<Size>(sizes[cluster]),
                  static_cast<std::int64_t>(cluster) % options.n_classes);
  }
  return {x, labels};
}

/// Combinations of the informative features x, and beside all of them copies.
std::vector<Tensor> dependent_features(const ClassificationOptions& options, const std::vector<double>& x,
                                       RandomState& random) {
  const std::int64_t n = options.n_samples, inf = options.n_informative, red = options.n_redundant;
  std::vector<Tensor> parts = {tensor(x, float64).reshape({n, inf})};
  if (red > 0) {
    std::vector<double> combined(static_cast<Size>(n * red));
    multiply_as_openblas(x, uniform_matrix(random, inf, red), combined, inf);
    parts.push_back(tensor(combined, float64).reshape({n, red}));
  }
  if (options.n_repeated > 0) {
    std::vector<std::int64_t> columns;
    for (std::int64_t i = 0; i < options.n_repeated; ++i) {
      columns.push_back(
          static_cast<std::int64_t>(static_cast<double>(inf + red - 1) * random.random_sample() + 0.5));
    }
    parts.push_back(index_select(cat(parts, 1), 1, tensor(columns, int64)));
  }
  return parts;
}

}  // namespace

Classification make_classification(const ClassificationOptions& options, Location at) {
  check(options, at);
  const std::int64_t n = options.n_samples;
  RandomState random(options.random_state, at);

  auto [informative, labels] = clusters_of(options, random);
  std::vector<Tensor> parts = dependent_features(options, informative, random);
  const std::int64_t noise =
      options.n_features - options.n_informative - options.n_redundant - options.n_repeated;
  if (noise > 0) parts.push_back(tensor(normal_matrix(random, n, noise), float64).reshape({n, noise}));

  std::vector<double> draws(labels.size());
  for (double& draw : draws) draw = random.random_sample();
  for (Size i = 0; i < labels.size(); ++i) {
    if (draws[i] < options.flip_y) labels[i] = random.randint(0, options.n_classes);
  }

  Tensor x = cat(parts, 1), y = tensor(labels, int64);
  if (options.shuffle) {
    const Tensor rows = tensor(random.permutation(n), int64);
    const Tensor columns = tensor(random.permutation(options.n_features), int64);
    x = index_select(index_select(x, 0, rows), 1, columns);
    y = index_select(y, 0, rows);
  }
  return {x, y};
}

}  // namespace eingrad::data
