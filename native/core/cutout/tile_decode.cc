// Decoding of one tile.
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "core/base/error.h"
#include "core/codec/gzip.h"
#include "core/codec/hcompress.h"
#include "core/codec/plio.h"
#include "core/codec/rice.h"
#include "core/cutout/tiles.h"

namespace vignet {
namespace {

// Pixels decoded between two looks at the control word: well under a millisecond.
constexpr size_t kPiece = 1 << 16;

// An HCOMPRESS tile is decoded whole, in 64-bit integers and a copy of them.
constexpr uint64_t kMaxHcompressPixels = uint64_t{1} << 25;

[[noreturn]] void bad(const std::string& what) { throw Error(Kind::data, "BAD_TILE", what); }

template <typename O>
void storeBig(std::byte* out, O value) {
  if constexpr (sizeof(O) == 2) value = static_cast<O>(__builtin_bswap16(static_cast<uint16_t>(value)));
  if constexpr (sizeof(O) == 4) value = static_cast<O>(__builtin_bswap32(static_cast<uint32_t>(value)));
  if constexpr (sizeof(O) == 8) value = static_cast<O>(__builtin_bswap64(static_cast<uint64_t>(value)));
  std::memcpy(out, &value, sizeof(O));
}

template <typename O>
O loadBig(const std::byte* in) {
  O value;
  std::memcpy(&value, in, sizeof(O));
  if constexpr (sizeof(O) == 2) value = static_cast<O>(__builtin_bswap16(static_cast<uint16_t>(value)));
  if constexpr (sizeof(O) == 4) value = static_cast<O>(__builtin_bswap32(static_cast<uint32_t>(value)));
  if constexpr (sizeof(O) == 8) value = static_cast<O>(__builtin_bswap64(static_cast<uint64_t>(value)));
  return value;
}

// A lossy codec may overshoot what the pixels' type holds; there cfitsio clips. Elsewhere that is damage.
template <typename O, typename I>
void storeIntegers(std::span<const I> in, std::byte* out, int64_t offset, bool clip) {
  constexpr int64_t least = std::numeric_limits<O>::min(), most = std::numeric_limits<O>::max();
  for (size_t i = 0; i < in.size(); ++i) {
    int64_t value = int64_t{in[i]} + offset;
    if constexpr (sizeof(O) < 8) {
      if (value < least || value > most) [[unlikely]] {
        if (!clip) bad("it holds the value " + std::to_string(value) + ", which the plane's BITPIX does not");
        value = value < least ? least : most;
      }
    }
    storeBig(out + i * sizeof(O), static_cast<O>(value));
  }
}

// Floats (`width` 4) to doubles, or doubles (8) to floats.
void convertFloats(std::span<const std::byte> in, size_t width, std::span<std::byte> out) {
  for (size_t i = 0; i < in.size() / width; ++i) {
    if (width == 4)
      storeBig(&out[8 * i],
               std::bit_cast<uint64_t>(double{std::bit_cast<float>(loadBig<uint32_t>(&in[4 * i]))}));
    else
      storeBig(&out[4 * i], std::bit_cast<uint32_t>(
                                static_cast<float>(std::bit_cast<double>(loadBig<uint64_t>(&in[8 * i])))));
  }
}

}  // namespace

// The part of a tile that is wanted, in the tile's own coordinates, and where it goes.
struct Tiles::Target {
  uint32_t width, height;  // of the tile
  Box part;
  std::byte* out;
  size_t stride;
  size_t pixelBytes;

