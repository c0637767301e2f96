// How much of the light of a point source the measurements of a stamp see.
#pragma once
#include <optional>

#include "core/exposure/moments.h"

namespace vignet {

// The weight of PSFFLUX: a Gaussian with the moments of the PSF, 1 at the source and 0 beyond three of its
// sigmas, where it is too small to matter.
class PsfWeight {
 public:
  // `moments`: positive definite, pixels².
  explicit PsfWeight(const Moments& moments);
  // `dx`, `dy`: from the source, pixels.
  double operator()(double dx, double dy) const;
  // Pixels along x and y beyond which it is 0.
  double reachX() const { return reachX_; }
  double reachY() const { return reachY_; }

 private:
  Moments inverse_;
  double reachX_, reachY_;
};

// Of a point source of flux 1.
struct PsfLight {
  double weighted = 0;  // the sum of its pixels under PsfWeight
  double enclosed = 0;  // the sum of its pixels within kApertureRadius
};

// All light is in the stamp, as afw has it. `moments` in pixels² of the image; a pixel of the stamp is `step`
// pixels of the image wide. Absent for a PSF so narrow that the sum depends on where in its pixel the source
// is (a sigma below 0.9 pixel: more than 0.13 %), and for a stamp without positive light.
std::optional<PsfLight> lightOf(const PsfStamp& stamp, const Moments& moments, double step = 1);

// Of a round Gaussian PSF; `sigma` in pixels. Absent beyond 0.9 to 30.
std::optional<PsfLight> lightOfGaussian(double sigma);

}  // namespace vignet
