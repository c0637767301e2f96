// What axes 3 and 4 of an image mean: spectral channels, polarization states.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/slices.h"
#include "core/fits/layout.h"
#include "core/wcs/spectral.h"

namespace vignet {

// `axis`: 3 or 4. `count`: pixels of the axis, 1 if it is degenerate.
struct SpectralChannels {
  int axis = 3;
  uint32_t count = 1;
  SpectralAxis coordinates;
};
struct PolarizationStates {
  int axis = 4;
  std::vector<std::string> states;  // in the order of the file: I, Q, U, V, RR, LL, RL, LR, XX, YY, XY, YX
};
struct CubeAxes {
  std::optional<SpectralChannels> spectral;
  std::optional<PolarizationStates> polarization;
  std::string note;  // why one of them is not known though the header names it, in sentences; else ""
};

// Of the image plane, by its header's primary WCS. The layout must have its cards.
CubeAxes cubeAxes(const Layout& layout);

// What is asked of axes 3 and 4.
struct AxesAsked {
  std::optional<std::array<double, 2>> band;  // min and max in metres
  std::vector<std::string> states;            // any of them; empty: all
};
// The pixels of axes 3 and 4 that are asked for; absent where no channel or state is. An axis of which
// nothing is known is not divided. Throws Error{usage, UNEVEN_STATES} for states that are not at equal steps.
std::optional<std::array<std::optional<AxisRange>, 2>> axesAsked(const Layout& layout,
                                                                 const AxesAsked& asked);

}  // namespace vignet
