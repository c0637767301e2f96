// Tests that what comes is the same by every set of instructions that this machine has.
#pragma once
#include <doctest/doctest.h>

#include "core/base/simd.h"

namespace vignet {

// Work once for each set; afterwards the machine's own choice is back.
template <typename Work>
void eachSimd(Work work) {
  struct Back {
    ~Back() { useSimd(simdOfMachine().back()); }
  } back;
  for (const Simd set : simdOfMachine()) {
    INFO("instructions ", static_cast<int>(set));
    useSimd(set);
    work();
  }
}

}  // namespace vignet
