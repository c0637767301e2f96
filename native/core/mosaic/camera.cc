#include "core/mosaic/camera.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/image_wcs.h"
#include "core/fits/write.h"
#include "core/mosaic/affine.h"
#include "core/sphere/tangent_plane.h"
#include "core/sphere/vector.h"

namespace vignet {
namespace {

constexpr int kSteps = 4;  // positions along a side of a detector, less one
constexpr double kMostStretch = 1.5;
constexpr double kWidest = 1e9;  // pixels

struct Detector {
  double width = 0, height = 0;
  std::vector<Pixel> pixels;
  std::vector<Vec3> sky;
  Vec3 centre{};
  std::vector<Pixel> plane;  // of `sky`, radians east and north
  Affine affine;
  Pixel middle;  // its centre, in pixels of the camera from the tangent point
  uint8_t quarterTurns = 0;
};

Detector detectorOf(const Layout& layout) {
  Wcs wcs(imageWcs(layout));
  const Plane& image = layout.planes.at(0);
  Detector out;
  out.width = image.width, out.height = image.height;
  for (int j = 0; j <= kSteps; ++j) {
    for (int i = 0; i <= kSteps; ++i)
      out.pixels.push_back({(out.width - 1) * i / kSteps, (out.height - 1) * j / kSteps});
  }
  std::vector<Sky> sky(out.pixels.size());
  std::vector<uint8_t> ok(sky.size());
  wcs.toSky(out.pixels, sky, ok);
  if (image.width < 2 || image.height < 2 || std::find(ok.begin(), ok.end(), 0) != ok.end())
    throw Error(
        Kind::data, "NO_PLACE",
        "expected a sky position for every pixel of a detector, received a WCS that has none for some");
  for (const Sky& s : sky) out.sky.push_back(toVector(s.lon, s.lat));
  out.centre = out.sky[out.sky.size() / 2];
  return out;
}

// Throws Error{data, NO_PLACE} at 80 degrees and more from the tangent point.
Pixel onPlane(const TangentPlane& plane, const Vec3& direction) {
  const auto [x, y] = plane.project(direction);
  if (std::isnan(x))
    throw Error(Kind::data, "NO_PLACE",
                "expected a detector within 80 degrees of the others, received an image farther away");
  return {x, y};
}

// The smallest stretch at which no two detectors overlap, a pixel for rounding included.
double stretchOf(std::span<const Detector* const> detectors) {
  double stretch = 1;
  for (size_t i = 0; i < detectors.size(); ++i) {
    for (size_t j = i + 1; j < detectors.size(); ++j) {
      const Detector &a = *detectors[i], &b = *detectors[j];
      const auto side = [](const Detector& d, bool x) {
        return x == (d.quarterTurns % 2 == 0) ? d.width : d.height;
      };
      const double x = ((side(a, true) + side(b, true)) / 2 + 1) / std::abs(a.middle.x - b.middle.x);
      const double y = ((side(a, false) + side(b, false)) / 2 + 1) / std::abs(a.middle.y - b.middle.y);
      stretch = std::max(stretch, std::min(x, y));
    }
  }
  return stretch;
}

std::string cardsOf(const Sky& tangent, const Affine& affine, double error) {
  const Matrix& m = affine.matrix;
  const Pixel zero = m.inverse()(Pixel{-affine.origin.x, -affine.origin.y});
  HeaderWriter out;
  out.add("CTYPE1", "RA---TAN");
  out.add("CTYPE2", "DEC--TAN");
  out.add("CUNIT1", "deg");
  out.add("CUNIT2", "deg");
  out.add("CRPIX1", zero.x + 1);
  out.add("CRPIX2", zero.y + 1);
  out.add("CRVAL1", tangent.lon);
  out.add("CRVAL2", tangent.lat);
  out.add("CD1_1", m.xx / kDegree);
  out.add("CD1_2", m.xy / kDegree);
  out.add("CD2_1", m.yx / kDegree);
  out.add("CD2_2", m.yy / kDegree);
  out.add("RADESYS", "ICRS");
  out.add("NOMERR", std::ceil(error * 100) / 100, "[pixel] this approximate WCS misses by at most");
  return out.lines();
}

class Camera {
 public:
  explicit Camera(std::span<const MosaicInput> inputs) : detectors_(inputs.size()) {
    layout_.places.resize(inputs.size());
    for (size_t i = 0; i < inputs.size(); ++i)
      attempt(i, [&] { detectors_[i] = detectorOf(*inputs[i].layout); });
  }

  CameraLayout layOut() {
    Vec3 sum{};
    for (size_t i = 0; i < detectors_.size(); ++i) {
      if (!placed(i)) continue;
      for (size_t k = 0; k < 3; ++k) sum[k] += detectors_[i].centre[k];
    }
    toLonLat(sum, tangent_.lon, tangent_.lat);
    const TangentPlane plane(tangent_.lon, tangent_.lat);
    for (size_t i = 0; i < detectors_.size(); ++i) {
      attempt(i, [&] {
        for (const Vec3& v : detectors_[i].sky) detectors_[i].plane.push_back(onPlane(plane, v));
        detectors_[i].affine = fit(detectors_[i].pixels, detectors_[i].plane);
      });
    }
    orient();
    place();
    fitSky();
    return std::move(layout_);
  }

 private:
  bool placed(size_t i) const { return layout_.places[i].code.empty(); }

