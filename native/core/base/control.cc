#include "core/base/control.h"

#include "core/base/error.h"

namespace vignet {

Control::Wish Control::poll() const {
  const int32_t word = word_ ? word_->load(std::memory_order_relaxed) : 0;
  if (word == 2) throw Error(Kind::transient, "CANCELLED", "the request was cancelled");
  if (Clock::now() > deadline_) throw Error(Kind::transient, "DEADLINE", "the request ran past its deadline");
  return word == 1 ? Wish::yield : Wish::run;
}

}  // namespace vignet
