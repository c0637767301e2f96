#include "core/render/image.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "core/base/bytes.h"
#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/header.h"
#include "core/fits/write.h"

namespace vignet {
namespace {

[[noreturn]] void bad(const std::string& why) { throw Error(Kind::data, "BAD_RENDER_INPUT", why); }

std::size_t endCard(std::span<const std::byte> fits) {
  for (std::size_t at = 0; at + kCardSize <= fits.size(); at += kCardSize) {
    if (std::memcmp(fits.data() + at, "END     ", 8) == 0) return at;
  }
  bad("expected an END card in the header, received none");
}

struct Shape {
  std::vector<uint64_t> axes;
  int bitpix = 8;
  uint64_t bytes = 0;
};

Shape shapeOf(const Header& header, uint64_t limit) {
  Shape out;
  out.bitpix = static_cast<int>(header.getInt("BITPIX").value_or(0));
  if (out.bitpix != 8 && out.bitpix != 16 && out.bitpix != 32 && out.bitpix != 64 && out.bitpix != -32 &&
      out.bitpix != -64) {
    bad(expectedFor("8, 16, 32, 64, -32 or -64", "BITPIX", out.bitpix));
  }
  const int64_t naxis = header.getInt("NAXIS").value_or(-1);
  if (naxis < 0 || naxis > 999) bad(expectedFor("0 to 999", "NAXIS", naxis));
  unsigned __int128 bytes = naxis > 0 ? 1 : 0;
  for (int64_t i = 1; i <= naxis; ++i) {
    const int64_t length = header.getInt("NAXIS" + std::to_string(i)).value_or(-1);
    if (length < 0) bad(expectedFor("at least 0", "NAXIS" + std::to_string(i), length));
    out.axes.push_back(static_cast<uint64_t>(length));
    bytes *= static_cast<uint64_t>(length);
    if (bytes > limit)
      bad(expectedFor("at most " + std::to_string(limit) + " bytes, the rest of the file,", "the image",
                      "more"));
  }
  const int64_t pcount = header.getInt("PCOUNT").value_or(0), gcount = header.getInt("GCOUNT").value_or(1);
  if (pcount < 0 || gcount < 0) bad(expectedFor("at least 0", "PCOUNT and GCOUNT", std::min(pcount, gcount)));
  bytes = (bytes + static_cast<uint64_t>(pcount)) * static_cast<uint64_t>(gcount) *
          static_cast<unsigned>(std::abs(out.bitpix) / 8);
  if (bytes > limit)
    bad(expectedFor("at most " + std::to_string(limit) + " bytes, the rest of the file,", "the HDU", "more"));
  out.bytes = static_cast<uint64_t>(bytes);
  return out;
}

template <typename T>
void convert(const MemoryImage& image, const std::byte* from, std::span<float> out) {
  for (std::size_t x = 0; x < out.size(); ++x) {
    const T stored = loadBe<T>(from + x * sizeof(T));
    if constexpr (std::is_integral_v<T>) {
      if (image.blank && static_cast<int64_t>(stored) == *image.blank) {
        out[x] = kNan;
        continue;
      }
    }
    const double value = image.bzero + image.bscale * static_cast<double>(stored);
    // A double beyond the range of floats becomes infinite, which a picture shows the same.
    out[x] =
        std::abs(value) > std::numeric_limits<float>::max()
            ? std::copysign(std::numeric_limits<float>::infinity(), static_cast<float>(value > 0 ? 1 : -1))
            : static_cast<float>(value);
  }
}

}  // namespace

void MemoryImage::row(uint32_t y, std::span<float> out) const {
  const std::byte* from =
      pixels.data() + std::size_t{y} * width * static_cast<std::size_t>(std::abs(bitpix) / 8);
  switch (bitpix) {
    case 8:
      return convert<uint8_t>(*this, from, out);
    case 16:
      return convert<int16_t>(*this, from, out);
    case 32:
      return convert<int32_t>(*this, from, out);
    case 64:
      return convert<int64_t>(*this, from, out);
    case -32:
      return convert<float>(*this, from, out);
    default:
      return convert<double>(*this, from, out);
  }
}

MemoryImage firstImage(std::span<const std::byte> fits) {
  for (int number = 0; fits.size() >= kBlockSize; ++number) {
    const std::size_t end = endCard(fits);
    const Header header = Header::fromBytes(fits.first(end), "HDU " + std::to_string(number));
    const uint64_t headerBytes = paddedBlock(end + kCardSize);
    if (headerBytes > fits.size()) bad("expected the whole header, received the end of the file");
    const Shape shape = shapeOf(header, fits.size() - headerBytes);
    const bool image = number == 0 || header.stringIfAny("XTENSION") == "IMAGE";
    if (image && shape.axes.size() >= 2 && shape.bytes > 0) {
      if (shape.axes[0] > UINT32_MAX || shape.axes[1] > UINT32_MAX)
        bad(expectedFor("axes below 2^32 pixels", "the image", std::max(shape.axes[0], shape.axes[1])));
      MemoryImage out;
      out.width = static_cast<uint32_t>(shape.axes[0]);
      out.height = static_cast<uint32_t>(shape.axes[1]);
      out.bitpix = shape.bitpix;
      out.bscale = header.doubleIfAny("BSCALE").value_or(1);
      out.bzero = header.doubleIfAny("BZERO").value_or(0);
      if (shape.bitpix > 0) out.blank = header.getInt("BLANK");
      out.pixels = fits.subspan(
          headerBytes, uint64_t{out.width} * out.height * static_cast<unsigned>(std::abs(shape.bitpix) / 8));
      return out;
    }
    const uint64_t whole = headerBytes + paddedBlock(shape.bytes);
    if (whole >= fits.size()) break;
    fits = fits.subspan(whole);
  }
  throw Error(Kind::data, "NO_IMAGE", "expected an uncompressed image in the file, received none");
}

}  // namespace vignet
