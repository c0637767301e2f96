#include "core/index/numbering.h"

#include <algorithm>

namespace vignet {

Numbering::Numbering(const Segment& delta) : baseRows_(delta.header().baseRows) {
  const index_file::Header& h = delta.header();
  gone_ = delta.mapped().items<uint32_t>(h.gone, 0, h.gone.count, "rows that are gone");
  places_ = delta.mapped().items<uint32_t>(h.places, 0, h.places.count, "places");
  if (places_.size() != delta.size() || !std::is_sorted(places_.begin(), places_.end()) ||
      (!places_.empty() && places_.back() > baseRows_))
    throw damagedIndex("expected places of rows in order, received others");
  if (std::adjacent_find(gone_.begin(), gone_.end(), std::greater_equal<>()) != gone_.end() ||
      (!gone_.empty() && gone_.back() >= baseRows_))
    throw damagedIndex("expected rows that are gone in order, received others");
  ranks_.reserve(places_.size());
  uint32_t before = 0;
  for (uint32_t row = 0; row < places_.size(); row++) {
    while (before < gone_.size() && gone_[before] < places_[row]) before++;
    ranks_.push_back(places_[row] - before + row);
  }
}

uint32_t Numbering::goneBefore(uint32_t row) const {
  return static_cast<uint32_t>(std::lower_bound(gone_.begin(), gone_.end(), row) - gone_.begin());
}

bool Numbering::isGone(uint32_t baseRow) const {
  return std::binary_search(gone_.begin(), gone_.end(), baseRow);
}

uint32_t Numbering::ofBase(uint32_t row) const {
  const auto before = std::upper_bound(places_.begin(), places_.end(), row) - places_.begin();
  return row - goneBefore(row) + static_cast<uint32_t>(before);
}

Numbering::Place Numbering::at(uint32_t number) const {
  const auto after = std::upper_bound(ranks_.begin(), ranks_.end(), number);
  const auto before = static_cast<uint32_t>(after - ranks_.begin());
  if (before > 0 && ranks_[before - 1] == number) return {true, before - 1};
  // The base's row that has so many before it which are still there.
  const uint32_t there = number - before;
  uint32_t low = 0, high = static_cast<uint32_t>(gone_.size());
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (gone_[middle] - middle <= there)
      low = middle + 1;
    else
      high = middle;
  }
  return {false, there + low};
}

}  // namespace vignet
