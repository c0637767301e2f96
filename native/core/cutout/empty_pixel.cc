#include <cmath>
#include <limits>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/cutout/parts.h"
#include "core/fits/mask_map.h"
#include "core/fits/planes.h"

namespace vignet {
namespace {

// Whether integers of so many bits can have a value: bytes are unsigned, all others signed. Negative numbers
// stand for floats.
bool isStorable(int64_t value, int bitpix) {
  if (bitpix <= 0) return false;
  if (bitpix == 64) return true;
  const int64_t half = int64_t{1} << (bitpix - 1);
  return bitpix == 8 ? value >= 0 && value < 2 * half : value >= -half && value < half;
}

// The stored word of a pixel that has no data; absent where the plane has none.
std::optional<uint64_t> emptyWord(const Layout& layout, const Plane& plane) {
  // A further HDU of the mask, for planes beyond the first 31: none of these flags is set where there is no
  // image.
  if (plane.kind == PlaneKind::other && nameOfPlane(layout, plane) == planeName(PlaneKind::mask)) return 0;
  if (plane.kind != PlaneKind::mask) {
    if (!plane.blank || !isStorable(*plane.blank, plane.bitpix)) return std::nullopt;
    return static_cast<uint64_t>(*plane.blank);
  }
  uint64_t flags = 0;
  for (const MaskPlane& named : layout.maskPlanes) {
    if (named.name != "NO_DATA" && named.means != "NO_DATA") continue;
    flags = plane.codes ? named.bit : uint64_t{1} << named.bit;
  }
  return flags ^ invertedBit(plane);
}

template <class T>
std::string bytesOf(T value) {
  std::string bytes(sizeof value, '\0');
  storeBe(reinterpret_cast<std::byte*>(bytes.data()), value);
  return bytes;
}

}  // namespace

std::string emptyPixel(const Layout& layout, const Plane& plane) {
  const bool weight = plane.kind == PlaneKind::weight;
  if (plane.bitpix == -32) return bytesOf(weight ? 0.0F : std::numeric_limits<float>::quiet_NaN());
  if (plane.bitpix == -64) return bytesOf(weight ? 0.0 : std::numeric_limits<double>::quiet_NaN());
  const auto word = emptyWord(layout, plane);
  if (!word)
    throw Error(Kind::usage, "NO_BLANK",
                "expected a region inside the image, because the integers of " + nameOfPlane(layout, plane) +
                    " have no value (BLANK) for pixels outside it; give EDGE=trim or a smaller region");
  switch (plane.bitpix) {
    case 8:
      return bytesOf(static_cast<uint8_t>(*word));
    case 16:
      return bytesOf(static_cast<uint16_t>(*word));
    case 32:
      return bytesOf(static_cast<uint32_t>(*word));
    default:
      return bytesOf(*word);
  }
}

}  // namespace vignet
