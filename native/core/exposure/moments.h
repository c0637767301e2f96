// Second moments of a PSF's image.
#pragma once
#include <optional>
#include <vector>

namespace vignet {

// pixel²
struct Moments {
  double xx = 0, yy = 0, xy = 0;
};

// An image of a point source: row-major; the source is at pixel (x, y), 0-based and maybe fractional.
struct PsfStamp {
  int width = 0, height = 0;
  double x = 0, y = 0;
  std::vector<double> pixels;

  // Without pixels yet; the source is at the middle pixel, of even sides the one above the middle.
  static PsfStamp centred(int width, int height) {
    const int x = width / 2, y = height / 2;
    return {width, height, static_cast<double>(x), static_cast<double>(y), {}};
  }
};

// Adaptive second moments about the source's nominal position: those of the elliptical Gaussian that, as the
// weight, reproduces itself (Bernstein & Jarvis 2002, AJ 123, 583, section 3; what afw's Psf.computeShape
// gives). For a Gaussian they are its own. `guess` is where the iteration starts. Absent when it does not
// converge.
std::optional<Moments> adaptiveMoments(const PsfStamp& stamp, const Moments& guess = {4, 4, 0});

}  // namespace vignet
