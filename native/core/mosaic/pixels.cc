#include "core/mosaic/pixels.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/bytes.h"
#include "core/base/words.h"

namespace vignet {

PixelTurner::PixelTurner(const Layout& layout, const Plane& plane, int bitpix, double scale, double offset,
                         std::span<const std::string> maskNames)
    : plane_(plane), bitpix_(bitpix) {
  switch (plane.kind) {
    case PlaneKind::image:
      factor_ = scale;
      offset_ = offset;
      break;
    case PlaneKind::variance:
      factor_ = scale * scale;
      break;
    case PlaneKind::weight:
      factor_ = 1 / (scale * scale);
      break;
    case PlaneKind::mask:
      masks_.emplace(maskDictionary(layout), maskNames);
      break;
  }
}

double PixelTurner::valueAt(const std::byte* from, size_t i) const {
  double stored = 0;
  const auto integer = [&](int64_t value) {
    return plane_.blank && value == *plane_.blank ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(value);
  };
  switch (plane_.bitpix) {
    case 8:
      stored = integer(loadBe<uint8_t>(from + i));
      break;
    case 16:
      stored = integer(loadBe<int16_t>(from + 2 * i));
      break;
    case 32:
      stored = integer(loadBe<int32_t>(from + 4 * i));
      break;
    case 64:
      stored = integer(loadBe<int64_t>(from + 8 * i));
      break;
    case -32:
      stored = loadBe<float>(from + 4 * i);
      break;
    default:
      stored = loadBe<double>(from + 8 * i);
  }
  return turned(stored);
}

uint64_t PixelTurner::storedBits(const std::byte* from, size_t i) const {
  switch (plane_.bitpix) {
    case 8:
      return loadBe<uint8_t>(from + i);
    case 16:
      return loadBe<uint16_t>(from + 2 * i);
    case 32:
      return loadBe<uint32_t>(from + 4 * i);
    default:
      return loadBe<uint64_t>(from + 8 * i);
  }
}

void PixelTurner::operator()(const std::byte* from, size_t pixels, std::byte* to) const {
  if (masks_) {
    for (size_t i = 0; i < pixels; ++i) {
      const uint64_t bits = (*masks_)(storedBits(from, i));
      if (bitpix_ == 64) storeBe<uint64_t>(to + 8 * i, bits);
      else storeBe<uint32_t>(to + 4 * i, static_cast<uint32_t>(bits));
    }
    return;
  }
  if (plane_.bitpix == bitpix_ && unchanged()) {
    std::memcpy(to, from, pixels * static_cast<size_t>(std::abs(bitpix_) / 8));
    return;
  }
  for (size_t i = 0; i < pixels; ++i) {
    const double value = valueAt(from, i);
    if (bitpix_ == -64) storeBe<double>(to + 8 * i, value);
    else storeBe<float>(to + 4 * i, static_cast<float>(value));
  }
}

void PixelTurner::floats(const std::byte* from, size_t pixels, float* to) const {
  if (plane_.bitpix == -32) {
    swapWords(from, pixels, to);
    if (unchanged()) return;
    for (size_t i = 0; i < pixels; ++i) to[i] = static_cast<float>(turned(to[i]));
    return;
  }
  for (size_t i = 0; i < pixels; ++i) to[i] = static_cast<float>(valueAt(from, i));
}

void PixelTurner::masks(const std::byte* from, size_t pixels, uint64_t* to) const {
  for (size_t i = 0; i < pixels; ++i) to[i] = (*masks_)(storedBits(from, i));
}

void fillEmpty(std::byte* to, size_t pixels, bool mask, int bitpix, uint64_t noData) {
  for (size_t i = 0; i < pixels; ++i) {
    if (mask && bitpix == 64) storeBe<uint64_t>(to + 8 * i, noData);
    else if (mask) storeBe<uint32_t>(to + 4 * i, static_cast<uint32_t>(noData));
    else if (bitpix == -64) storeBe<double>(to + 8 * i, std::numeric_limits<double>::quiet_NaN());
    else storeBe<float>(to + 4 * i, std::numeric_limits<float>::quiet_NaN());
  }
}

}  // namespace vignet
