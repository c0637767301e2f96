// A celestial WCS as numbers: a header parsed once, so that setting wcslib up again costs
// microseconds and no header parsing.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vignet {

struct WcsCards;

// The frame of the celestial axes. Everything Vignet is asked is ICRS; other frames are turned into it
// (core/wcs/frame.h). FK5 means J2000, FK4 B1950, those with Dated the equinox beside them, as has the mean
// ecliptic.
enum class SkyFrame : uint8_t { icrs, fk5, galactic, fk4, fk4NoE, fk5Dated, fk4Dated, fk4NoEDated, ecliptic };
inline bool isDated(SkyFrame frame) { return frame >= SkyFrame::fk5Dated; }
// What the expressions of precession are for.
inline constexpr double kFirstEquinox = 1800, kLastEquinox = 2200;

struct WcsParameter {
  int32_t i = 0, m = 0;
  double value = 0;
};  // PVi_m
struct WcsText {
  int32_t i = 0, m = 0;
  std::string value;
};  // PSi_m
struct WcsDistortion {
  std::string field;
  bool integer = false;
  int32_t axis = 0;
  double value = 0;
};  // a DPja/DQia record

// wcslib's UNDEFINED: a number that no card gives.
inline constexpr double kNotGiven = 987654321.0e99;

struct NumericWcs {
  SkyFrame frame = SkyFrame::icrs;
  double equinox = 0;  // of a dated frame: Julian years of FK5 and ecliptic, Besselian of FK4
  std::array<std::string, 2> ctype, cunit;
  std::array<double, 2> crpix{}, crval{}, cdelt{1, 1};
  std::array<double, 4> pc{1, 0, 0, 1};  // row-major, with CD folded in as wcslib does (altlin)
  int32_t altlin = 1;
  double lonpole = 0, latpole = 0;  // kNotGiven where no card gives them
  std::vector<WcsParameter> pv;
  std::vector<WcsText> ps;
  std::array<std::vector<WcsDistortion>, 2> distortion;      // prior (SIP), sequent (TPV, TNX, …)
  std::array<std::array<std::string, 2>, 2> distortionKind;  // wcslib's dtype per axis, prior and sequent
  bool approximate =
      false;         // the header says, or the format implies, that a better WCS exists elsewhere in the file
  std::string note;  // corrections to a header that departs from the standard; "" without any
};

// Parses the celestial WCS of a plane from its cards ('\n'-separated, right-trimmed). `none` when there is no
// celestial WCS at all; Error{data, BAD_WCS} when there is one that cannot be used (singular CD, unknown
// frame, …).
std::optional<NumericWcs> parseWcs(std::string_view cards, uint32_t naxis);

// The same of WCS cards that are selected and corrected already.
std::optional<NumericWcs> parseWcs(const WcsCards& selected);

}  // namespace vignet
