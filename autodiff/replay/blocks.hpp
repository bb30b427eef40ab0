#pragma once
#include <autodiff/replay/tape.hpp>

namespace eingrad::replay {

/// The computations of a tape, with runs of elementwise ones over equally many elements made one: block by
/// block, small enough for the processor's first cache. Values that only such a run needs get no memory but a
/// block's. What stands between two elementwise computations, such as a sum, is done before the run or behind
/// it where nothing needs it in between, so that it parts none.
///
/// `made` receives the computations that are new. The tape's own are changed, so that they cannot be done one
/// by one any more.
std::vector<Computation*> in_blocks(Tape& tape, std::vector<std::unique_ptr<Computation>>& made);

}  // namespace eingrad::replay
