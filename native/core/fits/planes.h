// Which HDUs of a file are the planes of which image.
#pragma once
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fits/hdus.h"
#include "core/fits/layout.h"

namespace vignet {

// One group per separate image, each with its image first. EXTTYPE, then EXTNAME, being IMAGE, MASK,
// VARIANCE or WEIGHT (EXTNAME also SCI) says what an HDU is; without such names three 2-D HDUs in a row of
// equal shape, the second of integers and the third of floats, are image, mask and variance as in old afw
// files; otherwise every 2-D HDU is an image of its own, and every cube that findImages gives. Throws
// Error{data, …} for named planes that do not match their image, and, when nothing usable is left, for the
// first image HDU that is broken.
std::vector<std::vector<PlaneChoice>> groupPlanes(std::span<const HduRecord> records);

// The images among HDUs; those that are broken are left out, and `broken` keeps the first one's error. A cube
// counts only if it is named as a plane, has celestial axes, or if there is nothing else: files of 2-D images
// also hold models, PSFs and tables in arrays of three or four axes.
struct FoundImage {
  uint16_t hdu = 0;
  ImageShape shape;
  std::optional<PlaneKind> kind;  // by EXTTYPE or EXTNAME
};
std::vector<FoundImage> findImages(std::span<const HduRecord> records, std::exception_ptr& broken);

// The HDU of a companion file: `chosen` if given, else the one named for its role, else the one with the
// EXTNAME of the image it belongs to, else the first 2-D one. Throws Error{data, NO_IMAGE}.
uint16_t companionHdu(std::span<const HduRecord> records, PlaneKind role, std::optional<uint16_t> chosen,
                      std::string_view imageName);

// The plane that an HDU holds, without its WCS. `fileHdus` is the index of the file's first HDU in
// Layout::hdus. Throws Error{data, NO_IMAGE | BAD_PLANE | BAD_TILE_TABLE | …}.
Plane readPlane(std::span<const HduRecord> records, const PlaneChoice& choice, uint16_t fileHdus);

// "IMAGE", "MASK", "VARIANCE", "WEIGHT", "SIGMA"; "" for other planes.
const char* planeName(PlaneKind kind);

// "WIDTH x HEIGHT" or "WIDTH x HEIGHT x DEPTH x DEPTH", for messages.
std::string sizeText(uint32_t width, uint32_t height);
std::string sizeText(const ImageShape& shape);

ImageShape shapeOf(const Plane& plane);
// Whether a plane of this shape has a value for each pixel of the image: its own shape, or 2-D beside a cube,
// for every slice alike.
bool liesOn(const ImageShape& plane, const ImageShape& image);

}  // namespace vignet
