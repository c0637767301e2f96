// Detectors beside each other as they are in the camera: every pixel as it is, moved by whole pixels and
// turned by quarters.
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
  std::string code, problem;  // why it has no place, else ""
};

struct CameraLayout {
  std::vector<CameraPlace> places;  // one per input
  // A TAN WCS of the camera's pixels, fitted to all detectors, and NOMERR, the most pixels by which it misses
  // anywhere. Empty without any detector.
  std::string cards;
};

// Where the detectors lie by their WCS, on a plane that touches the sky in their middle, in pixels of the one
// nearest to it, x and y as that one has them. If any would overlap, all distances are stretched until none
// do. Throws Error{usage, DETECTORS_OVERLAP} if that takes more than half of them again: then they are not
// detectors of one exposure.
CameraLayout layOutCamera(std::span<const MosaicInput> inputs);

// A pixel of an image in its turned image, whose rows are as long as the image is high if `quarterTurns` is
// odd.
std::array<int64_t, 2> turned(uint8_t quarterTurns, int64_t width, int64_t height, int64_t x, int64_t y);
// The pixels of the image that a box of the turned image shows.
Box turnedBack(uint8_t quarterTurns, uint32_t width, uint32_t height, const Box& box);

}  // namespace vignet
