// A rings skymap: the sky in tracts, the tracts in patches of one pixel grid; and who owns a position.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/sphere/vector.h"
#include "core/wcs/wcs.h"

namespace vignet {

// What defines it (lsst.skymap's RingsSkyMap, version 1, projection TAN, rotation 0).
struct RingsConfig {
  uint32_t rings = 0;       // 1 to 100,000
  double raStart = 0;       // degrees
  double pixelScale = 0;    // arc seconds per pixel
  double tractOverlap = 0;  // degrees
  uint32_t inner = 0;       // pixels along a patch's inner box
};

struct Tract {
  uint32_t id = 0;
  Sky centre;
  int64_t crpix[2] = {0, 0};     // 0-based pixel of the centre in the tract's frame, which starts at 0,0
  uint32_t patches[2] = {0, 0};  // along x and y
  uint32_t size[2] = {0, 0};     // pixels
};

class RingsSkymap {
 public:
  // Throws Error{usage, BAD_SKYMAP} naming what is out of its range.
  explicit RingsSkymap(const RingsConfig& config);

  const RingsConfig& config() const { return config_; }
  uint32_t tracts() const { return tracts_; }

  // findTract: the tract that owns a position.
  uint32_t find(const Sky& at) const;
  // The tract that owns all positions within `radius` radians of one; absent when there may be several.
  std::optional<uint32_t> findAll(const Sky& centre, double radius) const;

  // Throws Error{usage, BAD_SKYMAP} for a number that no tract has.
  Tract tract(uint32_t id) const;
  // The cards of the tract's WCS, '\n'-separated, for an image whose first pixel is (0,0) of the tract;
  // afw's parent frame (alternate A) among them.
  std::string cards(const Tract& tract) const;
  // The number of the patch whose inner box holds a pixel of the tract; absent outside all of them.
  std::optional<uint32_t> patch(const Tract& tract, int64_t x, int64_t y) const;
  // The same of the pixel that a position of the tract falls on.
  std::optional<uint32_t> patch(const Tract& tract, const Pixel& at) const;

 private:
  int64_t ringOf(double lat) const;

  RingsConfig config_;
  double height_ = 0;  // radians
  std::vector<uint32_t> counts_, starts_;
  uint32_t tracts_ = 0;
};

}  // namespace vignet
