#include "core/sky/image_footprint.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/sky/image_sky.h"
#include "core/sphere/arc.h"

namespace vignet {

namespace {

constexpr double kBend = 0.1;    // pixels between the image's edge and the polygon
constexpr int kHalvings = 7;     // halvings of a side
constexpr double kWidest = 1.0;  // radians about the centre; wider images get a circle

// Vertices after `a` up to and without `b`, where the side a..b bends. False when a point is not on the sky.
bool followSide(ImageSky& image, const ImageSky::Sample& a, const ImageSky::Sample& b, double pixel,
                int depth, std::vector<Vec3>& out) {
  const Arc chord = Arc::greatCircle(a.direction, b.direction);
  const auto between = [&](double t) {
    return Pixel{a.pixel.x + t * (b.pixel.x - a.pixel.x), a.pixel.y + t * (b.pixel.y - a.pixel.y)};
  };
  bool straight = true;
  for (const double t : {0.25, 0.5, 0.75}) {
    Vec3 v;
    if (!image.toSky(between(t), v)) return false;
    straight = straight && chord.distance(v) < kBend * pixel;
  }
  if (straight || depth >= kHalvings) return true;
  ImageSky::Sample middle{between(0.5), {}};
  if (!image.toSky(middle.pixel, middle.direction)) return false;
  if (!followSide(image, a, middle, pixel, depth + 1, out)) return false;
  out.push_back(middle.direction);
  return followSide(image, middle, b, pixel, depth + 1, out);
}

// Radians; 0 when the place is not on the sky.
double pixelSize(ImageSky& image, const Pixel& p) {
  Vec3 left, right, below, above;
  if (!image.toSky({p.x - 0.5, p.y}, left) || !image.toSky({p.x + 0.5, p.y}, right) ||
      !image.toSky({p.x, p.y - 0.5}, below) || !image.toSky({p.x, p.y + 0.5}, above)) {
    return 0;
  }
  const Vec3 dx{right[0] - left[0], right[1] - left[1], right[2] - left[2]};
  const Vec3 dy{above[0] - below[0], above[1] - below[1], above[2] - below[2]};
  const Vec3 area = cross(dx, dy);
  return std::sqrt(std::sqrt(dot(area, area)));
}

// Counter-clockwise on a chart with north up and east left, that is seen from inside the sphere.
void orient(std::vector<Vec3>& vertices, const Vec3& centre) {
  double turn = 0;
  for (std::size_t i = 0; i < vertices.size(); i++)
    turn += dot(cross(vertices[i], vertices[(i + 1) % vertices.size()]), centre);
  if (turn > 0) std::reverse(vertices.begin() + 1, vertices.end());
}

std::vector<Vec3> outline(ImageSky& image, double pixel) {
  const double w = image.width() - 0.5, h = image.height() - 0.5;
  std::vector<ImageSky::Sample> corners{{{-0.5, -0.5}, {}}, {{w, -0.5}, {}}, {{w, h}, {}}, {{-0.5, h}, {}}};
  for (auto& c : corners) {
    if (!image.toSky(c.pixel, c.direction)) return {};
  }
  std::vector<Vec3> vertices;
  for (int k = 0; k < 4; k++) {
    vertices.push_back(corners[k].direction);
    if (!followSide(image, corners[k], corners[(k + 1) % 4], pixel, 0, vertices)) return {};
  }
  return vertices;
}

void append(std::vector<double>& numbers, const Vec3& v) {
  double lon, lat;
  toLonLat(v, lon, lat);
  numbers.insert(numbers.end(), {lon, lat});
}

}  // namespace

std::optional<Footprint> footprintOf(const Layout& layout) {
  if (layout.planes.empty() || !layout.planes[0].wcs) return std::nullopt;
  ImageSky image(layout);
  if (image.samples().empty()) return std::nullopt;

  Footprint f;
  const Pixel middle{(image.width() - 1) / 2, (image.height() - 1) / 2};
  Vec3 centre;
  if (!image.toSky(middle, centre)) centre = image.samples()[image.samples().size() / 2].direction;
  const double pixel = pixelSize(image, middle);
  toLonLat(centre, f.lon, f.lat);
  f.pixelScale = pixel / kDegree * 3600;

  double farthest = 0;
  for (const auto& s : image.samples()) farthest = std::max(farthest, angle(centre, s.direction));
  std::vector<Vec3> vertices;
  if (image.allOnSky() && farthest < kWidest && pixel > 0) vertices = outline(image, pixel);
  if (vertices.size() < 3) {
    f.radius = std::min(180.0, (farthest + image.spacing()) / kDegree);
    f.numbers = {f.lon, f.lat, f.radius};
    return f;
  }
  orient(vertices, centre);
  farthest = 0;
  for (const Vec3& v : vertices) {
    append(f.numbers, v);
    farthest = std::max(farthest, angle(centre, v));
  }
  f.radius = farthest / kDegree * (1 + 1e-12);
  return f;
}

}  // namespace vignet
