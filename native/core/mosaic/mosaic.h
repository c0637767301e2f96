// A mosaic: pixels of many datasets on one grid, each from the dataset that owns it.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/box.h"
#include "core/base/control.h"
#include "core/fits/layout.h"
#include "core/mosaic/combine.h"
#include "core/mosaic/grid.h"
#include "core/mosaic/ownership.h"
#include "core/resample/resample.h"
#include "core/seek/seek_table.h"
#include "core/sky/sized_box.h"
#include "core/sphere/stencil.h"

namespace vignet {

// One dataset that may give pixels. Layouts must outlive what is made of them.
struct MosaicInput {
  const Layout* layout = nullptr;
  std::optional<PatchKey> patch;  // of the skymap; needed where there is one
  bool inverseVariance = false;   // what the weight plane is, if there is one
};

struct HeaderText {
  std::string name, value, comment;
};

// Where a mosaic of a given size leaves all images: padded, trimmed to them, or an error.
enum class AtEdge : uint8_t { pad, trim, refuse };

// Exactly so many pixels around ICRS degrees (lon, lat), by core/sky/sized_box.h.
struct SizedMosaic {
  double lon = 0, lat = 0;
  BoxSize size;
  AtEdge edge = AtEdge::pad;
};

struct MosaicRequest {
  std::optional<RingsConfig> skymap;
  std::optional<Stencil> region;  // absent: all that the inputs cover
  // Instead of all of the region, whose centre it is around and which should hold it (MosaicPlan::reach).
  std::optional<SizedMosaic> sized;
  // Cards of the WCS of the mosaic, or a dataset whose grid to use; "" and null: the grid of the tract that
  // owns the region's centre, or without a skymap of the image nearest to it.
  std::string grid;
  const Layout* align = nullptr;
  bool camera =
      false;  // detectors as they lie in the camera (core/mosaic/camera.h); without region, grid and skymap
  bool planes = false;             // mask, variance and weight too
  bool owners = false;             // and a plane that says which input owns each pixel
  std::optional<Combine> combine;  // from all inputs with data there, instead of the owner; without a skymap
  std::string unit;  // "" keeps the images' own, which must then agree; else what scaled pixels are in
  std::vector<HeaderText> provenance;  // cards of the primary
};

// One HDU of the mosaic: big-endian pixels, first row first.
struct MosaicPlane {
  PlaneKind kind = PlaneKind::image;
  int8_t bitpix = 0;           // -32, -64; masks and owners 32, 64
  std::string header;          // finished: whole blocks
  std::vector<uint32_t> cuts;  // rows where it is best divided, 0 and the height included
};

struct MosaicPlacement {
  std::optional<Shift> shift;  // of aligned inputs, which are copied; others are resampled
  uint8_t quarterTurns = 0;    // of a detector in its camera, from x to y
  Box box;                     // pixels of the mosaic that it may own
  // Why it has no place though it should, or "". An input that is outside the mosaic has an empty box.
  std::string code, problem;
};

// The coordinates of a mosaic, as tasks carry them: a WCS whose first pixel is the mosaic's.
using MosaicFrame = Ownership::Frame;

struct MosaicPlan {
  MosaicFrame frame;  // width 0: no input is in the region
  std::vector<MosaicPlacement> inputs;
  std::vector<std::string> maskNames;  // index = bit
  std::string primary;                 // finished header
  std::vector<MosaicPlane> planes;
  std::vector<std::string> missingPlanes;  // planes asked for that no input has: "MASK", "VARIANCE"
  uint64_t decodedPixels = 0;              // upper bound
  double reach = 0;  // of a sized mosaic: degrees from its position to its farthest pixel
  // The input that owns the middle of the region, when all of the region lies on its image.
  std::optional<uint32_t> single;
};

// Reads no file. Throws Error{usage, BAD_BOX (AtEdge::refuse) | BAD_SIZE | BAD_GRID | BAD_SKYMAP |
// MIXED_UNITS | TOO_MANY_MASK_PLANES | TOO_LARGE}; Error{data, NO_WCS | BAD_WCS} for a grid that cannot be
// used.
MosaicPlan planMosaic(std::span<const MosaicInput> inputs, const MosaicRequest& request,
                      const Control& control = {});

// What an input is read from: one reader per file of its layout, null where no plane wanted lives; and its
// seek points, if there are any.
struct MosaicFiles {
  std::span<Reader* const> readers;
  SeekTable* seek = nullptr;
};

// A task's share of a mosaic: the inputs whose placements meet its rows, in the plan's order.
struct MosaicStripInput {
  const Layout* layout = nullptr;
  std::optional<PatchKey> patch;
  bool inverseVariance = false;       // as MosaicInput's
  int32_t number = 0;                 // in the owners' plane
  double scale = 1;                   // of the image; its square is the variance's
  double offset = 0;                  // added to the image, after resampling
  double weight = 1;                  // above 0; for Combine::weighted and clipped
  Box box;                            // pixels of the mosaic that it may own; without any it may be anywhere
  std::optional<Shift> shift;         // as the plan says
  uint8_t quarterTurns = 0;           // of a camera's mosaic
  std::function<MosaicFiles()> open;  // called once, when pixels are needed; may throw Error
};

// How pixels are assigned to inputs: to the image whose own centre is nearest (core/mosaic/ownership.h) …
struct NearestAssignment {};
// … to the patch of a skymap, which all inputs must then be …
struct SkymapAssignment {
  RingsConfig skymap;
};
// … to the only input of the mosaic, which owns its box; without an owner plane …
struct SingleAssignment {};
// … to the detector of a camera: each owns its box and is turned into it, whatever its WCS …
struct CameraAssignment {};
// … or to all inputs that have something there.
struct CombinedAssignment {
  Combine how = Combine::first;
};
using Assignment =
    std::variant<NearestAssignment, SkymapAssignment, SingleAssignment, CameraAssignment, CombinedAssignment>;

struct MosaicStrip {
  MosaicFrame frame;
  Assignment assignment;
  std::span<const MosaicStripInput> inputs;
  Resampling resampling;
  std::vector<std::string> maskNames;
  uint32_t y0 = 0, y1 = 0;
};

struct MosaicFailure {
  int32_t number = 0;
  std::string code, reason;
  bool operator==(const MosaicFailure&) const = default;
};

// One plane of what is filled.
struct MosaicPart {
  PlaneKind plane = PlaneKind::image;
  int8_t bitpix = 0;
};

// The result of writing rows of one plane.
struct MosaicOutcome {
  uint32_t sum = 0;  // DATASUM
  std::vector<MosaicFailure> failures;
};

// Writes rows [y0, y1) of a plane into `out` (their exact size). Pixels without an owner, and rows of an
// input that cannot be read, are NaN (NO_DATA in masks, 0 in the owners' plane only where there is no owner);
// the first failure of each input is reported. Starts at `cursor`, 0 at first, and returns where to go on:
// out.size() when all is done, less after a yield or where bytes are missing (missing_bytes.h). A yield
// interrupts at any poll: the input, or the block of combined inputs, in work is done again, so that a call
// that is asked too early may return its own cursor. `outcome` is of what this call has done: the sums of all
// calls are the window's. Throws Error{transient, CANCELLED | DEADLINE}, Error{fatal | usage, …} for tasks
// that make no sense.
uint64_t fillMosaic(const MosaicStrip& strip, const MosaicPart& part, std::span<std::byte> out,
                    uint64_t cursor, const Control& control, MosaicOutcome& outcome);

// Takes bytes of plane p from byte `at` of its pixels on.
using MosaicSink = std::function<void(size_t plane, uint64_t at, std::span<const std::byte> bytes)>;

// The same of several planes at once, a few rows of each at a time, from row `from` on; the group of rows
// that a yield interrupts is done again. Returns the row where to go on, strip.y1 when all is done; saved[p]
// is of the rows that this call has done.
uint32_t saveMosaic(const MosaicStrip& strip, std::span<const MosaicPart> planes, const MosaicSink& sink,
                    uint32_t from, const Control& control, std::span<MosaicOutcome> saved);

}  // namespace vignet
