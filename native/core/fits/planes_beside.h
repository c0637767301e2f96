// Images of a file that have a value for each pixel of the science image, whatever they mean.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/fits/hdus.h"
#include "core/fits/layout.h"

namespace vignet {

inline constexpr size_t kMostOthers = 256;

// The HDUs (index in `records`, of the image's file) of the shape and frame of layout.planes[0] that are none
// of the layout's planes:
// - one with an afw parent frame, where the image has one, must have the same;
// - one with a celestial WCS of its own must put the corners of the image within half a pixel of where the
//   image's WCS puts them, distortions aside; with the image's EXTVER a quarter of its diagonal is enough,
//   because HST's calibration aligns only SCI;
// - one with neither belongs to an image that is named IMAGE or SCI, unless their EXTVER differ.
std::vector<uint16_t> hdusBeside(std::span<const HduRecord> records, const Layout& layout);

// WCSDVARR and D2IMARR: tables of a distortion that cards of an image refer to by EXTVER.
bool isLookupTable(std::string_view name);

}  // namespace vignet
