// How a long native call is asked to pause or stop.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

namespace vignet {

// The word lives in memory shared with JavaScript: 0 run, 1 yield, 2 cancel. Long calls ask `poll` at
// least every millisecond of work: on `yield` they return with a cursor to be resumed from, on
// `cancel` or from the deadline on they throw Error{transient, CANCELLED | DEADLINE}.
//
// Where to stop and go on there would mean to keep what lies half done, a call can stop at any poll and do
// its last step again: it polls with `interrupting()`, which throws Yielded on `yield`.
struct Yielded {};

class Control {
 public:
  // The monotonic clock as of its last tick, some milliseconds ago at most: it is read a hundred times in a
  // stamp and costs a tenth of the exact one.
  struct Clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Clock>;
    static constexpr bool is_steady = true;
    static time_point now() noexcept;
  };
  enum class Signal { run, yield };

  Control() = default;
  // `onPoll` is called first in every poll: tests count polls with it, and change the word at one of them.
  Control(const std::atomic<int32_t>* word, Clock::time_point deadline,
          const std::function<void()>* onPoll = nullptr)
      : word_(word), deadline_(deadline), onPoll_(onPoll) {}

  Signal poll() const;
  Control interrupting() const {
    Control out = *this;
    out.interrupts_ = true;
    return out;
  }

 private:
  const std::atomic<int32_t>* word_ = nullptr;
  Clock::time_point deadline_ = Clock::time_point::max();
  const std::function<void()>* onPoll_ = nullptr;
  bool interrupts_ = false;
};

}  // namespace vignet
