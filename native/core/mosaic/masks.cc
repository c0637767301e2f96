#include "core/mosaic/masks.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/fits/mask_map.h"

namespace vignet {
namespace {

constexpr size_t kMostBits = 63;  // the sign bit stays free

}  // namespace

std::vector<std::string> unitedMaskNames(std::span<const Layout* const> layouts) {
  std::vector<std::string> names;
  std::set<std::string> more{"NO_DATA"};
  bool first = true;
  for (const Layout* layout : layouts) {
    const std::map<std::string, int> dictionary = maskDictionary(*layout);
    if (dictionary.empty()) continue;
    for (const auto& [name, bit] : dictionary) {
      if (!first) {
        more.insert(name);
        continue;
      }
      const auto at = static_cast<size_t>(bit);
      if (names.size() <= at) names.resize(at + 1);
      if (names[at].empty()) names[at] = name;
      else more.insert(name);
    }
    first = false;
  }
  for (const std::string& name : names) more.erase(name);
  for (const std::string& name : more) {
    const auto hole = std::find(names.begin(), names.end(), "");
    if (hole == names.end()) names.push_back(name);
    else *hole = name;
  }
  if (names.size() > kMostBits) {
    throw Error(Kind::usage, "TOO_MANY_MASKS",
                "the inputs have " + std::to_string(names.size()) + " mask planes between them, a mask holds 63; ask for "
                "CUTOUTDETAIL=Image or for fewer inputs");
  }
  return names;
}

uint64_t maskBit(std::span<const std::string> names, std::string_view name) {
  const auto it = std::find(names.begin(), names.end(), name);
  return it == names.end() ? 0 : uint64_t{1} << (it - names.begin());
}

}  // namespace vignet
