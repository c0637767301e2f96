#include "core/fits/mask_map.h"

namespace vignet {

std::string_view currentMaskName(std::string_view name) {
  for (const auto& [old, now] : kMaskNameChanges)
    if (name == old) return now;
  return name;
}

std::map<std::string, int> maskDictionary(const Layout& layout) {
  std::map<std::string, int> dictionary;
  for (const MaskPlane& plane : layout.maskPlanes)
    if (currentMaskName(plane.name) == plane.name) dictionary.emplace(plane.name, plane.bit);
  for (const MaskPlane& plane : layout.maskPlanes) dictionary.emplace(currentMaskName(plane.name), plane.bit);
  return dictionary;
}

uint64_t maskBitsOf(const std::map<std::string, int>& dictionary, std::span<const std::string_view> names) {
  uint64_t bits = 0;
  for (const std::string_view name : names)
    if (const auto found = dictionary.find(std::string(name)); found != dictionary.end())
      bits |= uint64_t{1} << found->second;
  return bits;
}

MaskMap::MaskMap(const std::map<std::string, int>& from, std::span<const std::string> to) {
  for (size_t bit = 0; bit < to.size() && bit < 64; ++bit) {
    const auto found = from.find(std::string(currentMaskName(to[bit])));
    if (found == from.end()) continue;
    known_ |= uint64_t{1} << found->second;
    to_[static_cast<size_t>(found->second)] |= uint64_t{1} << bit;
  }
}

}  // namespace vignet
