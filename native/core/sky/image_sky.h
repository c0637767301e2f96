// An image seen from the sky: sample points of it, and a cap that holds it.
#pragma once
#include <vector>

#include "core/fits/layout.h"
#include "core/sphere/vector.h"
#include "core/wcs/wcs.h"

namespace vignet {

// The image plane of a layout covers pixel coordinates -0.5 .. size - 0.5.
class ImageSky {
 public:
  // Error{data, NO_WCS} when the image plane has no celestial WCS; Error{data, BAD_WCS} when that cannot be
  // set up.
  explicit ImageSky(const Layout& layout);
  // Of an image, or a grid, of so many pixels.
  ImageSky(const NumericWcs& wcs, uint32_t width, uint32_t height);

  struct Sample {
    Pixel pixel;
    Vec3 direction;
  };

  double width() const { return width_; }
  double height() const { return height_; }
  bool holds(const Pixel& p, double margin = 0) const {
    return p.x >= -0.5 - margin && p.x <= width_ - 0.5 + margin && p.y >= -0.5 - margin &&
           p.y <= height_ - 0.5 + margin;
  }

  bool toSky(const Pixel& pixel, Vec3& direction);
  bool toPixel(const Vec3& direction, Pixel& pixel);

  // A grid over the image, its corners and edges included, where that is on the sky.
  const std::vector<Sample>& samples() const { return samples_; }
  bool allOnSky() const { return allOnSky_; }
  // Where the image leaves the sky: the last points on it between neighbours of the grid, one of which is
  // off.
  const std::vector<Sample>& rim() const { return rim_; }
  double spacing() const { return spacing_; }  // radians; the most between neighbours of the grid

  // Everything in the image is within `capRadius` radians of `capCentre`; more than pi when that is not
  // certain.
  const Vec3& capCentre() const { return capCentre_; }
  double capRadius() const { return capRadius_; }

 private:
  void sample(int steps);
  void findRim(const std::vector<Pixel>& grid, const std::vector<uint8_t>& ok, int steps);

  double width_, height_;
  Wcs wcs_;
  std::vector<Sample> samples_, rim_;
  bool allOnSky_ = true;
  double spacing_ = 0, capRadius_ = 0;
  Vec3 capCentre_{1, 0, 0};
};

}  // namespace vignet
