// Pixel <-> sky with wcslib. One object belongs to one thread.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "core/base/control.h"
#include "core/wcs/numeric.h"

namespace vignet {

// Pixels are 0-based with integer values at pixel centres (FITS pixel minus 1); sky is ICRS longitude and
// latitude in degrees, longitude in [0, 360).
struct Pixel {
  double x = 0, y = 0;
};
struct Sky {
  double lon = 0, lat = 0;
};

class Wcs {
 public:
  explicit Wcs(const NumericWcs& numbers);  // <= 20 microseconds; Error{data, BAD_WCS} if wcslib rejects it
  ~Wcs();
  Wcs(Wcs&&) noexcept;
  Wcs& operator=(Wcs&&) noexcept;

  // Both calls below poll it once for each 16 positions that need an iteration, or 64 that need none; a yield
  // is not heeded.
  void pollWith(const Control& control);

  // Both write `ok[i] = 0` and NaN where a point cannot be mapped (other hemisphere, no convergence).
  void toSky(std::span<const Pixel> pixels, std::span<Sky> sky, std::span<uint8_t> ok);
  void toPixel(std::span<const Sky> sky, std::span<Pixel> pixels, std::span<uint8_t> ok);
  // Of one point; absent where it cannot be mapped.
  std::optional<Sky> toSky(const Pixel& pixel);
  std::optional<Pixel> toPixel(const Sky& sky);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vignet
