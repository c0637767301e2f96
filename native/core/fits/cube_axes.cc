#include "core/fits/cube_axes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/header.h"

namespace vignet {
namespace {

// FITS 4.0, table 29.
const char* stateOf(int code) {
  constexpr std::array kPositive{"I", "Q", "U", "V"};
  constexpr std::array kNegative{"RR", "LL", "RL", "LR", "XX", "YY", "XY", "YX"};
  if (code >= 1 && code <= 4) return kPositive[static_cast<size_t>(code - 1)];
  if (code <= -1 && code >= -8) return kNegative[static_cast<size_t>(-code - 1)];
  return nullptr;
}

Error unknownAxis(const std::string& what) { return Error(Kind::data, "BAD_WCS", what); }

// The cards of one axis of the primary WCS.
class Axis {
 public:
  Axis(const Header& header, int number, int naxis) : header_(header), n_(number), naxis_(naxis) {}

  std::string text(const char* stem) const {
    return header_.stringIfAny(stem + std::to_string(n_)).value_or("");
  }
  double number(const char* stem, double otherwise) const {
    return header_.doubleIfAny(stem + std::to_string(n_)).value_or(otherwise);
  }
  // What has no default that means anything here. Throws Error{data, BAD_WCS}.
  double needed(const char* stem) const {
    const auto value = header_.doubleIfAny(stem + std::to_string(n_));
    if (!value) throw unknownAxis(expectedFor("a number", stem + std::to_string(n_), "none"));
    return *value;
  }

  // World units per pixel. Throws Error{data, BAD_WCS} where the axis depends on others.
  double step() const {
    bool anyCd = false;
    for (int i = 1; i <= naxis_; ++i)
      for (int j = 1; j <= naxis_; ++j) anyCd = anyCd || pair("CD", i, j).has_value();
    const char* stem = anyCd ? "CD" : "PC";
    for (int j = 1; j <= naxis_; ++j)
      if (j != n_ && (pair(stem, n_, j).value_or(0) != 0 || pair(stem, j, n_).value_or(0) != 0))
        throw unknownAxis("expected an axis of its own, received one that is coupled to axis " +
                          std::to_string(j) + " by " + stem + "i_j");
    if (!anyCd) return needed("CDELT") * pair("PC", n_, n_).value_or(1);
    return pair("CD", n_, n_).value_or(0);
  }

 private:
  std::optional<double> pair(const std::string& stem, int i, int j) const {
    return header_.doubleIfAny(stem + std::to_string(i) + "_" + std::to_string(j));
  }

