#include "core/base/control.h"

#include <time.h>

#include "core/base/error.h"

namespace vignet {

Control::Clock::time_point Control::Clock::now() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

Control::Signal Control::poll() const {
  if (onPoll_) (*onPoll_)();
  const int32_t word = word_ ? word_->load(std::memory_order_relaxed) : 0;
  if (word == 2) throw Error(Kind::transient, "CANCELLED", "the request was cancelled");
  if (Clock::now() >= deadline_)
    throw Error(Kind::transient, "DEADLINE", "the request ran past its deadline; ask for less at once");
  if (word == 1 && interrupts_) throw Yielded();
  return word == 1 ? Signal::yield : Signal::run;
}

}  // namespace vignet
