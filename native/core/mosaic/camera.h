// Detectors side by side as in the camera: pixels are not resampled, only moved by whole pixels and turned by
// quarter turns.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/mosaic/grid.h"
#include "core/mosaic/mosaic.h"

namespace vignet {

struct CameraPlace {
  std::array<int64_t, 2> corner{0, 0};  // its first pixel of the camera
  uint8_t quarterTurns = 0;             // from x to y
  GridBox box;
  std::string code, problem;  // why it has no place, or ""
};

struct CameraLayout {
  std::vector<CameraPlace> places;  // one per input
  // A TAN WCS of the camera's pixels, fitted to all detectors, and NOMERR, the most pixels by which it misses
  // anywhere. Empty without any detector.
  std::string cards;
};

// Places the detectors by their WCS on the tangent plane of their mean direction, in pixels and axes of the
// detector nearest to it. If any overlap, all distances are stretched until none do. Throws Error{usage,
// DETECTORS_OVERLAP} if that takes a factor of 1.5 or more: then they are not detectors of one exposure.
CameraLayout layOutCamera(std::span<const MosaicInput> inputs);

// A pixel of an image in its turned image, whose rows are as long as the image is high if `quarterTurns` is
// odd.
std::array<int64_t, 2> turned(uint8_t quarterTurns, int64_t width, int64_t height, int64_t x, int64_t y);
// The pixels of the image that are in a box of the turned image.
Box turnedBack(uint8_t quarterTurns, uint32_t width, uint32_t height, const Box& box);

}  // namespace vignet
