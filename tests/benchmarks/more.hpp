#pragma once

/// Benchmarks that are not in the table: Google Benchmark selects them by their names.
namespace workloads {

/// elementwise/…: every elementwise operation beside libtorch.
void enter_elementwise();
/// growth/…: what grows with the depth of a graph, its sharing, the elements, the batch, the width.
void enter_growth();
/// notation/…: the verdict on a claim, the derivation of a model's gradients.
void enter_notation();

}  // namespace workloads
