// How work goes on past bytes that were not supplied, so that one call finds all that it lacks.
#pragma once
#include <cstdint>

#include "core/base/error.h"

namespace vignet {

// A reader was asked for bytes that were not supplied; its `need()` lists them.
class NeedRanges : public Error {
 public:
  explicit NeedRanges(uint64_t bytes)
      : Error(Kind::transient, "NEED_RANGES",
              "expected all the bytes that the call needs, received fewer; supply those of need()"),
        bytes_(bytes) {}
  uint64_t bytes() const noexcept { return bytes_; }

 private:
  uint64_t bytes_;
};

// Collects what the parts of a work lack. A part that lacks bytes is to be done again.
class Lacking {
 public:
  // Does a part. False when it lacks bytes; other errors are thrown.
  template <typename Part>
  bool attempt(Part part) {
    try {
      part();
      return true;
    } catch (const NeedRanges& error) {
      bytes_ += error.bytes();
      return false;
    }
  }
  bool any() const { return bytes_ > 0; }
  // No more should be asked for at once: further parts need not be attempted.
  bool enough() const { return bytes_ >= kMost; }
  // Throws NeedRanges when a part lacked bytes.
  void check() const {
    if (any()) throw NeedRanges(bytes_);
  }

 private:
  static constexpr uint64_t kMost = uint64_t{64} << 20;
  uint64_t bytes_ = 0;
};

}  // namespace vignet
