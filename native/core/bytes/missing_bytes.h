// Work continues past bytes that were not supplied, so that one call finds all the bytes it needs.
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

// Collects the bytes that the parts of a task miss. A part with missing bytes has to be done again.
class MissingBytes {
 public:
  // Does a part. False when its bytes are missing; other errors pass through.
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
  // Enough to ask for at once: further parts need not be attempted.
  bool enough() const { return bytes_ >= kMost; }
  // Throws NeedRanges when a part had missing bytes.
  void check() const {
    if (any()) throw NeedRanges(bytes_);
  }

 private:
  static constexpr uint64_t kMost = uint64_t{64} << 20;
  uint64_t bytes_ = 0;
};

}  // namespace vignet
