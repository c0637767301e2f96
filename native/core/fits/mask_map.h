// Maps mask bits of many files to one dictionary, by the names of their planes.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/fits/layout.h"

namespace vignet {

// The names that afw gave, each with the name that lsst.images gives the same plane; other names are the same
// in both. Used wherever masks of several files come together.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kMaskNameChanges{{
    {"CR", "COSMIC_RAY"},
    {"EDGE", "DETECTION_EDGE"},
    {"INTRP", "INTERPOLATED"},
    {"SAT", "SATURATED"},
    {"UNMASKEDNAN", "UNMASKED_NAN"},
}};
// The new name of an old one; every other name as it is.
std::string_view currentMaskName(std::string_view name);

// Names of a mask's planes to their bits.
using MaskDictionary = std::map<std::string, uint64_t>;

// The dictionary of a layout's mask by current names, and by what survey names mean, which several bits may
// mean. Empty without a mask, or when its bits have no names. Of an old and a new name together the new
// counts.
MaskDictionary maskDictionary(const Layout& layout);

// The union of the bits that `names` have in a dictionary of current names; names that are absent are
// ignored.
uint64_t maskBitsOf(const MaskDictionary& dictionary, std::span<const std::string_view> names);

// The bits of a code: a pixel of a mask that holds the number of its one bit.
inline uint64_t bitOfCode(uint64_t code) { return code == 0 || code > 62 ? 0 : uint64_t{1} << code; }

// The bit that BZERO inverts in the stored words of a mask: the top one for unsigned integers (BZERO 2^15,
// 2^31, 2^63) and for signed bytes (BZERO -128; FITS 4.0 section 5.2.5). 0 for every other BZERO.
uint64_t invertedBit(const Plane& mask);

// Takes mask values of one dictionary to another.
class MaskMap {
 public:
  // `from`: name to bits, by current names. `to`: the new dictionary, index = bit, at most 64 names, old or
  // current. Bits without a name, or with one that is absent from `to`, are dropped.
  MaskMap(const MaskDictionary& from, std::span<const std::string> to);

  uint64_t operator()(uint64_t value) const {
    uint64_t out = 0;
    for (value &= known_; value != 0; value &= value - 1)
      out |= to_[static_cast<size_t>(__builtin_ctzll(value))];
    return out;
  }

 private:
  uint64_t known_ = 0;
  std::array<uint64_t, 64> to_{};
};

}  // namespace vignet
