#include "core/mosaic/masks.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/mask_map.h"

namespace vignet {
namespace {

constexpr size_t kMostBits = 63;  // the sign bit stays free

}  // namespace

std::vector<std::string> unitedMaskNames(std::span<const Layout* const> layouts, bool clipped) {
  std::set<std::string> all{"NO_DATA"};
  if (clipped) all.insert("CLIPPED");
  for (const Layout* layout : layouts) {
    for (const auto& [name, bit] : maskDictionary(*layout)) all.insert(name);
  }
  std::vector<std::string> names(all.begin(), all.end());
  if (names.size() > kMostBits) {
    throw Error(Kind::usage, "TOO_MANY_MASK_PLANES",
                expectedFor("at most 63 mask planes", "all inputs together", names.size()) +
                    "; give CUTOUTDETAIL=Image or choose fewer inputs");
  }
  return names;
}

uint64_t maskBit(std::span<const std::string> names, std::string_view name) {
  const auto it = std::find(names.begin(), names.end(), name);
  return it == names.end() ? 0 : uint64_t{1} << (it - names.begin());
}

}  // namespace vignet
