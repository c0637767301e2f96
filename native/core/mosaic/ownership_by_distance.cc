// Owners without a skymap: of the images that contain a pixel, the one whose centre is nearest.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/mosaic/ownership.h"
#include "core/resample/pixel_map.h"

namespace vignet {
namespace {

// Largest accepted error of interpolation in a block, in pixels; and how near to a border, or to equal
// distance from two centres, a pixel is tested exactly.
constexpr double kTrusted = 1e-3, kDoubtful = 1e-2;

// Of nine places of a block, the k-th in units of its sides: three rows of three, which are the corners, the
// middles of the sides and the centre.
Pixel placeOf(size_t k) {
  const size_t column = k % 3, row = k / 3;
  return {static_cast<double>(column) / 2, static_cast<double>(row) / 2};
}

// What a function of the pixel is between the corners of a block, from what it is at the nine places.
struct Bilinear {
  double first, right, up, both;  // at (0, 0); added to that to the other corners, which lie at 1
  double error;                   // at the other five places
  double least, most;

  explicit Bilinear(const std::array<double, 9>& at)
      : first(at[0]), right(at[2] - at[0]), up(at[6] - at[0]), both(at[8] - at[6] - at[2] + at[0]), error(0) {
    for (size_t k = 1; k < 9; ++k) error = std::max(error, std::abs((*this)(placeOf(k)) - at[k]));
    least = std::min({at[0], at[2], at[6], at[8]});
    most = std::max({at[0], at[2], at[6], at[8]});
  }
  double operator()(const Pixel& at) const { return first + at.x * right + at.y * (up + at.x * both); }
};

// An image that pixels of a block may lie on.
struct NearImage {
  int32_t input;
  Bilinear x, y;      // of the position in it
  Bilinear nearness;  // of the cosine of the angle to its centre, less that to the first image's
  double width, height;
  double step;  // of the nearness, from one pixel to the next, at most

  enum class Lies { inside, outside, unsure };
  Lies lies(const Pixel& at) const {
    const double px = x(at) + 0.5, py = y(at) + 0.5;
    const double in = std::min({px, py, width - px, height - py});
    return in > kDoubtful ? Lies::inside : in < -kDoubtful ? Lies::outside : Lies::unsure;
  }
};

// The owner of a place in a block; absent where it must be tested exactly, because two images' nearness
// differs by no more than `doubt`.
std::optional<int32_t> ownerAt(std::span<const NearImage> images, double doubt, const Pixel& at) {
  int32_t best = Ownership::kNone;
  double nearest = -INFINITY, second = -INFINITY;
  for (const NearImage& image : images) {
    const NearImage::Lies lies = image.lies(at);
    if (lies == NearImage::Lies::unsure) return std::nullopt;
    if (lies == NearImage::Lies::outside) continue;
    const double nearness = image.nearness(at);
    if (nearness > nearest) {
      second = nearest;
      nearest = nearness, best = image.input;
    } else {
      second = std::max(second, nearness);
    }
  }
  if (nearest - second <= doubt) return std::nullopt;
  return best;
}

}  // namespace

bool Ownership::wholeByDistance(const Block& b, const Sky& centre, double radius) {
  const Vec3 here = direction(centre);
  // The nearest image that covers the whole block, and the distances of all that may touch it.
  int32_t best = kNone;
  double bestFarthest = INFINITY;
  std::vector<std::pair<double, int32_t>> touching;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const OwnerInput& input = inputs_[i];
    if (!input.mayOwn(b.x0, b.y0, b.x1, b.y1)) continue;
    const double w = input.width, h = input.height;
    bool inside, outside;
    if (input.shift) {
      const auto [ox, oy] = *input.shift;
      const GridBox image{ox, oy, ox + int64_t{input.width}, oy + int64_t{input.height}};
      const GridBox block{b.x0, b.y0, b.x1, b.y1};
      inside = image.holds(block);
      outside = overlap(image, block).empty();
    } else {
      if (images_[i].wide) return false;
      const double reach = radius * images_[i].pixelsPerRadian + kSlackPixels;
      const std::optional<Pixel> at = images_[i].wcs.toPixel(centre);
      if (!at) {
        // On the other side of the sky, or where the inverse of its distortion does not converge.
        if (angle(here, images_[i].centre) < 0.5) return false;
        continue;
      }
      const auto& [x, y] = *at;
      inside = x - reach > -0.5 && y - reach > -0.5 && x + reach < w - 0.5 && y + reach < h - 0.5;
      outside = x + reach < -0.5 || y + reach < -0.5 || x - reach > w - 0.5 || y - reach > h - 0.5;
    }
    if (outside) continue;
    const double distance = angle(here, images_[i].centre);
    touching.emplace_back(distance, static_cast<int32_t>(i));
    if (inside && distance + radius < bestFarthest) {
      bestFarthest = distance + radius;
      best = static_cast<int32_t>(i);
    }
  }
  if (best == kNone && !touching.empty()) return false;
  for (const auto& [distance, i] : touching) {
    if (i != best && distance - radius <= bestFarthest) return false;
  }
  fill(b, best);
  return true;
}

