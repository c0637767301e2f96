#include "core/wcs/spectral.h"

#include <wcslib/spc.h>
#include <wcslib/spx.h>
#include <wcslib/wcsunits.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/wcs/wcslib_guard.h"

namespace vignet {
namespace {

constexpr std::array<std::string_view, 11> kTypes{"FREQ", "AFRQ", "ENER", "WAVN", "VRAD", "WAVE",
                                                  "VOPT", "ZOPT", "AWAV", "VELO", "BETA"};

constexpr double kLight = 299792458;  // m/s
constexpr double kSameRest = 1e-6;    // 0.3 km/s

Error unknown(const std::string& detail) { return Error(Kind::data, "BAD_WCS", detail); }

std::string_view stem(std::string_view ctype) { return ctype.substr(0, std::min<size_t>(ctype.size(), 4)); }

bool needsRest(std::string_view type) {
  return type == "VRAD" || type == "VOPT" || type == "ZOPT" || type == "VELO" || type == "BETA";
}

void copyName(char (&to)[72], const std::string& from) {
  const size_t length = std::min(from.size(), sizeof to - 1);
  std::memcpy(to, from.data(), length);
  to[length] = 0;
}

// -LOG, a grism, or a coordinate that another is linear in: -F2W.
bool isAlgorithm(std::string_view suffix) {
  constexpr std::string_view kOf = "FWVA";
  if (suffix == "-LOG" || suffix == "-GRI" || suffix == "-GRA") return true;
  return suffix.size() == 4 && suffix[0] == '-' && suffix[2] == '2' &&
         kOf.find(suffix[1]) != std::string_view::npos && kOf.find(suffix[3]) != std::string_view::npos;
}

void setUpAxis(wcsprm& prm, const SpectralCards& cards) {
  if (wcsinit(1, 1, &prm, static_cast<int>(cards.pv.size()), 0, 0))
    throw Error(Kind::fatal, "OUT_OF_MEMORY", "no memory to set up the spectral axis");
  copyName(prm.ctype[0], cards.ctype);
  copyName(prm.cunit[0], cards.cunit);
  wcsutrn(0, prm.cunit[0]);  // HZ, ANGSTROM: how files spell units that the standard spells otherwise
  prm.crpix[0] = cards.crpix;
  prm.crval[0] = cards.crval;
  prm.cdelt[0] = cards.cdelt;
  prm.restfrq = cards.restfrq;
  prm.restwav = cards.restwav;
  prm.npv = static_cast<int>(cards.pv.size());
  for (size_t k = 0; k < cards.pv.size(); ++k) prm.pv[k] = {1, cards.pv[k].m, cards.pv[k].value};
  if (const int status = wcsset(&prm))
    throw unknown(std::string("expected a spectral axis that wcslib can set up, received its error: ") +
                  wcs_errmsg[status] + " (CTYPE " + printable(cards.ctype) + ", CUNIT " +
                  printable(cards.cunit) + ")");
}

}  // namespace

bool isSpectral(std::string_view ctype) {
  const std::string_view type = stem(ctype);
  const bool whole = ctype.size() == 4 || (ctype.size() > 4 && ctype[4] == '-');
  return whole && (type == "FELO" || std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end());
}

SpectralAxis::SpectralAxis(const SpectralCards& cards) : cards_(cards), frame_(cards.specsys) {
  if (!isSpectral(cards.ctype))
    throw unknown(expectedFor("a spectral axis", "its CTYPE", printable(cards.ctype)));
  if (cards.ctype.find("-TAB") != std::string::npos)
    throw unknown("expected a spectral axis by formula, received one by look-up table (-TAB)");
  readAips();
  if (cards_.ctype.size() > 4 && !isAlgorithm(std::string_view(cards_.ctype).substr(4)))
    throw unknown(
        expectedFor("an algorithm of FITS paper III or a frame of AIPS after the first four letters",
                    "CTYPE of the spectral axis", printable(cards.ctype)));
  type_ = stem(cards_.ctype);
  if (needsRest(type_) && !(cards.restfrq > 0) && !(cards.restwav > 0))
    throw unknown(expectedFor("RESTFRQ or RESTWAV", "velocities (" + type_ + ")", "neither"));
  const double ofFrequency = kLight / cards.restfrq;  // m
  if (cards.restfrq > 0 && cards.restwav > 0 && !(std::fabs(ofFrequency / cards.restwav - 1) < kSameRest))
    throw unknown(
        expectedFor("RESTFRQ and RESTWAV of one line", "the spectral axis",
                    std::to_string(ofFrequency) + " m and " + std::to_string(cards.restwav) + " m"));
  if (cards.cunit.empty() && (type_ == "WAVE" || type_ == "AWAV"))
    throw unknown(expectedFor("a unit (CUNIT)", "wavelengths", "none"));
  for (const double number : {cards.crpix, cards.crval, cards.cdelt, cards.restfrq, cards.restwav})
    if (!std::isfinite(number)) throw unknown("expected finite numbers for the spectral axis");
  if (cards.cdelt == 0) throw unknown(expectedFor("another number than 0", "CDELT of the spectral axis", 0));
  WcsprmGuard guard;
  setUpAxis(guard.prm, cards_);
}

void SpectralAxis::readAips() {
  const std::string given = cards_.ctype;
  if (given.size() > 8) return;
  char from[9] = "", type[9] = "", frame[9] = "";
  given.copy(from, sizeof from - 1);
  const int status = spcaips(from, cards_.velref, type, frame);
  if (status > 0) throw unknown(expectedFor("a value that AIPS defines", "VELREF", cards_.velref));
  if (status < 0) return;  // no type of AIPS
  cards_.ctype = type;
  if (frame_.empty()) frame_ = frame;
  if (given == cards_.ctype) return;
  // Programs of all kinds write VELO-LSR without VELREF, for radio velocities too.
  eitherVelocity_ = cards_.ctype == "VOPT" && cards_.velref == 0;
  if (!eitherVelocity_)
    note_ = "The spectral axis " + printable(given) + " with VELREF = " + std::to_string(cards_.velref) +
            " is read as " + cards_.ctype + ", as AIPS defines it.";
}

std::string SpectralAxis::velocityNote(uint32_t count) const {
  if (!eitherVelocity_) return note_;
  SpectralAxis radio = *this;
  radio.cards_.ctype = radio.type_ = "VRAD";
  // The difference grows with the velocity's absolute value: it is largest at an end.
  const std::vector<double> ends{0.5, count + 0.5}, inside{1.5, count - 0.5};
  const std::vector<double> optical = wavelengths(ends), other = radio.wavelengths(ends);
  const std::vector<double> next = wavelengths(inside);
  for (size_t i = 0; i < ends.size(); ++i)
    if (!(std::fabs(optical[i] - other[i]) < std::fabs(optical[i] - next[i])))
      throw unknown(expectedFor("VELREF, which says whether velocities are optical or radio,",
                                "a spectral axis of AIPS' type VELO", "0 or none") +
                    ", and the two differ by a channel or more");
  return "Whether velocities are optical or radio is not known (no VELREF): they are read as optical, which "
         "differs from radio by less than a channel in the whole cube.";
}

std::vector<double> SpectralAxis::wavelengths(const std::vector<double>& pixels) const {
  std::vector<double> out(pixels.size(), std::numeric_limits<double>::quiet_NaN());
  if (pixels.empty()) return out;
  WcsprmGuard guard;
  setUpAxis(guard.prm, cards_);
  const int count = static_cast<int>(pixels.size());
  std::vector<double> intermediate(pixels.size()), world(pixels.size()), phi(pixels.size()),
      theta(pixels.size());
  std::vector<int> status(pixels.size());
  const int failed = wcsp2s(&guard.prm, count, 1, pixels.data(), intermediate.data(), phi.data(),
                            theta.data(), world.data(), status.data());
  if (failed != 0 && failed != 8) return out;  // 8: some of the pixels
  for (size_t i = 0; i < pixels.size(); ++i) {
    if (status[i] != 0 || !std::isfinite(world[i])) continue;
    spxprm all{};
    if (specx(type_.c_str(), world[i], cards_.restfrq, cards_.restwav, &all)) continue;
    if (all.wavetype && std::isfinite(all.wave) && all.wave > 0) out[i] = all.wave;
  }
  return out;
}

WavelengthRange SpectralAxis::range(uint32_t count) const {
  const std::vector<double> ends = wavelengths({0.5, count + 0.5});
  if (!std::isfinite(ends[0]) || !std::isfinite(ends[1]) || ends[0] == ends[1])
    throw unknown("expected wavelengths for all channels, received an axis that leaves the spectrum");
  return {std::min(ends[0], ends[1]), std::max(ends[0], ends[1]), frame_, velocityNote(count)};
}

std::optional<SpectralAxis::Channels> SpectralAxis::overlapping(uint32_t count, double min,
                                                                double max) const {
  const WavelengthRange all = range(count);
  if (!(min <= all.max && max >= all.min)) return std::nullopt;
  const std::vector<double> ends = wavelengths({0.5, count + 0.5});
  const bool rising = ends[1] > ends[0];
  // How many of the channels' edges 0 to `count`, in order, lie before the band: the axis is monotonic.
  const auto before = [&](auto beyond) {
    uint32_t low = 0, high = count + 1;
    while (low < high) {
      const uint32_t middle = low + (high - low) / 2;
      if (beyond(wavelengths({middle + 0.5})[0]))
        high = middle;
      else
        low = middle + 1;
    }
    return low;
  };
  // A channel k has the edges k and k + 1. The first is the one whose far edge reaches the band; the last the
  // one whose near edge does not pass it.
  const uint32_t reaching = before([&](double edge) { return rising ? edge >= min : edge <= max; });
  const uint32_t passing = before([&](double edge) { return rising ? edge > max : edge < min; });
  const uint32_t first = reaching == 0 ? 0 : reaching - 1, end = std::min(passing, count);
  if (first >= end) return std::nullopt;
  return Channels{first, end - first};
}

}  // namespace vignet
