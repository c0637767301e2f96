#include "core/mosaic/pixels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/bytes.h"
#include "core/base/words.h"

namespace vignet {

namespace {

template <class T>
void fillWith(std::byte* to, size_t pixels, T value) {
  std::byte bytes[sizeof(T)];
  storeBe(bytes, value);
  for (size_t i = 0; i < pixels; ++i) std::memcpy(to + i * sizeof(T), bytes, sizeof(T));
}

// For each byte of a stored word of 32 bits what it becomes, stored.
WordMap wordMapOf(const MaskMap& map) {
  WordMap words;
  for (size_t byte = 0; byte < 4; ++byte) {
    for (uint32_t value = 0; value < 256; ++value)
      words[byte][value] = swapBytes(static_cast<uint32_t>(map(swapBytes(value << (8 * byte)))));
  }
  return words;
}

// Most pixels of a mask are like their neighbours: some are moved at once where all are.
void moveWords(const WordMap& map, const std::byte* from, size_t pixels, std::byte* to) {
  constexpr size_t kSome = 16;
  uint32_t words[kSome], last = 0, moved = 0;
  for (size_t i = 0; i < pixels; i += kSome) {
    const size_t n = std::min(kSome, pixels - i);
    std::memcpy(words, from + 4 * i, 4 * n);
    uint32_t other = 0;
    for (size_t k = 0; k < n; ++k) other |= words[k] ^ last;
    last = words[n - 1];
    if (other == 0) {
      std::fill_n(words, n, moved);
    } else {
      for (size_t k = 0; k < n; ++k) {
        const uint32_t w = words[k];
        words[k] = map[0][w & 0xff] | map[1][(w >> 8) & 0xff] | map[2][(w >> 16) & 0xff] | map[3][w >> 24];
      }
      moved = words[n - 1];
    }
    std::memcpy(to + 4 * i, words, 4 * n);
  }
}

}  // namespace

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
      if (plane.bitpix == 32 && bitpix == 32) words_ = std::make_unique<WordMap>(wordMapOf(*masks_));
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
    if (words_) return moveWords(*words_, from, pixels, to);
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
  if (mask && bitpix == 64) fillWith(to, pixels, noData);
  else if (mask) fillWith(to, pixels, static_cast<uint32_t>(noData));
  else if (bitpix == -64) fillWith(to, pixels, std::numeric_limits<double>::quiet_NaN());
  else fillWith(to, pixels, std::numeric_limits<float>::quiet_NaN());
}

}  // namespace vignet