// The owners of a block's pixels by what lies between a few exact positions. False where that cannot be
// trusted.
bool Ownership::interpolated(const Block& b) {
  const double w = b.x1 - b.x0 - 1.0, h = b.y1 - b.y0 - 1.0;
  std::array<Pixel, 9> pixels, on;
  std::array<Sky, 9> sky;
  std::array<uint8_t, 9> ok;
  for (size_t k = 0; k < 9; ++k) pixels[k] = {b.x0 + w * placeOf(k).x, b.y0 + h * placeOf(k).y};
  wcs_.toSky(pixels, sky, ok);
  if (std::find(ok.begin(), ok.end(), 0) != ok.end()) return false;
  std::array<Vec3, 9> here;
  std::transform(sky.begin(), sky.end(), here.begin(), direction);

  std::vector<NearImage> images;
  double doubt = 0;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const OwnerInput& input = inputs_[i];
    if (!input.mayOwn(b.x0, b.y0, b.x1, b.y1)) continue;
    if (!onImage(i, pixels, sky, on)) {
      if (images_[i].wide || angle(here[4], images_[i].centre) < 0.5) return false;
      continue;
    }
    const Vec3& first = images_[images.empty() ? i : static_cast<size_t>(images[0].input)].centre;
    const Vec3 apart{images_[i].centre[0] - first[0], images_[i].centre[1] - first[1],
                     images_[i].centre[2] - first[2]};
    std::array<double, 9> x, y, nearness;
    for (size_t k = 0; k < 9; ++k) x[k] = on[k].x, y[k] = on[k].y, nearness[k] = dot(here[k], apart);
    const NearImage image{static_cast<int32_t>(i),
                          Bilinear(x),
                          Bilinear(y),
                          Bilinear(nearness),
                          static_cast<double>(input.width),
                          static_cast<double>(input.height),
                          std::sqrt(dot(apart, apart)) / images_[i].pixelsPerRadian};
    if (!(image.x.error <= kTrusted && image.y.error <= kTrusted &&
          image.nearness.error <= kTrusted * image.step))
      return false;
    if (image.x.most < -1 || image.y.most < -1 || image.x.least > image.width || image.y.least > image.height)
      continue;
    images.push_back(image);
    doubt = std::max(doubt, 2 * kDoubtful * image.step);
  }

  for (uint32_t y = b.y0; y < b.y1; ++y) {
    for (uint32_t x = b.x0; x < b.x1; ++x) {
      const Block pixel{x, y, x + 1, y + 1};
      const auto owner = ownerAt(images, doubt, {w > 0 ? (x - b.x0) / w : 0, h > 0 ? (y - b.y0) / h : 0});
      if (owner)
        fill(pixel, *owner);
      else
        eachPixel(pixel);
    }
  }
  return true;
}

bool Ownership::onImage(size_t i, std::span<const Pixel> pixels, std::span<const Sky> sky,
                        std::span<Pixel> on) {
  if (const auto& shift = inputs_[i].shift) {
    for (size_t k = 0; k < pixels.size(); ++k)
      on[k] = {pixels[k].x - static_cast<double>((*shift)[0]),
               pixels[k].y - static_cast<double>((*shift)[1])};
    return true;
  }
  std::array<uint8_t, 9> ok;
  const std::span<uint8_t> found = std::span(ok).first(sky.size());
  images_[i].wcs.toPixel(sky, on, found);
  return std::find(found.begin(), found.end(), 0) == found.end();
}

int32_t Ownership::ownerByDistance(const Sky& at, uint32_t x, uint32_t y) {
  const Vec3 here = direction(at);
  const Pixel pixel{static_cast<double>(x), static_cast<double>(y)};
  int32_t best = kNone;
  double nearest = INFINITY;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i].mayOwn(x, y, x + 1, y + 1)) continue;
    const double distance = angle(here, images_[i].centre);
    Pixel on;
    const double edge = images_[i].wide ? kEdge : 0;
    if (distance < nearest && onImage(i, {&pixel, 1}, {&at, 1}, {&on, 1}) && on.x >= -0.5 - edge &&
        on.y >= -0.5 - edge && on.x < inputs_[i].width - 0.5 + edge &&
        on.y < inputs_[i].height - 0.5 + edge) {
      nearest = distance;
      best = static_cast<int32_t>(i);
    }
  }
  return best;
}

}  // namespace vignet
