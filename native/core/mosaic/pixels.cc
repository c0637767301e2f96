#include "core/mosaic/pixels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/bytes.h"
#include "core/base/constants.h"
#include "core/base/words.h"

namespace vignet {

namespace {

template <class T>
void fillWith(std::byte* to, size_t pixels, T value) {
  std::byte bytes[sizeof(T)];
  storeBe(bytes, value);
  for (size_t i = 0; i < pixels; ++i) std::memcpy(to + i * sizeof(T), bytes, sizeof(T));
}

// The map as moves of bits in stored (big-endian) words of 32 bits.
std::vector<BitsMoved> movesOf(const MaskMap& map) {
  std::vector<BitsMoved> moves;
  for (uint32_t bit = 0; bit < 32; ++bit) {
    const uint32_t from = swapBytes(uint32_t{1} << bit);
    auto to = static_cast<uint32_t>(map(uint64_t{1} << bit));
    for (; to != 0; to &= to - 1) {
      const auto by =
          static_cast<uint32_t>(std::countr_zero(swapBytes(to & -to)) - std::countr_zero(from)) % 32;
      const auto same =
          std::find_if(moves.begin(), moves.end(), [&](const BitsMoved& m) { return m.by == by; });
      if (same == moves.end())
        moves.push_back({from, by});
      else
        same->bits |= from;
    }
  }
  return moves;
}

}  // namespace

PixelConverter::PixelConverter(const Layout& layout, const Plane& plane, int bitpix, double scale,
                               double offset, std::span<const std::string> maskNames)
    : plane_(plane), bitpix_(bitpix) {
  switch (plane.kind) {
    case PlaneKind::image:
      factor_ = scale;
      offset_ = offset;
      break;
    case PlaneKind::sigma:
    case PlaneKind::variance:
      factor_ = scale * scale;
      break;
    case PlaneKind::weight:
      factor_ = 1 / (scale * scale);
      break;
    case PlaneKind::mask:
      masks_.emplace(maskDictionary(layout), maskNames);
      invertedBit_ = invertedBit(plane);
      if (movesBits()) moves_ = movesOf(*masks_);
      break;
    case PlaneKind::owner:  // no file has it
    case PlaneKind::other:  // never combined
      break;
  }
}

double PixelConverter::valueAt(const std::byte* from, size_t i) const {
  double stored = 0;
  const auto integer = [&](int64_t value) {
    return plane_.blank && value == *plane_.blank ? double{kNan} : static_cast<double>(value);
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
  return converted(stored);
}

uint64_t PixelConverter::bitsAt(const std::byte* from, size_t i) const {
  const auto bits = [&](uint64_t stored) {
    const uint64_t value = stored ^ invertedBit_;
    return plane_.codes ? bitOfCode(value) : value;
  };
  switch (plane_.bitpix) {
    case 8:
      return bits(loadBe<uint8_t>(from + i));
    case 16:
      return bits(loadBe<uint16_t>(from + 2 * i));
    case 32:
      return bits(loadBe<uint32_t>(from + 4 * i));
    default:
      return bits(loadBe<uint64_t>(from + 8 * i));
  }
}

void PixelConverter::operator()(const std::byte* from, size_t pixels, std::byte* to) const {
  if (masks_) {
    if (movesBits()) return moveBits(from, pixels, to, moves_);
    for (size_t i = 0; i < pixels; ++i) {
      const uint64_t bits = (*masks_)(bitsAt(from, i));
      if (bitpix_ == 64)
        storeBe<uint64_t>(to + 8 * i, bits);
      else
        storeBe<uint32_t>(to + 4 * i, static_cast<uint32_t>(bits));
    }
    return;
  }
  if (isIdentity()) {
    std::memcpy(to, from, pixels * static_cast<size_t>(std::abs(bitpix_) / 8));
    return;
  }
  for (size_t i = 0; i < pixels; ++i) {
    const double value = valueAt(from, i);
    if (bitpix_ == -64)
      storeBe<double>(to + 8 * i, value);
    else
      storeBe<float>(to + 4 * i, static_cast<float>(value));
  }
}

void PixelConverter::floats(const std::byte* from, size_t pixels, float* to) const {
  if (plane_.bitpix == -32) {
    swapWords(from, pixels, to);
    if (unchanged()) return;
    for (size_t i = 0; i < pixels; ++i) to[i] = static_cast<float>(converted(to[i]));
    return;
  }
  for (size_t i = 0; i < pixels; ++i) to[i] = static_cast<float>(valueAt(from, i));
}

void PixelConverter::masks(const std::byte* from, size_t pixels, uint64_t* to) const {
  for (size_t i = 0; i < pixels; ++i) to[i] = (*masks_)(bitsAt(from, i));
}

void fillEmpty(std::byte* to, size_t pixels, bool mask, int bitpix, uint64_t noData) {
  if (mask && bitpix == 64)
    fillWith(to, pixels, noData);
  else if (mask)
    fillWith(to, pixels, static_cast<uint32_t>(noData));
  else if (bitpix == -64)
    fillWith(to, pixels, double{kNan});
  else
    fillWith(to, pixels, kNan);
}

}  // namespace vignet
