#include "core/fits/mask_map.h"

#include <cmath>

namespace vignet {

std::string_view currentMaskName(std::string_view name) {
  for (const auto& [old, now] : kMaskNameChanges)
    if (name == old) return now;
  return name;
}

MaskDictionary maskDictionary(const Layout& layout) {
  MaskDictionary dictionary;
  const auto bits = [](const MaskPlane& plane) { return uint64_t{1} << plane.bit; };
  for (const MaskPlane& plane : layout.maskPlanes)
    if (currentMaskName(plane.name) == plane.name) dictionary.emplace(plane.name, bits(plane));
  for (const MaskPlane& plane : layout.maskPlanes)
    dictionary.emplace(currentMaskName(plane.name), bits(plane));
  for (const MaskPlane& plane : layout.maskPlanes)
    if (!plane.means.empty()) dictionary[plane.means] |= bits(plane);
  return dictionary;
}

uint64_t maskBitsOf(const MaskDictionary& dictionary, std::span<const std::string_view> names) {
  uint64_t bits = 0;
  for (const std::string_view name : names)
    if (const auto found = dictionary.find(std::string(name)); found != dictionary.end())
      bits |= found->second;
  return bits;
}

uint64_t invertedBit(const Plane& mask) {
  const double inverting = mask.bitpix == 8 ? -128 : std::ldexp(1.0, mask.bitpix - 1);
  return mask.bitpix > 0 && mask.bzero == inverting ? uint64_t{1} << (mask.bitpix - 1) : 0;
}

MaskMap::MaskMap(const MaskDictionary& from, std::span<const std::string> to) {
  for (size_t bit = 0; bit < to.size() && bit < 64; ++bit) {
    const auto found = from.find(std::string(currentMaskName(to[bit])));
    if (found == from.end()) continue;
    known_ |= found->second;
    for (uint64_t rest = found->second; rest != 0; rest &= rest - 1)
      to_[static_cast<size_t>(__builtin_ctzll(rest))] |= uint64_t{1} << bit;
  }
}

}  // namespace vignet