  size_t pixels() const { return size_t{width} * height; }
  // Pixels from the tile's first to the last one wanted.
  size_t prefix() const { return size_t{part.y1 - 1} * width + part.x1; }
  size_t first(uint32_t y) const { return size_t{y} * width + part.x0; }
  std::span<std::byte> row(uint32_t y) const {
    return {out + (y - part.y0) * stride, part.width() * pixelBytes};
  }
};

void Tiles::decode(uint64_t index, const TileCell& cell, std::span<const std::byte> bytes, const Box& part,
                   std::byte* out, size_t stride, const Control& control, const TileEntry* entry) {
  const Box tile = box(index);
  const Target target{tile.width(),
                      tile.height(),
                      {part.x0 - tile.x0, part.y0 - tile.y0, part.x1 - tile.x0, part.y1 - tile.y0},
                      out,
                      stride,
                      static_cast<size_t>(std::abs(plane_.bitpix) / 8)};
  try {
    if (cell.form == TileCell::Form::coded) return decodeCoded(index, cell, bytes, target, control, entry);
    if (cell.form == TileCell::Form::fallback) return decodeGzip(index, cell, bytes, false, true, target);
    decodePlain(cell, bytes, target);
  } catch (const Error& error) {
    if (error.kind() != Kind::data) throw;
    throw Error(Kind::data, "BAD_TILE",
                hduName(layout_, plane_) + ", tile " + std::to_string(index + 1) + ": " + error.what());
  }
}

void Tiles::decodePlain(const TileCell& cell, std::span<const std::byte> bytes, const Target& target) const {
  const std::string_view types = "BIJKED";
  const int bitpix[] = {8, 16, 32, 64, -32, -64};
  const int stored = bitpix[types.find(cell.type)];
  const size_t width = static_cast<size_t>(std::abs(stored) / 8);
  if (bytes.size() != target.pixels() * width) bad("its uncompressed pixels are not as many as the tile has");
  const bool widen = stored == -32 && plane_.bitpix == -64;
  if (stored != plane_.bitpix && !widen) bad("its uncompressed pixels have another type than the plane");
  for (uint32_t y = target.part.y0; y < target.part.y1; ++y) {
    const std::byte* from = bytes.data() + target.first(y) * width;
    std::span<std::byte> to = target.row(y);
    if (widen)
      convertFloats({from, to.size() / 2}, 4, to);
    else
      std::memcpy(to.data(), from, to.size());
  }
}

void Tiles::decodeCoded(uint64_t index, const TileCell& cell, std::span<const std::byte> bytes,
                        const Target& target, const Control& control, const TileEntry* entry) {
  switch (table_.codec) {
    case Codec::rice1: {
      auto run = [&]<typename I>(std::vector<I>& ints) {
        const size_t wanted = target.prefix();
        // Each block takes at least its code of 3 to 5 bits.
        const size_t first = entry ? entry->pixel : 0;
        if ((wanted - first) / table_.blockSize > bytes.size() * 8 / 3)
          bad("the Rice stream is too short for its pixels");
        if (ints.size() < wanted) ints.resize(wanted);
        const auto blockSize = static_cast<uint32_t>(table_.blockSize);
        auto decoder = first > 0 ? RiceDecoder<I>(bytes, blockSize, entry->point) : RiceDecoder<I>(bytes, blockSize);
        const size_t block = static_cast<size_t>(table_.blockSize),
                     piece = (kPiece + block - 1) / block * block;
        for (size_t i = first; i < wanted; i += piece) {
          control.poll();
          decoder.decode(std::span(ints).subspan(i, std::min(piece, wanted - i)));
        }
        finish(std::span<const I>(ints), index, cell, target);
      };
      if (table_.bytePix == 1) return run(ints8_);
      if (table_.bytePix == 2) return run(ints16_);
      return run(ints32_);
    }
    case Codec::gzip1:
    case Codec::gzip2:
      return decodeGzip(index, cell, bytes, table_.codec == Codec::gzip2, false, target);
    case Codec::plio1: {
      const size_t wanted = target.prefix();
      if (wanted / 4096 > bytes.size() + kPiece) bad("the PLIO line list is too short for its pixels");
      if (ints32_.size() < wanted) ints32_.resize(wanted);
      plioDecode(bytes, std::span(ints32_).first(wanted));
      return finish(std::span<const int32_t>(ints32_), index, cell, target);
    }
    case Codec::hcompress1:
      if (target.pixels() > kMaxHcompressPixels) bad("HCOMPRESS tiles of so many pixels are not supported");
      if (ints32_.size() < target.pixels()) ints32_.resize(target.pixels());
      hcompressDecode(bytes, target.width, target.height, table_.hcompSmooth != 0, work_,
                      std::span(ints32_).first(target.pixels()), control);
      return finish(std::span<const int32_t>(ints32_), index, cell, target);
    case Codec::nocompress: {
      if (table_.quantized || bytes.size() != target.pixels() * target.pixelBytes)
        bad("its uncompressed pixels are not as many as the tile has");
      for (uint32_t y = target.part.y0; y < target.part.y1; ++y)
        std::memcpy(target.row(y).data(), bytes.data() + target.first(y) * target.pixelBytes,
                    target.row(y).size());
      return;
    }
    case Codec::none:
      break;
  }
  throw Error(Kind::fatal, "NO_CODEC", "a tile table without a codec");
}

void Tiles::decodeGzip(uint64_t index, const TileCell& cell, std::span<const std::byte> bytes, bool shuffled,
                       bool fallback, const Target& target) {
  const size_t pixels = target.pixels();
  const bool own = fallback || !table_.quantized;  // pixels of the plane's own type
  const size_t most = pixels * (plane_.bitpix == 64 || (own && !fallback && plane_.bitpix < 0) ? 8
                                : own ? std::max<size_t>(target.pixelBytes, 4)
                                      : 4);
  if (pixels / gzipMaxRatio > bytes.size()) bad("the gzip stream is too short for its pixels");
  if (bytes_.size() < most) bytes_.resize(most);
  const size_t made = gzipDecode(bytes, std::span(bytes_).first(most));
  // cfitsio tells the integers' size from how many bytes there are.
  const size_t width = made % pixels == 0 ? made / pixels : 0;
  if (width != 1 && width != 2 && width != 4 && width != 8)
    bad("the gzip stream holds fewer bytes than the tile's pixels");

  std::vector<std::byte>& scratch = plain_;
  auto rowOf = [&](uint32_t y, std::span<std::byte> to) {
    if (shuffled)
      unshuffle(std::span(bytes_).first(made), width, pixels, target.first(y), to);
    else
      std::memcpy(to.data(), bytes_.data() + target.first(y) * width, to.size());
  };
  if (own && width == target.pixelBytes) {
    for (uint32_t y = target.part.y0; y < target.part.y1; ++y) rowOf(y, target.row(y));
    return;
  }
  if (plane_.bitpix < 0 && own) {
    // cfitsio writes lossless tiles in the type of the program's array, whatever ZBITPIX says.
    if (fallback || width < 4) bad("the gzip stream holds pixels of another size than the plane's");
    scratch.resize(target.part.width() * width);
    for (uint32_t y = target.part.y0; y < target.part.y1; ++y) {
      rowOf(y, scratch);
      convertFloats(scratch, width, target.row(y));
    }
    return;
  }
  // Integers of another width: brought to native order first.
  auto run = [&]<typename I>(std::vector<I>& ints) {
    if (ints.size() < pixels) ints.resize(pixels);
    scratch.resize(target.part.width() * width);
    for (uint32_t y = target.part.y0; y < target.part.y1; ++y) {
      rowOf(y, scratch);
      for (size_t i = 0; i < target.part.width(); ++i)
        ints[target.first(y) + i] = loadBig<I>(scratch.data() + i * width);
    }
    finish(std::span<const I>(ints), index, cell, target);
  };
  if (width == 1) return run(ints8_);
  if (width == 2) return run(ints16_);
  if (width == 4) return run(ints32_);
  bad("the gzip stream holds integers of another size than the plane's");
}

// From the integers of the tile, of which the wanted ones are there, to pixels.
template <typename I>
void Tiles::finish(std::span<const I> pixels, uint64_t index, const TileCell& cell,
                   const Target& target) const {
  if (plane_.bitpix < 0 && !table_.quantized) bad("floating-point pixels are held by a codec of integers");
  std::optional<DitherWalk> walk;
  if (table_.dither != Dither::none) walk.emplace(index, table_.ditherSeed);
  // Unsigned 16-bit masks are moved up by 32768 before PLIO, which knows no negative values.
  const int64_t offset = table_.codec == Codec::plio1 && plane_.bzero == 32768.0 ? -32768 : 0;
  const bool clip = table_.codec == Codec::hcompress1;
  size_t done = 0;
  for (uint32_t y = target.part.y0; y < target.part.y1; ++y) {
    const std::span<const I> from = pixels.subspan(target.first(y), target.part.width());
    const std::span<std::byte> to = target.row(y);
    if (walk) {
      walk->skip(target.first(y) - done);
      done = target.first(y) + from.size();
    }
    switch (plane_.bitpix) {
      case 8:
        storeIntegers<uint8_t>(from, to.data(), offset, clip);
        break;
      case 16:
        storeIntegers<int16_t>(from, to.data(), offset, clip);
        break;
      case 32:
        storeIntegers<int32_t>(from, to.data(), offset, clip);
        break;
      case 64:
        storeIntegers<int64_t>(from, to.data(), offset, clip);
        break;
      case -32:
        dequantise<float>(from, to, cell.how, walk ? &*walk : nullptr);
        break;
      default:
        dequantise<double>(from, to, cell.how, walk ? &*walk : nullptr);
        break;
    }
  }
}

}  // namespace vignet