  const Header& header_;
  int n_, naxis_;
};

SpectralAxis spectralOf(const Header& header, const Axis& axis, int number) {
  SpectralCards cards;
  cards.ctype = axis.text("CTYPE");
  cards.cunit = axis.text("CUNIT");
  cards.specsys = header.stringIfAny("SPECSYS").value_or("");
  cards.crpix = axis.number("CRPIX", 0);
  cards.crval = axis.needed("CRVAL");
  cards.cdelt = axis.step();
  cards.restfrq = header.doubleIfAny("RESTFRQ").value_or(header.doubleIfAny("RESTFREQ").value_or(0));
  cards.restwav = header.doubleIfAny("RESTWAV").value_or(0);
  const double velref = header.doubleIfAny("VELREF").value_or(0);
  if (std::abs(velref) < 1000) cards.velref = static_cast<int32_t>(velref);
  for (int m = 0; m <= 6; ++m)
    if (const auto pv = header.doubleIfAny("PV" + std::to_string(number) + "_" + std::to_string(m)))
      cards.pv.push_back({number, m, *pv});
  return SpectralAxis(cards);
}

std::vector<std::string> statesOf(const Axis& axis, uint32_t count) {
  constexpr uint32_t kStates = 12;
  if (count > kStates) throw unknownAxis(expectedFor("at most 12 states", "the axis STOKES", count));
  const double crpix = axis.number("CRPIX", 0), crval = axis.needed("CRVAL"), step = axis.step();
  std::vector<std::string> states;
  for (uint32_t i = 1; i <= count; ++i) {
    const double value = crval + (i - crpix) * step, code = std::round(value);
    const char* state =
        std::abs(value - code) < 1e-6 && std::abs(code) < 10 ? stateOf(static_cast<int>(code)) : nullptr;
    if (!state)
      throw unknownAxis(expectedFor("1 to 4 or -1 to -8 (FITS 4.0, table 29)", "the axis STOKES", value));
    states.emplace_back(state);
  }
  return states;
}

// Absent where none of them is there.
std::optional<AxisRange> rangeOf(const PolarizationStates& there, const std::vector<std::string>& wanted) {
  std::vector<uint32_t> places;
  for (uint32_t i = 0; i < there.states.size(); ++i)
    if (std::find(wanted.begin(), wanted.end(), there.states[i]) != wanted.end()) places.push_back(i);
  if (places.empty()) return std::nullopt;
  AxisRange range{places[0], static_cast<uint32_t>(places.size()), 1};
  if (places.size() > 1) range.step = places[1] - places[0];
  bool even = true;
  for (size_t i = 1; i < places.size(); ++i) even = even && places[i] - places[i - 1] == range.step;
  if (even) return range;
  std::string names, all;
  for (const uint32_t place : places) names += (names.empty() ? "" : ", ") + there.states[place];
  for (const std::string& state : there.states) all += (all.empty() ? "" : ", ") + state;
  throw Error(
      Kind::usage, "UNEVEN_STATES",
      expectedFor("polarization states at equal steps among those of the cube (" + all + ")", "POL", names) +
          ", which no WCS can describe; ask for them one by one, or for all");
}

}  // namespace

CubeAxes cubeAxes(const Layout& layout) {
  CubeAxes out;
  const Plane& image = layout.planes.at(0);
  const Header header = Header::fromText(layout.hdus.at(image.hdu).cards);
  const int naxis = image.naxis;
  for (int n = 3; n <= std::min(naxis, 4); ++n) {
    const Axis axis(header, n, naxis);
    const std::string type = axis.text("CTYPE");
    const uint32_t count = image.depth[static_cast<size_t>(n - 3)];
    try {
      if (isSpectral(type) && !out.spectral) {
        SpectralChannels channels{n, count, spectralOf(header, axis, n)};
        const WavelengthRange range = channels.coordinates.range(count);
        const std::string frame = range.frame.empty()
                                      ? "Wavelengths are in a frame that the header does not name (SPECSYS)."
                                      : "Wavelengths are in the frame " + printable(range.frame) + ".";
        out.note += (out.note.empty() ? "" : " ") + (range.note.empty() ? "" : range.note + " ") + frame;
        out.spectral.emplace(std::move(channels));
      } else if (type == "STOKES" && !out.polarization) {
        out.polarization = PolarizationStates{n, statesOf(axis, count)};
      }
    } catch (const Error& error) {
      if (error.kind() != Kind::data) throw;
      out.note += (out.note.empty() ? "" : " ") +
                  std::string(type == "STOKES" ? "Polarizations" : "Wavelengths") + " of axis " +
                  std::to_string(n) + " are not known: " + error.what() + ".";
    }
  }
  return out;
}

std::optional<std::array<std::optional<AxisRange>, 2>> axesAsked(const Layout& layout,
                                                                 const AxesAsked& asked) {
  std::array<std::optional<AxisRange>, 2> out;
  const CubeAxes axes = cubeAxes(layout);
  if (asked.band && axes.spectral) {
    const auto& [axis, count, coordinates] = *axes.spectral;
    const auto channels = coordinates.overlapping(count, (*asked.band)[0], (*asked.band)[1]);
    if (!channels) return std::nullopt;
    out[static_cast<size_t>(axis - 3)] = AxisRange{channels->first, channels->count, 1};
  }
  if (!asked.states.empty() && axes.polarization) {
    const auto range = rangeOf(*axes.polarization, asked.states);
    if (!range) return std::nullopt;
    out[static_cast<size_t>(axes.polarization->axis - 3)] = range;
  }
  return out;
}

}  // namespace vignet
