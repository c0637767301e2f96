// Writes seek points, plane by plane and row by row.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/codec/rice.h"
#include "core/fits/layout.h"
#include "core/seek/format.h"

namespace vignet {

// The groups of one plane: rows come in order, each once, then the group's rows of the tile table.
class SeekPlaneWriter {
 public:
  // `spacing` is of form rice only: pixels from point to point, a multiple of BLOCKSIZE, less than the width.
  SeekPlaneWriter(const Layout& layout, uint32_t plane, SeekForm form, uint32_t spacing);

  // The points of the next row, or none where it has none.
  void addPoints(std::span<const RicePoint> points);
  // The pixels of the next row, big-endian; empty for a damaged row.
  void addPixels(std::span<const std::byte> pixels);
  // After the rows of a group (the last may be shorter).
  void endGroup(std::span<const std::byte> tableRows);

  // Rows with points or runs.
  uint32_t held() const { return held_; }

 private:
  friend std::vector<std::byte> joinSeek(const Layout& layout, std::span<const SeekPlaneWriter> planes);
  void putPoints();
  bool runsOf(std::span<const std::byte> pixels);

  uint32_t plane_;
  SeekForm form_;
  uint32_t width_, rows_, spacing_, pixelBytes_;
  uint32_t group_ = 0, held_ = 0;
  std::vector<std::vector<RicePoint>> points_;  // of the group's rows
  std::map<uint64_t, uint8_t> numbers_;         // pixel → its number
  std::vector<std::byte> values_;
  std::vector<std::byte> now_;     // the current group
  std::vector<std::byte> groups_;  // the finished ones
  std::vector<uint64_t> ends_;     // in groups_
};

// The whole, as format.h says. All groups of every plane are done.
std::vector<std::byte> joinSeek(const Layout& layout, std::span<const SeekPlaneWriter> planes);

}  // namespace vignet
