// A spectral axis as vacuum wavelengths, whatever coordinate and unit its header uses.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/wcs/numeric.h"

namespace vignet {

// The cards of one spectral axis; it must not be coupled to others.
struct SpectralCards {
  std::string ctype, cunit, specsys;
  double crpix = 0, crval = 0, cdelt = 1;
  double restfrq = 0, restwav = 0;  // Hz, m; 0 where not given
  int32_t velref = 0;               // AIPS
  std::vector<WcsParameter> pv{};   // m and value; of a grism
};

// Whether CTYPE is of a spectral axis: FREQ, VELO-LSR, WAVE-GRI, … (FITS 4.0, table 25; AIPS' FELO).
bool isSpectral(std::string_view ctype);

struct WavelengthRange {
  double min = 0, max = 0;  // m, vacuum
  std::string frame;        // SPECSYS, or what an AIPS type means; "" where the header does not say
  std::string note;         // what was assumed, in sentences; "" if nothing
};

// Wavelengths of pixels. Conversions between spectral coordinates are wcslib's (FITS WCS paper III).
class SpectralAxis {
 public:
  // Throws Error{data, BAD_WCS} where the wavelengths cannot be known: an unknown type, a velocity without
  // rest frequency or wavelength, a VELREF that AIPS does not define, a wavelength without unit, a look-up
  // table (-TAB).
  explicit SpectralAxis(const SpectralCards& cards);

  // In metres, at FITS pixels (1 is the centre of the first; halves are edges); NaN where there is none.
  std::vector<double> wavelengths(const std::vector<double>& pixels) const;
  // Of the first `count` pixels, outer edges included. Throws Error{data, BAD_WCS} if an edge has none, or
  // if velocities may be optical or radio and these differ by a channel or more.
  WavelengthRange range(uint32_t count) const;

  struct Channels {
    uint32_t first = 0, count = 0;
  };
  // Those of the first `count` pixels whose range overlaps or touches min to max metres; none: absent.
  std::optional<Channels> overlapping(uint32_t count, double min, double max) const;

 private:
  // Makes a type of AIPS one of the standard.
  void readAips();
  // What was assumed. Throws Error{data, BAD_WCS} if optical and radio velocities differ by a channel and the
  // header does not say which they are.
  std::string velocityNote(uint32_t count) const;

  SpectralCards cards_;
  std::string type_;  // the coordinate that wcslib computes, in SI
  std::string frame_, note_;
  bool eitherVelocity_ = false;  // optical or radio
};

}  // namespace vignet
