// The area-exact kernel: overlaps on the sphere as reproject_exact's where that is good, and as 30 digits
// have them; and those found by following outlines are those found by clipping.
#include <doctest/doctest.h>

#include <algorithm>
#include "core/resample/area_tile.h"
#include "core/resample/coverage.h"
#include "support/resample_oracle.h"

using namespace vignet;
using resample_case::Planes;
using resample_oracle::Agreement;

namespace {

// In units of the largest input pixel, over output pixels that lie on the input image with all their corners.
Agreement compare(const resample_case::Pair& pair, const std::string& what) {
  const Planes in =
      resample_case::noise(static_cast<uint32_t>(pair.input.width), static_cast<uint32_t>(pair.input.height));
  PixelMap map = pair.map();
  const Planes out = resample_case::resampled(map, Kernel::exact, in, {.minWeight = 0.9999999F});
  const auto oracle = resample_oracle::ask(pair, in, what);
  REQUIRE(oracle.size() == out.image.size());
  const double largest = *std::max_element(in.image.begin(), in.image.end());
  Agreement agreement;
  for (size_t i = 0; i < oracle.size(); i++) {
    if (!std::isfinite(oracle[i]) || !std::isfinite(out.image[i])) continue;
    agreement.compared++;
    agreement.worst = std::max(agreement.worst, std::abs(oracle[i] - out.image[i]) / largest);
  }
  return agreement;
}

constexpr double kUnit = 1e-8;  // radians of a cell's side

// A mesh of 12 x 12 cells about the tangent point, turned, sheared and mirrored, its corners moved at random
// by up to `rough`.
Mesh meshOf(std::mt19937& random, double rough) {
  std::uniform_real_distribution<double> any(-1, 1);
  const double turn = 3.2 * any(random), c = std::cos(turn), s = std::sin(turn), shear = 0.3 * any(random),
               mirror = any(random) < 0 ? -1 : 1;
  Mesh mesh;
  mesh.box = {5, 7, 17, 19};
  for (int j = 0; j <= 12; j++) {
    for (int i = 0; i <= 12; i++) {
      const double x = i - 6 + shear * (j - 6) + rough * any(random),
                   y = mirror * (j - 6 + rough * any(random));
      mesh.corners.push_back({kUnit * (c * x - s * y), kUnit * (s * x + c * y)});
    }
  }
  return mesh;
}

// The largest difference between shares of an outline in the cells of a box, found by following and clipping.
double difference(const Coverage& coverage, const Quad& outline, const Mesh& mesh, const Box& all) {
  const Clip clip(outline);
  const Box& cells = coverage.cells();
  const double area = doubleArea(outline) / 2, angle = solidAngle(outline, true);
  double worst = 0;
  for (uint32_t y = all.y0; y < all.y1; y++) {
    for (uint32_t x = all.x0; x < all.x1; x++) {
      const auto [a, b, c, d] = mesh.cell(x, y);
      const double clipped =
          Clip::overlap(clip.measure(a), clip.measure(b), clip.measure(c), clip.measure(d), true);
      const bool inside = x >= cells.x0 && x < cells.x1 && y >= cells.y0 && y < cells.y1;
      const double covered = inside ? coverage.area((y - cells.y0) * cells.width() + (x - cells.x0)) : 0;
      worst = std::max(worst, std::abs(covered / area - clipped / angle));
    }
  }
  return worst;
}

// The difference over all cells into `worst` if it is larger; false when the outline is not to be followed.
bool followed(const Mesh& mesh, const Quad& outline, double& worst) {
  const int turn = mesh.turn();
  std::array<Mesh::Cell, 4> in;
  for (size_t k = 0; k < 4; k++) {
    bool found = false;
    for (uint32_t at = 0; at < 144 && !found; at++) {
      in[k] = {mesh.box.x0 + at % 12, mesh.box.y0 + at / 12};
      found = mesh.find(outline[k], turn, in[k]);
    }
    if (!found) return false;
  }
  Coverage coverage;
  if (!coverage.measure(mesh, turn, outline, in)) return false;
  worst = std::max(worst, difference(coverage, outline, mesh, mesh.box));
  return true;
}

}  // namespace

TEST_CASE("overlaps are reproject_exact's at 20 arc seconds a pixel and coarser") {
  using resample_case::tan;
  const double pixel = 20.0 / 3600;
  for (const auto& pair : std::vector<resample_case::Pair>{
           {"20 arc seconds", tan(150, 40, pixel, 150, 140, 17), tan(150.02, 40.03, pixel * 1.1, 110, 100)},
           {"finer", tan(150, 40, pixel * 4, 80, 80, 33), tan(150.02, 40.03, pixel, 120, 100)},
           {"coarser", tan(10, -70, pixel, 150, 140, 17), tan(10.1, -70, pixel * 6, 20, 20, 10)},
           {"across RA 0", tan(359.99, 1, pixel * 2, 90, 90, 5), tan(0.01, 1, pixel * 2.2, 70, 70)},
       }) {
    INFO(pair.name);
    const Agreement a = compare(pair, "exact");
    CHECK(a.compared > 300);
    CHECK(a.worst < 1e-6);
  }
}