  template <class Work>
  void attempt(size_t i, const Work& work) {
    if (!placed(i)) return;
    try {
      work();
    } catch (const Error& e) {
      if (e.kind() != Kind::data) throw;
      layout_.places[i].code = e.code();
      layout_.places[i].problem = e.what();
    }
  }

  // In pixels of the detector nearest to the middle.
  void orient() {
    const auto distance = [&](size_t i) {
      const Pixel p = detectors_[i].plane[detectors_[i].plane.size() / 2];
      return std::hypot(p.x, p.y);
    };
    std::optional<size_t> nearest;
    for (size_t i = 0; i < detectors_.size(); ++i) {
      if (placed(i) && (!nearest || distance(i) < distance(*nearest))) nearest = i;
    }
    if (!nearest) return;
    const Matrix pixels = detectors_[*nearest].affine.matrix.inverse();
    for (size_t i = 0; i < detectors_.size(); ++i) {
      attempt(i, [&] {
        Detector& d = detectors_[i];
        const Matrix turn = pixels(d.affine.matrix);
        if (!(turn.determinant() > 0))
          throw Error(Kind::data, "NO_PLACE",
                      "expected a detector of the same handedness as the others, received a mirrored image");
        const double quarters = std::atan2(turn.yx - turn.xy, turn.xx + turn.yy) / (kPi / 2);
        d.quarterTurns = static_cast<uint8_t>((static_cast<int>(std::lround(quarters)) + 4) % 4);
        d.middle = pixels(d.plane[d.plane.size() / 2]);
        if (!(std::hypot(d.middle.x, d.middle.y) < kWidest))
          throw Error(Kind::data, "NO_PLACE",
                      "expected a detector within 10^9 pixels of the others, received an image farther away");
      });
    }
  }

  void place() {
    std::vector<const Detector*> all;
    for (size_t i = 0; i < detectors_.size(); ++i) {
      if (placed(i)) all.push_back(&detectors_[i]);
    }
    const double stretch = stretchOf(all);
    if (!(stretch < kMostStretch)) {
      throw Error(Kind::usage, "DETECTORS_OVERLAP",
                  "expected the detectors of one exposure for GEOMETRY=detector, received images that "
                  "overlap; choose one visit and type");
    }
    for (size_t i = 0; i < detectors_.size(); ++i) {
      if (!placed(i)) continue;
      const Detector& d = detectors_[i];
      CameraPlace& out = layout_.places[i];
      const bool across = d.quarterTurns % 2 == 1;
      const auto w = static_cast<int64_t>(across ? d.height : d.width),
                 h = static_cast<int64_t>(across ? d.width : d.height);
      out.quarterTurns = d.quarterTurns;
      out.corner = {std::llround(d.middle.x * stretch - static_cast<double>(w - 1) / 2),
                    std::llround(d.middle.y * stretch - static_cast<double>(h - 1) / 2)};
      out.box = {out.corner[0], out.corner[1], out.corner[0] + w, out.corner[1] + h};
    }
  }

  void fitSky() {
    std::vector<Pixel> from, to;
    for (size_t i = 0; i < detectors_.size(); ++i) {
      if (!placed(i)) continue;
      const Detector& d = detectors_[i];
      for (size_t k = 0; k < d.pixels.size(); ++k) {
        from.push_back(inCamera(i, d.pixels[k]));
        to.push_back(d.plane[k]);
      }
    }
    if (from.empty()) return;
    const Affine affine = fit(from, to);
    const Matrix pixels = affine.matrix.inverse();
    double error = 0;
    for (size_t k = 0; k < from.size(); ++k) {
      const Pixel p = pixels(Pixel{to[k].x - affine.origin.x, to[k].y - affine.origin.y});
      error = std::max(error, std::hypot(p.x - from[k].x, p.y - from[k].y));
    }
    layout_.cards = cardsOf(tangent_, affine, error);
  }

  Pixel inCamera(size_t i, const Pixel& p) const {
    const Detector& d = detectors_[i];
    const CameraPlace& place = layout_.places[i];
    const double w = d.width - 1, h = d.height - 1;
    const std::array<Pixel, 4> turned{{p, {h - p.y, p.x}, {w - p.x, h - p.y}, {p.y, w - p.x}}};
    const Pixel& t = turned[place.quarterTurns];
    return {t.x + static_cast<double>(place.corner[0]), t.y + static_cast<double>(place.corner[1])};
  }

  std::vector<Detector> detectors_;
  Sky tangent_;
  CameraLayout layout_;
};

}  // namespace

CameraLayout layOutCamera(std::span<const MosaicInput> inputs) { return Camera(inputs).layOut(); }

std::array<int64_t, 2> turned(uint8_t quarterTurns, int64_t width, int64_t height, int64_t x, int64_t y) {
  switch (quarterTurns) {
    case 1:
      return {height - 1 - y, x};
    case 2:
      return {width - 1 - x, height - 1 - y};
    case 3:
      return {y, width - 1 - x};
    default:
      return {x, y};
  }
}

Box turnedBack(uint8_t quarterTurns, uint32_t width, uint32_t height, const Box& b) {
  switch (quarterTurns) {
    case 1:
      return {b.y0, height - b.x1, b.y1, height - b.x0};
    case 2:
      return {width - b.x1, height - b.y1, width - b.x0, height - b.y0};
    case 3:
      return {width - b.y1, b.x0, width - b.y0, b.x1};
    default:
      return b;
  }
}

}  // namespace vignet
