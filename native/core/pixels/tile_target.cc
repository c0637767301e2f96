#include "core/pixels/tile_target.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/codec/integers.h"

namespace vignet {

TileTarget::TileTarget(const Plane& plane, const TileJob& job, const TilePart& place, size_t stride)
    : plane_(plane),
      width_(place.width),
      height_(place.height),
      part_(place.part),
      out_(job.out),
      stride_(stride),
      pixelBytes_(plane.pixelBytes()),
      how_(job.cell->how) {
  const TileTable& table = *plane.tiles;
  if (table.dither != Dither::none) walk_.emplace(job.index, table.ditherSeed);
}

template <typename I>
void TileTarget::put(std::span<const I> pixels, size_t at) {
  if (plane_.bitpix < 0 && !plane_.tiles->quantized)
    throw Error(Kind::data, "BAD_TILE",
                "expected integer pixels for this compression, received floating-point ones");
  const size_t stop = at + pixels.size();
  for (auto y = std::max(part_.y0, static_cast<uint32_t>(at / width_)); y < part_.y1 && first(y) < stop;
       ++y) {
    const size_t from = std::max(first(y), at), to = std::min(first(y) + part_.width(), stop);
    if (from >= to) continue;
    if (walk_) walk_->skip(from - walked_);
    walked_ = to;
    store(pixels.subspan(from - at, to - from),
          row(y).subspan((from - first(y)) * pixelBytes_, (to - from) * pixelBytes_));
  }
}

template <typename I>
void TileTarget::store(std::span<const I> in, std::span<std::byte> out) {
  DitherWalk* walk = walk_ ? &*walk_ : nullptr;
  if (plane_.bitpix == -32) return dequantise<float>(in, out, how_, walk);
  if (plane_.bitpix == -64) return dequantise<double>(in, out, how_, walk);
  const Codec codec = plane_.tiles->codec;
  // Unsigned 16-bit masks are moved up by 32768 before PLIO, which has no negative values.
  const int64_t offset = codec == Codec::plio1 && plane_.bzero == 32768.0 ? -32768 : 0;
  // A lossy codec may overshoot the range of the pixels' type; there cfitsio clips. Elsewhere that is damage.
  const bool clip = codec == Codec::hcompress1;
  std::optional<int64_t> beyond;
  if (plane_.bitpix == 8) beyond = storeIntegers<uint8_t>(in, out.data(), offset, clip);
  if (plane_.bitpix == 16) beyond = storeIntegers<int16_t>(in, out.data(), offset, clip);
  if (plane_.bitpix == 32) beyond = storeIntegers<int32_t>(in, out.data(), offset, clip);
  if (plane_.bitpix == 64) beyond = storeIntegers<int64_t>(in, out.data(), offset, clip);
  if (beyond)
    throw Error(Kind::data, "BAD_TILE",
                expectedFor("values of BITPIX = " + std::to_string(plane_.bitpix), "the pixels", *beyond));
}

template void TileTarget::put<uint8_t>(std::span<const uint8_t>, size_t);
template void TileTarget::put<int16_t>(std::span<const int16_t>, size_t);
template void TileTarget::put<int32_t>(std::span<const int32_t>, size_t);

}  // namespace vignet
