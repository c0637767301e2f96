// Decoding of one tile.
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/codec/gzip.h"
#include "core/codec/hcompress.h"
#include "core/codec/plio.h"
#include "core/pixels/tile_target.h"
#include "core/pixels/tiles.h"

namespace vignet {
namespace {

// A PLIO line list may be shorter than its pixels need by so many instructions of 4096 pixels: the rest is 0.
// A blank mask of 4096 x 4096 in one tile is a few bytes.
constexpr size_t kSlack = 1 << 12;

// An HCOMPRESS tile is decoded whole, in 64-bit integers and a copy of them. Beyond so many pixels its stream
// must have a byte for so many more: real images have one for 80 at most.
constexpr uint64_t kMaxHcompressPixels = uint64_t{1} << 25, kFreeHcompressPixels = uint64_t{1} << 23,
                   kHcompressPixelsPerByte = 256;

[[noreturn]] void bad(const std::string& what) { throw Error(Kind::data, "BAD_TILE", what); }
[[noreturn]] void badSize(const char* name, uint64_t bytes, uint64_t received) {
  bad(expectedFor("at least " + std::to_string(bytes) + " bytes", name, received));
}

// Floats (`width` 4) to doubles, or doubles (8) to floats.
void convertFloats(std::span<const std::byte> in, size_t width, std::span<std::byte> out) {
  for (size_t i = 0; i < in.size() / width; ++i) {
    if (width == 4)
      storeBe(&out[8 * i],
              std::bit_cast<uint64_t>(double{std::bit_cast<float>(loadBe<uint32_t>(&in[4 * i]))}));
    else
      storeBe(&out[4 * i], std::bit_cast<uint32_t>(
                               static_cast<float>(std::bit_cast<double>(loadBe<uint64_t>(&in[8 * i])))));
  }
}

}  // namespace

void Tiles::decode(std::span<const TileJob> jobs, size_t stride, const Control& control) {
  if (table_.codec == Codec::rice1 && jobs.size() > 1) {
    try {
      decodeRice(jobs, stride, control);
      for (const TileJob& job : jobs) {
        if (job.cell->form == TileCell::Form::coded) continue;
        control.poll();
        decodeOne(job, stride, control);
      }
      return;
    } catch (const Error& error) {
      if (error.kind() != Kind::data) throw;
      // Decoded one by one, the damaged tile is named.
    }
  }
  for (const TileJob& job : jobs) {
    control.poll();
    decodeOne(job, stride, control);
  }
}

void Tiles::decodeOne(const TileJob& job, size_t stride, const Control& control) {
  TileTarget target(plane_, job, partOf(job), stride);
  try {
    if (job.cell->form == TileCell::Form::coded && table_.codec == Codec::rice1)
      return decodeRice({&job, 1}, stride, control);
    if (job.cell->form == TileCell::Form::coded) return decodeCoded(job, target, control);
    if (job.cell->form == TileCell::Form::fallback) return decodeGzip(job, false, target);
    decodePlain(job, target);
  } catch (const Error& error) {
    if (error.kind() != Kind::data) throw;
    throw Error(Kind::data, "BAD_TILE",
                hduName(layout_, plane_) + ", tile " + std::to_string(job.index + 1) + ": " + error.what());
  }
}

void Tiles::decodePlain(const TileJob& job, const TileTarget& target) const {
  const std::string_view types = "BIJKED";
  const int bitpix[] = {8, 16, 32, 64, -32, -64};
  const int stored = bitpix[types.find(job.cell->type)];
  const size_t width = static_cast<size_t>(std::abs(stored) / 8);
  if (job.bytes.size() != target.pixels() * width)
    badSize("its uncompressed pixels", target.pixels() * width, job.bytes.size());
  const bool widen = stored == -32 && plane_.bitpix == -64;
  if (stored != plane_.bitpix && !widen)
    bad(expectedFor("BITPIX = " + std::to_string(plane_.bitpix), "its uncompressed pixels", stored));
  for (uint32_t y = target.part().y0; y < target.part().y1; ++y) {
    const std::byte* from = job.bytes.data() + target.first(y) * width;
    std::span<std::byte> to = target.row(y);
    if (widen)
      convertFloats({from, to.size() / 2}, 4, to);
    else
      std::memcpy(to.data(), from, to.size());
  }
}

void Tiles::decodeCoded(const TileJob& job, TileTarget& target, const Control& control) {
  const std::span<const std::byte> bytes = job.bytes;
  switch (table_.codec) {
    case Codec::gzip1:
    case Codec::gzip2:
      return decodeGzip(job, table_.codec == Codec::gzip2, target);
    case Codec::plio1: {
      const size_t wanted = target.end();
      if (wanted / 4096 > bytes.size() + kSlack) badSize("the PLIO line list", wanted / 4096, bytes.size());
      if (ints32_.size() < wanted) ints32_.resize(wanted);
      plioDecode(bytes, std::span(ints32_).first(wanted));
      return target.put(std::span<const int32_t>(ints32_).first(target.end()), 0);
    }
    case Codec::hcompress1:
      if (target.pixels() > kMaxHcompressPixels)
        bad(expectedFor("at most " + std::to_string(kMaxHcompressPixels) + " pixels", "an HCOMPRESS tile",
                        target.pixels()));
      if (target.pixels() > kFreeHcompressPixels + kHcompressPixelsPerByte * bytes.size())
        badSize("the HCOMPRESS stream", (target.pixels() - kFreeHcompressPixels) / kHcompressPixelsPerByte,
                bytes.size());
      if (ints32_.size() < target.pixels()) ints32_.resize(target.pixels());
      hcompressDecode(bytes, target.width(), target.height(), table_.hcompSmooth != 0, work_,
                      std::span(ints32_).first(target.pixels()), control);
      return target.put(std::span<const int32_t>(ints32_).first(target.end()), 0);
    case Codec::nocompress: {
      if (table_.quantized || bytes.size() != target.pixels() * target.pixelBytes())
        badSize("its uncompressed pixels", target.pixels() * target.pixelBytes(), bytes.size());
      for (uint32_t y = target.part().y0; y < target.part().y1; ++y)
        std::memcpy(target.row(y).data(), bytes.data() + target.first(y) * target.pixelBytes(),
                    target.row(y).size());
      return;
    }
    case Codec::rice1:
    case Codec::none:
      break;
  }
  throw Error(Kind::fatal, "NO_CODEC",
              "expected a compression for the tile table, received none; report this");
}

void Tiles::decodeGzip(const TileJob& job, bool shuffled, TileTarget& target) {
  const std::span<const std::byte> bytes = job.bytes;
  const bool fallback = job.cell->form == TileCell::Form::fallback;
  const size_t pixels = target.pixels();
  const bool own = fallback || !table_.quantized;  // pixels of the plane's own type
  const size_t most = pixels * (plane_.bitpix == 64 || (own && !fallback && plane_.bitpix < 0) ? 8
                                : own ? std::max<size_t>(target.pixelBytes(), 4)
                                      : 4);
  if (pixels / kGzipMaxRatio > bytes.size()) badSize("the gzip stream", pixels / kGzipMaxRatio, bytes.size());
  if (bytes_.size() < most) bytes_.resize(most);
  const size_t made = gzipDecode(bytes, std::span(bytes_).first(most));
  // cfitsio takes the size of the integers from the number of bytes.
  const size_t width = made % pixels == 0 ? made / pixels : 0;
  if (width != 1 && width != 2 && width != 4 && width != 8)
    bad(expectedFor("1, 2, 4 or 8 bytes for each of " + std::to_string(pixels) + " pixels", "the gzip stream",
                    made));

  std::vector<std::byte>& scratch = plain_;
  auto rowOf = [&](uint32_t y, std::span<std::byte> to) {
    if (shuffled)
      unshuffle(std::span(bytes_).first(made), width, pixels, target.first(y), to);
    else
      std::memcpy(to.data(), bytes_.data() + target.first(y) * width, to.size());
  };
  if (own && width == target.pixelBytes()) {
    for (uint32_t y = target.part().y0; y < target.part().y1; ++y) rowOf(y, target.row(y));
    return;
  }
  if (plane_.bitpix < 0 && own) {
    // cfitsio writes lossless tiles in the type of the program's array, whatever ZBITPIX says.
    if (fallback || width < 4)
      bad(expectedFor("pixels of the plane's size", "the gzip stream",
                      std::to_string(width) + " bytes a pixel"));
    scratch.resize(target.part().width() * width);
    for (uint32_t y = target.part().y0; y < target.part().y1; ++y) {
      rowOf(y, scratch);
      convertFloats(scratch, width, target.row(y));
    }
    return;
  }
  // Integers of another width: brought to native order first.
  auto run = [&]<typename I>(std::vector<I>& ints) {
    if (ints.size() < pixels) ints.resize(pixels);
    scratch.resize(target.part().width() * width);
    for (uint32_t y = target.part().y0; y < target.part().y1; ++y) {
      rowOf(y, scratch);
      for (size_t i = 0; i < target.part().width(); ++i)
        ints[target.first(y) + i] = loadBe<I>(scratch.data() + i * width);
    }
    target.put(std::span<const I>(ints).first(target.end()), 0);
  };
  if (width == 1) return run(ints8_);
  if (width == 2) return run(ints16_);
  if (width == 4) return run(ints32_);
  bad(expectedFor("integers of 1, 2 or 4 bytes", "the gzip stream",
                  std::to_string(width) + " bytes a pixel"));
}

}  // namespace vignet
