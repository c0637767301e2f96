// Which input owns each pixel of a mosaic.
//
// With a skymap: the sky position of the pixel's centre belongs to one tract (findTract), and there to the
// patch whose half-open inner box holds the tract's pixel nearest to it. Without: of the images that the
// centre lies on, the one whose own centre is nearest on the sky, the first of several.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/box.h"
#include "core/mosaic/grid.h"
#include "core/mosaic/skymap.h"

namespace vignet {

struct PatchKey {
  uint32_t tract = 0, patch = 0;
  bool operator==(const PatchKey&) const = default;
  bool operator<(const PatchKey& o) const { return tract != o.tract ? tract < o.tract : patch < o.patch; }
};

// What ownership needs of an input.
struct OwnerInput {
  std::optional<PatchKey> patch;  // needed of all inputs where there is a skymap
  const NumericWcs* wcs = nullptr;
  uint32_t width = 0, height = 0;
  std::optional<Shift> shift;  // of aligned inputs
  Box box;                     // pixels of the mosaic that it may own; without any it may be anywhere

  // Saves work with the hundreds of detectors of a camera, where a pixel is on one only.
  bool mayOwn(uint32_t x0, uint32_t y0, uint32_t x1, uint32_t y1) const {
    return box.width() == 0 || (x0 < box.x1 && x1 > box.x0 && y0 < box.y1 && y1 > box.y0);
  }
};

// Pixels [x0, x1) of row y of the mosaic that one input owns.
struct OwnedRun {
  uint32_t y, x0, x1;
  int32_t owner;
  bool operator==(const OwnedRun&) const = default;
};

class Ownership {
 public:
  static constexpr int32_t kNone = -1;

  // `cards`: the WCS of the mosaic itself (its first pixel is 0,0). `tract`: the tract on whose grid it lies,
  // and where its first pixel is there. Inputs must outlive this.
  struct Frame {
    std::string cards;
    uint32_t width = 0, height = 0;
    std::optional<uint32_t> tract;
    std::array<int64_t, 2> inTract{0, 0};
  };
  Ownership(const Frame& frame, const std::optional<RingsConfig>& skymap, std::span<const OwnerInput> inputs);

  // The owned pixels of rows [y0, y1), row by row, in runs as long as possible. A pixel's owner does not
  // depend on which rows are asked for together.
  std::span<const OwnedRun> rows(uint32_t y0, uint32_t y1);

 private:
  struct Block {
    uint32_t x0, y0, x1, y1;
  };
  struct Image {
    Wcs wcs;
    Vec3 centre;
    double pixelsPerRadian;  // the most anywhere in it
    bool wide = false;  // its map may have seams and poles: only what lies between near positions is trusted
  };

  // Margin in pixels for rounding, in tests whether a whole block has one owner.
  static constexpr double kSlackPixels = 1;
  static Vec3 direction(const Sky& sky) { return toVector(sky.lon, sky.lat); }

  void divide(const Block& block);
  bool whole(const Block& block);
  bool wholeByTract(const Block& block, const Sky& centre, double radius);
  bool wholeByDistance(const Block& block, const Sky& centre, double radius);
  bool interpolated(const Block& block);
  void eachPixel(const Block& block);
  int32_t ownerBySkymap(const Sky& at, uint32_t x, uint32_t y);
  int32_t ownerByDistance(const Sky& at, uint32_t x, uint32_t y);
  void fillInTract(const Block& block);
  void fill(const Block& block, int32_t owner);
  int32_t inputOf(uint32_t tract, std::optional<uint32_t> patch) const;
  const Tract& tractOf(uint32_t id);
  Wcs& tractWcs(uint32_t id);
  // The pixel positions in an input's image of at most nine pixels of the mosaic with these sky positions.
  // False where not all can be projected.
  bool onImage(size_t input, std::span<const Pixel> pixels, std::span<const Sky> sky, std::span<Pixel> on);

  Frame frame_;
  Wcs wcs_;
  std::optional<RingsSkymap> skymap_;
  std::span<const OwnerInput> inputs_;
  std::vector<Image> images_;
  std::map<PatchKey, int32_t> byPatch_;
  std::map<uint32_t, Tract> tracts_;
  std::map<uint32_t, Wcs> tractWcs_;
  std::vector<std::pair<Block, int32_t>> owned_;  // disjoint blocks and their owners
  std::vector<OwnedRun> runs_;
};

}  // namespace vignet
