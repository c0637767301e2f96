#include "core/stack/stamp.h"

#include <cmath>
#include <cstdlib>

#include "core/base/bytes.h"
#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/words.h"
#include "core/bytes/missing_bytes.h"
#include "core/fits/mask_map.h"
#include "core/pixels/read_pixels.h"

namespace vignet {
namespace {

// The index in the stamp of a pixel of the image.
size_t place(const StampFrame& frame, uint32_t x, uint32_t y) {
  return static_cast<size_t>(y - frame.y0) * frame.size + static_cast<size_t>(x - frame.x0);
}

// Calls put(index in the stamp, pixel as stored) for every pixel of `part`.
template <typename T, typename Put>
void each(std::span<const std::byte> raw, const Box& part, const StampFrame& frame, Put put) {
  const std::byte* from = raw.data();
  for (uint32_t y = part.y0; y < part.y1; ++y) {
    size_t to = place(frame, part.x0, y);
    for (uint32_t x = part.x0; x < part.x1; ++x, ++to, from += sizeof(T)) put(to, loadBe<T>(from));
  }
}

template <typename Call>
void withPixelType(int8_t bitpix, Call call) {
  switch (bitpix) {
    case 8:
      return call(uint8_t{});
    case 16:
      return call(int16_t{});
    case 32:
      return call(int32_t{});
    case 64:
      return call(int64_t{});
    case -32:
      return call(float{});
    default:
      return call(double{});
  }
}

void placeFloats(const Plane& plane, std::span<const std::byte> raw, const Box& part, const StampFrame& frame,
                 double factor, std::span<float> out) {
  if (plane.bitpix == -32 && plane.measuredAsStored() && factor == 1) {
    const std::byte* from = raw.data();
    for (uint32_t y = part.y0; y < part.y1; ++y, from += size_t{4} * part.width())
      swapWords(from, part.width(), out.data() + place(frame, part.x0, y));
    return;
  }
  withPixelType(plane.bitpix, [&](auto type) {
    using T = decltype(type);
    each<T>(raw, part, frame, [&](size_t k, T stored) {
      if constexpr (std::is_integral_v<T>) {
        if (plane.blank && int64_t{stored} == *plane.blank) {
          out[k] = kNan;
          return;
        }
      }
      out[k] = static_cast<float>(plane.measured(static_cast<double>(stored)) * factor);
    });
  });
}

void placeBits(const Plane& plane, std::span<const std::byte> raw, const Box& part, const StampFrame& frame,
               std::span<uint64_t> out) {
  withPixelType(plane.bitpix, [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_integral_v<T>) {
      using U = std::make_unsigned_t<T>;
      const auto inverted = static_cast<U>(invertedBit(plane));
      each<U>(raw, part, frame, [&](size_t k, U stored) {
        const auto value = static_cast<U>(stored ^ inverted);
        out[k] = plane.codes ? bitOfCode(value) : value;
      });
    }
  });
}

}  // namespace

void StampPlanes::clear(const StampFrame& frame) {
  const size_t pixels = size_t{frame.size} * frame.size;
  image.assign(pixels, kNan);
  variance.clear();
  mask.clear();
  dictionary.clear();
  edge = false;
}

void StampReader::read(const Layout& layout, std::span<Reader* const> readers, SeekTable* seek,
                       const StampFrame& frame, const StampSelection& selection, double scale,
                       const Control& control, StampPlanes& out) {
  const Plane& first = layout.planes.at(0);
  const std::optional<Box> part = touched(frame, first.width, first.height);
  const size_t pixels = size_t{frame.size} * frame.size;
  out.edge = !part || part->width() != frame.size || part->height() != frame.size;
  MissingBytes missing;
  // False when bytes are missing.
  const auto fetch = [&](const Plane& plane) {
    if (plane.file >= readers.size() || !readers[plane.file])
      throw Error(Kind::fatal, "NO_READER",
                  "expected file " + std::to_string(plane.file) + " of the dataset to be open; report this");
    raw_.resize(size_t{part->width()} * part->height() * plane.pixelBytes());
    return missing.attempt(
        [&] { readPixels(*readers[plane.file], layout, plane, *part, raw_, control, seek); });
  };
  const auto floats = [&](bool wanted, PlaneKind kind, double factor, std::vector<float>& to) {
    const Plane* plane = wanted ? layout.giving(kind) : nullptr;
    if (!plane) return to.clear();
    to.resize(pixels);
    if (out.edge) std::fill(to.begin(), to.end(), kNan);
    if (!part) return;
    if (fetch(*plane)) placeFloats(*plane, raw_, *part, frame, factor, to);
  };
  floats(selection.image, PlaneKind::image, scale, out.image);
  if (selection.weightAsVariance && !layout.giving(PlaneKind::variance)) {
    floats(selection.variance, PlaneKind::weight, 1 / (scale * scale), out.variance);
    for (float& v : out.variance) v = v > 0 ? 1 / v : kNan;
  } else {
    floats(selection.variance, PlaneKind::variance, scale * scale, out.variance);
  }
  out.mask.clear();
  out.dictionary.clear();
  if (!selection.mask) return missing.check();
  out.dictionary = maskDictionary(layout);
  if (out.dictionary.empty()) return missing.check();
  out.mask.assign(pixels, 0);
  if (!part) return missing.check();
  const Plane& mask = *layout.find(PlaneKind::mask);
  if (fetch(mask)) placeBits(mask, raw_, *part, frame, out.mask);
  missing.check();
}

std::vector<bool> filesOf(const Layout& layout, const StampSelection& selection) {
  std::vector<bool> needed(layout.files.size(), false);
  const Plane* noise = layout.giving(PlaneKind::variance);
  if (!noise && selection.weightAsVariance) noise = layout.find(PlaneKind::weight);
  for (const Plane& plane : layout.planes) {
    const bool wanted = (plane.kind == PlaneKind::image && selection.image) ||
                        (plane.kind == PlaneKind::mask && selection.mask) ||
                        (&plane == noise && selection.variance);
    if (wanted) needed[plane.file] = true;
  }
  return needed;
}

MaskRoles maskRoles(const MaskDictionary& dictionary) {
  using Names = std::initializer_list<std::string_view>;
  const auto bits = [&](Names names) { return maskBitsOf(dictionary, {names.begin(), names.size()}); };
  MaskRoles roles;
  roles.noData = bits({"NO_DATA"});
  roles.saturated = bits({"SATURATED"});
  roles.bad = bits({"BAD", "SUSPECT", "VIGNETTED", "CROSSTALK", "UNMASKED_NAN"});
  roles.cosmicRay = bits({"COSMIC_RAY"});
  roles.interpolated = bits({"INTERPOLATED"});
  roles.notSky = roles.saturated | roles.bad | roles.cosmicRay | roles.interpolated |
                 bits({"DETECTED", "DETECTED_NEGATIVE", "DETECTION_EDGE", "SPIKE", "STREAK", "ITL_DIP"});
  return roles;
}

}  // namespace vignet
