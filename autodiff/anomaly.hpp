#pragma once
#include <utility>

namespace eingrad {

struct Node;
class Tensor;

/// What detect_anomaly looks for.
enum class Anomaly : unsigned char { none, nan, nan_or_infinity };

namespace detail {
inline constinit thread_local Anomaly anomaly = Anomaly::none;
}

/// `{ detect_anomaly guard; … }`: in this scope the first recorded operation whose result has a NaN or an
/// infinity, and in backward the first whose derivative has one, throws a value_error that names it, its line
/// and where the number stands. No gradient has changed then. It reads every number, so it is for looking for
/// a fault, not for every day.
class detect_anomaly {
 public:
  explicit detect_anomaly(Anomaly kind = Anomaly::nan_or_infinity) noexcept
      : before_(std::exchange(detail::anomaly, kind)) {}
  ~detect_anomaly() { detail::anomaly = before_; }
  detect_anomaly(const detect_anomaly&) = delete;
  detect_anomaly& operator=(const detect_anomaly&) = delete;

 private:
  Anomaly before_;
};

/// value_error if the result of a recorded operation has what is looked for.
void check_result(const Node& y);
/// The same for the cotangent of `y`, which no rule made: backward was given it, or a hook returned it.
void check_incoming(const Node& y, const Tensor& cotangent);
/// The same for the cotangent that the derivative of `y` handed to operand i.
void check_cotangent(const Node& y, std::size_t i, const Tensor& cotangent);

}  // namespace eingrad
