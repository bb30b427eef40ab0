#pragma once

/// Benchmarks that are not in the table: Google Benchmark selects them by their names.
namespace workloads {

/// elementwise/…: every elementwise operation beside libtorch.
void enter_elementwise();
/// growth/…: what grows with the depth of a graph, its sharing, the elements, the batch, the width.
void enter_growth();

}  // namespace workloads
