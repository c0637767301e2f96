#include "core/render/colour.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/render/average.h"
#include "core/render/stretch.h"

namespace vignet {
namespace {

constexpr double kWhite = 255;
// astropy's: the slope of asinh is set at this part of the range, Q has a floor and a ceiling.
constexpr double kFraction = 0.1;
constexpr double kLeastQ = 1.0 / (1 << 23), kInsteadOfLeast = 0.1, kLargestQ = 1e10;
constexpr double kNoisesOfStretch = 10;
constexpr int64_t kFar = int64_t{1} << 40;

struct Part {
  MemoryImage image;
  Box box;
};

// What all three have, as a box of each.
std::array<Part, 3> common(const std::array<ColourChannel, 3>& channels) {
  std::array<Part, 3> parts;
  int64_t x0 = -kFar, y0 = -kFar, x1 = kFar, y1 = kFar;
  for (size_t c = 0; c < 3; ++c) {
    const ColourChannel& channel = channels[c];
    if (std::min(channel.x0, channel.y0) < -kFar / 2 || std::max(channel.x0, channel.y0) > kFar / 2)
      throw Error(Kind::usage, "BAD_SIZE",
                  expectedFor("offsets within " + std::to_string(kFar / 2) + " pixels",
                              "the images of a colour picture",
                              std::to_string(channel.x0) + ", " + std::to_string(channel.y0)));
    parts[c].image = firstImage(channel.fits);
    x0 = std::max(x0, channel.x0), x1 = std::min(x1, channel.x0 + int64_t{parts[c].image.width});
    y0 = std::max(y0, channel.y0), y1 = std::min(y1, channel.y0 + int64_t{parts[c].image.height});
  }
  if (x0 >= x1 || y0 >= y1)
    throw Error(Kind::usage, "NO_OVERLAP",
                "expected images of three bands with pixels in common, received ones without; ask for "
                "another region");
  for (size_t c = 0; c < 3; ++c) {
    const int64_t dx = channels[c].x0, dy = channels[c].y0;
    parts[c].box = {static_cast<uint32_t>(x0 - dx), static_cast<uint32_t>(y0 - dy),
                    static_cast<uint32_t>(x1 - dx), static_cast<uint32_t>(y1 - dy)};
  }
  return parts;
}

}  // namespace

LuptonScale::LuptonScale(const std::array<double, 3>& minimum, double stretch, double q) : minimum_(minimum) {
  if (!(stretch > 0) || !std::isfinite(stretch) || !(q >= 0))
    throw Error(Kind::usage, "BAD_STRETCH",
                expectedFor("STRETCH above 0 and Q of at least 0", "the colour",
                            decimal(stretch) + " and " + decimal(q)));
  const double soft = q < kLeastQ ? kInsteadOfLeast : std::min(q, kLargestQ);
  slope_ = kFraction * kWhite / std::asinh(kFraction * soft);
  soften_ = soft / stretch;
}

std::array<uint8_t, 3> LuptonScale::operator()(const std::array<float, 3>& pixel) const {
  std::array<double, 3> colour;
  for (size_t c = 0; c < 3; ++c) colour[c] = pixel[c] - minimum_[c];
  const double mean = (colour[0] + colour[1] + colour[2]) / 3;
  const double factor = mean > 0 ? std::asinh(mean * soften_) * slope_ / mean : 0;
  for (double& c : colour) c = std::max(0.0, c * factor);
  const double brightest = std::max({colour[0], colour[1], colour[2]});
  const double shrink = brightest >= kWhite ? kWhite / brightest : 1;
  std::array<uint8_t, 3> out;
  for (size_t c = 0; c < 3; ++c) out[c] = static_cast<uint8_t>(std::min(kWhite, colour[c] * shrink));
  return out;
}

Picture renderColour(const std::array<ColourChannel, 3>& channels, const ColourOptions& options,
                     const Control& control) {
  const std::array<Part, 3> parts = common(channels);
  const Box& size = parts[0].box;
  const uint32_t factor = averageFactor(std::max(size.width(), size.height()), options.maxSide);
  Picture out;
  out.width = dividedBy(size.width(), factor), out.height = dividedBy(size.height(), factor);
  std::array<std::vector<float>, 3> pixels;
  std::array<double, 3> minimum{};
  for (size_t c = 0; c < 3; ++c) {
    pixels[c] = averaged(parts[c].image, parts[c].box, factor, control);
    minimum[c] = options.minimum ? (*options.minimum)[c] : levelAndNoise(pixels[c]).level;
  }
  const size_t count = pixels[0].size();
  double stretch = options.stretch.value_or(0);
  if (!options.stretch) {
    std::vector<float> mean(count);
    for (size_t k = 0; k < count; ++k) mean[k] = (pixels[0][k] + pixels[1][k] + pixels[2][k]) / 3;
    stretch = kNoisesOfStretch * levelAndNoise(mean).noise;
  }
  const LuptonScale scale(minimum, stretch, options.q);
  out.rgba.resize(count * 4);
  for (uint32_t y = 0; y < out.height; ++y) {
    control.poll();
    size_t from = std::size_t{out.height - 1 - y} * out.width;
    uint8_t* to = out.rgba.data() + std::size_t{y} * out.width * 4;
    for (uint32_t x = 0; x < out.width; ++x, ++from, to += 4) {
      const std::array<float, 3> pixel{pixels[0][from], pixels[1][from], pixels[2][from]};
      if (!std::isfinite(pixel[0] + pixel[1] + pixel[2])) {  // all zero: transparent
        out.opaque = false;
        continue;
      }
      const std::array<uint8_t, 3> rgb = scale(pixel);
      std::copy(rgb.begin(), rgb.end(), to);
      to[3] = 255;
    }
  }
  return out;
}

}  // namespace vignet
