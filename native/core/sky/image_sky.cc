#include "core/sky/image_sky.h"

#include <algorithm>
#include <cmath>

#include "core/fits/image_wcs.h"

namespace vignet {

namespace {

// Radians from which on the grid is finer, as distortions of the map may hide in it.
constexpr double kWide = 0.17;
constexpr double kVeryWide = 1.0;  // beyond this a cap excludes nothing
constexpr double kEverything = 4;

}  // namespace

// imageWcs refuses a layout without planes.
ImageSky::ImageSky(const Layout& layout)
    : ImageSky(
          imageWcs(layout,
                   "no region of sky can be cut from it; ask for pixels (BOX), or for the whole dataset"),
          layout.planes.empty() ? 0 : layout.planes[0].width,
          layout.planes.empty() ? 0 : layout.planes[0].height) {}

ImageSky::ImageSky(const NumericWcs& wcs, uint32_t width, uint32_t height)
    : width_(width), height_(height), wcs_(wcs) {
  sample(8);
  if (!allOnSky_ || capRadius_ > kWide) sample(64);
}

bool ImageSky::toSky(const Pixel& pixel, Vec3& direction) {
  const std::optional<Sky> sky = wcs_.toSky(pixel);
  if (sky) direction = toVector(sky->lon, sky->lat);
  return sky.has_value();
}

bool ImageSky::toPixel(const Vec3& direction, Pixel& pixel) {
  Sky sky;
  toLonLat(direction, sky.lon, sky.lat);
  const std::optional<Pixel> found = wcs_.toPixel(sky);
  if (found) pixel = *found;
  return found.has_value();
}

void ImageSky::sample(int steps) {
  const std::size_t side = static_cast<std::size_t>(steps) + 1;
  std::vector<Pixel> grid;
  for (std::size_t j = 0; j < side; j++) {
    for (std::size_t i = 0; i < side; i++)
      grid.push_back(
          {width_ * static_cast<double>(i) / steps - 0.5, height_ * static_cast<double>(j) / steps - 0.5});
  }
  std::vector<Sky> sky(grid.size());
  std::vector<uint8_t> ok(grid.size());
  wcs_.toSky(grid, sky, ok);

  std::vector<Vec3> directions(grid.size());
  Vec3 mean{0, 0, 0};
  samples_.clear();
  for (std::size_t k = 0; k < grid.size(); k++) {
    if (!ok[k]) continue;
    directions[k] = toVector(sky[k].lon, sky[k].lat);
    for (int c = 0; c < 3; c++) mean[c] += directions[k][c];
    samples_.push_back({grid[k], directions[k]});
  }
  allOnSky_ = samples_.size() == grid.size();

  spacing_ = 0;
  for (std::size_t j = 0; j < side; j++) {
    for (std::size_t i = 0; i < side; i++) {
      const std::size_t k = j * side + i;
      if (i > 0 && ok[k] && ok[k - 1]) spacing_ = std::max(spacing_, angle(directions[k], directions[k - 1]));
      if (j > 0 && ok[k] && ok[k - side])
        spacing_ = std::max(spacing_, angle(directions[k], directions[k - side]));
    }
  }
  const double size = std::sqrt(dot(mean, mean));
  capRadius_ = kEverything;
  if (allOnSky_ && size > 0) {
    for (int c = 0; c < 3; c++) capCentre_[c] = mean[c] / size;
    double farthest = 0;
    for (const Sample& s : samples_) farthest = std::max(farthest, angle(s.direction, capCentre_));
    capRadius_ = farthest + spacing_ > kVeryWide ? kEverything : farthest + spacing_;
  }
  rim_.clear();
  if (!allOnSky_) findRim(grid, ok, steps);
}

void ImageSky::findRim(const std::vector<Pixel>& grid, const std::vector<uint8_t>& ok, int steps) {
  const std::size_t side = static_cast<std::size_t>(steps) + 1;
  const auto between = [&](std::size_t a, std::size_t b) {
    if (ok[a] == ok[b]) return;
    Pixel on = grid[ok[a] ? a : b], off = grid[ok[a] ? b : a];
    Vec3 direction;
    for (int halving = 0; halving < 30; halving++) {
      const Pixel middle{(on.x + off.x) / 2, (on.y + off.y) / 2};
      (toSky(middle, direction) ? on : off) = middle;
    }
    if (toSky(on, direction)) rim_.push_back({on, direction});
  };
  for (std::size_t j = 0; j < side; j++) {
    for (std::size_t i = 0; i < side; i++) {
      if (i > 0) between(j * side + i, j * side + i - 1);
      if (j > 0) between(j * side + i, (j - 1) * side + i);
    }
  }
}

}  // namespace vignet