// reproject_exact 0.10 is wrong by some 1e-4 in a few pixels here.
TEST_CASE("overlaps are those of polygons clipped on the sphere at a degree a pixel") {
  const resample_case::Pair pair{
      "degrees",
      headers::make(
          "CTYPE1='RA---CAR' CTYPE2='DEC--CAR' CRVAL1=40.0 CRVAL2=0.0 CRPIX1=180.0 CRPIX2=90.0 CDELT1=-1.0 "
          "CDELT2=1.0",
          360, 180),
      resample_case::tan(60, 35, 1.3, 40, 40, 12)};
  const Agreement a = compare(pair, "corners");
  CHECK(a.compared > 40);
  CHECK(a.worst < 1e-6);
}

TEST_CASE("overlaps are those of polygons clipped with 30 digits, at 0.2 arc seconds a pixel") {
  using resample_case::tan;
  const double pixel = 0.2 / 3600;
  for (const auto& pair : std::vector<resample_case::Pair>{
           {"turned", tan(150, 40, pixel, 60, 60, 17), tan(150, 40, pixel, 40, 40)},
           {"finer, near the pole", tan(150, 89.99, pixel, 40, 40, 17),
            tan(150, 89.99, pixel * 0.7, 40, 40, 3)},
           {"parallel", tan(10, -20, pixel, 60, 60), tan(10, -20, pixel, 40, 41)},
       }) {
    INFO(pair.name);
    const Agreement a = compare(pair, "clip");
    CHECK(a.compared > 40);
    CHECK(a.worst < 1e-6);
  }
}

TEST_CASE("areas found by following an outline are those found by clipping") {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> any(-1, 1);
  for (const double rough : {0.0, 0.001, 0.1}) {
    INFO(rough);
    double worst = 0;
    int count = 0;
    for (int k = 0; k < 3000; k++) {
      const Mesh mesh = meshOf(random, rough);
      const double size = kUnit * std::exp(2 * any(random)), turn = 3.2 * any(random),
                   x = 2 * kUnit * any(random), y = 2 * kUnit * any(random);
      Quad outline;
      for (int corner = 0; corner < 4; corner++) {
        const double angle = turn + corner * M_PI / 2 + 0.3 * any(random),
                     far = size * (1 + 0.2 * any(random)) / 2;
        outline[static_cast<size_t>(corner)] = {x + far * std::cos(angle), y + far * std::sin(angle)};
      }
      if (isConvex(outline)) count += followed(mesh, outline, worst);
    }
    CHECK(count > (rough < 0.1 ? 2500 : 1000));
    CHECK(worst < 1e-12);
  }
}

TEST_CASE("an outline along the sides of cells is measured rightly or not at all") {
  std::mt19937 random(12);
  for (const double shift : {0.0, 1e-17, 1e-15, 1e-12, 1e-9}) {
    double worst = 0;
    int count = 0;
    for (int k = 0; k < 2000; k++) {
      const Mesh mesh = meshOf(random, 0);
      const auto place = [&](double i, double j) {
        const Pixel &o = mesh.corners[0], &a = mesh.corners[1], &b = mesh.corners[13];
        return Pixel{o.x + i * (a.x - o.x) + j * (b.x - o.x), o.y + i * (a.y - o.y) + j * (b.y - o.y)};
      };
      const double i = static_cast<double>(random() % 8 + 2) / 2 + shift,
                   j = static_cast<double>(random() % 8 + 2) / 2 - shift,
                   size = static_cast<double>(random() % 6 + 1) / 2;
      Quad outline{place(i, j), place(i + size, j), place(i + size, j + size), place(i, j + size)};
      if (doubleArea(outline) < 0) std::swap(outline[1], outline[3]);
      count += followed(mesh, outline, worst);
    }
    CHECK(count > 200);
    CHECK(worst < 1e-12);
  }
}

TEST_CASE("a detector's tiles are followed, and agree with clipping") {
  auto pairs = resample_case::pairs();
  using resample_case::kPixel, resample_case::tan;
  const auto detector = tan(244.8, 12.1, kPixel, 2000, 2000, 91, resample_case::tpv),
             coarse = tan(244.8, 12.1, kPixel * 2.2, 800, 800, 45);
  pairs.push_back({"coarser", detector, coarse});
  pairs.push_back({"finer", coarse, detector});
  pairs.push_back(
      {"1.6 arc seconds", tan(15, -30, kPixel * 6, 500, 500), tan(15, -30, kPixel * 6.1, 500, 500, 20)});
  for (const size_t which : {1, 2, 5, 8, 9, 10}) {
    const auto& pair = pairs[which];
    INFO(pair.name);
    PixelMap map = pair.map();
    AreaTile tile;
    constexpr uint32_t side = AreaTile::kLargestSide;
    const uint32_t x0 = map.outputWidth() / 2 / side * side, y0 = map.outputHeight() / 2 / side * side;
    REQUIRE(tile.make(map, x0, y0, side));
    tile.findCorners(map);
    REQUIRE(tile.turn() != 0);
    Coverage coverage;
    int count = 0;
    double worst = 0;
    for (uint32_t y = y0; y < y0 + side; y++) {
      for (uint32_t x = x0; x < x0 + side; x++) {
        const Quad outline = tile.outputPixel(x, y);
        std::array<Mesh::Cell, 4> in;
        if (!tile.cellsOf(x, y, in) || !coverage.measure(tile.mesh(), tile.turn(), outline, in)) continue;
        count++;
        worst = std::max(worst, difference(coverage, outline, tile.mesh(), tile.candidates(x, y)));
      }
    }
    CHECK(count > 4080);
    CHECK(worst < 1e-7);
  }
}
