// How the rows of a base and of a delta to it are numbered as one: in order of UUID.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/index/segment.h"

namespace vignet {

class Numbering {
 public:
  // A row of the base or of the delta.
  struct Place {
    bool isDelta;
    uint32_t row;
  };

  explicit Numbering(uint32_t baseRows) : baseRows_(baseRows) {}
  // Error{data, BAD_INDEX} for sections that no delta to such a base has.
  explicit Numbering(const Segment& delta);

  uint32_t size() const {
    return baseRows_ - static_cast<uint32_t>(gone_.size()) + static_cast<uint32_t>(ranks_.size());
  }
  std::span<const uint32_t> gone() const { return gone_; }
  std::span<const uint32_t> places() const { return places_; }

  bool isGone(uint32_t baseRow) const;
  uint32_t ofBase(uint32_t row) const;  // which is not gone
  uint32_t ofDelta(uint32_t row) const { return ranks_[row]; }
  Place at(uint32_t number) const;

 private:
  // Rows of the base before `row` that are gone.
  uint32_t goneBefore(uint32_t row) const;

  uint32_t baseRows_ = 0;
  std::span<const uint32_t> gone_, places_;
  std::vector<uint32_t> ranks_;  // of the delta's rows
};

}  // namespace vignet
