// Positions in the input image are as good as they say, everywhere, and do not depend on who asks.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/error.h"
#include "support/resample_case.h"

using namespace vignet;

namespace {

struct Positions {
  uint32_t width, height;
  std::vector<double> x, y;
};

Positions all(PixelMap& map) {
  Positions p{map.outputWidth(), map.outputHeight(), {}, {}};
  p.x.resize(static_cast<size_t>(p.width) * p.height);
  p.y.resize(p.x.size());
  for (uint32_t row = 0; row < p.height; row++)
    map.positions(row, 0, p.width, &p.x[static_cast<size_t>(row) * p.width],
                  &p.y[static_cast<size_t>(row) * p.width]);
  return p;
}

bool near(const PixelMap& map, double x, double y) {
  return x > -8 && y > -8 && x < map.inputWidth() + 8 && y < map.inputHeight() + 8;
}

}  // namespace

TEST_CASE("interpolated positions are wrong by less than they may be") {
  for (const auto& pair : resample_case::pairs()) {
    for (const double maxError : {0.005, 1e-4}) {
      INFO(pair.name << " " << maxError);
      PixelMap rough = pair.map(maxError), fine = pair.map(0);
      const Positions a = all(rough), b = all(fine);
      double worst = 0;
      size_t found = 0, disagree = 0;
      for (size_t i = 0; i < a.x.size(); i++) {
        if (std::isfinite(b.x[i]) && near(fine, b.x[i], b.y[i])) {
          found++;
          if (!std::isfinite(a.x[i])) disagree++;
        }
        if (std::isfinite(a.x[i]) && !std::isfinite(b.x[i])) disagree++;
        if (std::isfinite(a.x[i]) && std::isfinite(b.x[i]))
          worst = std::max(worst, std::hypot(a.x[i] - b.x[i], a.y[i] - b.y[i]));
      }
      CHECK(found > a.x.size() / 50);
      CHECK(disagree == 0);
      CHECK(worst < maxError);
    }
  }
}

TEST_CASE("positions depend on no box, and boxes of the input hold what they must") {
  for (const auto& pair : resample_case::pairs()) {
    INFO(pair.name);
    PixelMap map = pair.map(), other = pair.map();
    const Positions whole = all(map);
    std::mt19937 random(7);
    for (int k = 0; k < 40; k++) {
      const uint32_t x0 = random() % whole.width, y0 = random() % whole.height;
      const Box box{x0, y0, x0 + 1 + static_cast<uint32_t>(random() % (whole.width - x0)),
                    std::min(whole.height, y0 + 1 + static_cast<uint32_t>(random() % 70))};
      const Box input = other.inputBox(box, 3);
      std::vector<double> x(box.width()), y(box.width());
      bool same = true, held = true;
      for (uint32_t row = box.y0; row < box.y1; row++) {
        other.positions(row, box.x0, box.x1, x.data(), y.data());
        for (uint32_t i = 0; i < box.width(); i++) {
          const size_t at = static_cast<size_t>(row) * whole.width + box.x0 + i;
          same = same && (x[i] == whole.x[at] || (std::isnan(x[i]) && std::isnan(whole.x[at])));
          for (const int tap : {-2, 3}) {
            const double column = std::floor(x[i]) + tap, line = std::floor(y[i]) + tap;
            if (!(column >= 0 && line >= 0 && column < map.inputWidth() && line < map.inputHeight()))
              continue;
            held = held && column >= input.x0 && column < input.x1 && line >= input.y0 && line < input.y1;
          }
        }
      }
      CHECK(same);
      CHECK(held);
    }
  }
}

TEST_CASE("what is covered is the smallest box of the pixels that fall on the input image") {
  for (const auto& pair : resample_case::pairs()) {
    INFO(pair.name);
    PixelMap map = pair.map();
    const Positions p = all(map);
    const Box box = map.covered();
    Box least{map.outputWidth(), map.outputHeight(), 0, 0};
    for (uint32_t y = 0; y < p.height; y++) {
      for (uint32_t x = 0; x < p.width; x++) {
        const double inX = p.x[static_cast<size_t>(y) * p.width + x],
                     inY = p.y[static_cast<size_t>(y) * p.width + x];
        const bool on =
            inX >= -0.5 && inY >= -0.5 && inX < map.inputWidth() - 0.5 && inY < map.inputHeight() - 0.5;
        if (on)
          least = {std::min(least.x0, x), std::min(least.y0, y), std::max(least.x1, x + 1),
                   std::max(least.y1, y + 1)};
      }
    }
    CHECK(box == least);
  }
  // An input image that lies elsewhere.
  const auto far = resample_case::tan(20, 5, resample_case::kPixel, 300, 300);
  const auto here = resample_case::tan(20.5, 5, resample_case::kPixel, 300, 300);
  PixelMap map(*parseWcs(here.lines(), 2), 300, 300, *parseWcs(far.lines(), 2), 300, 300);
  CHECK(map.covered() == Box{});
  CHECK(map.inputBox({0, 0, 300, 300}, 3) == Box{});
}

TEST_CASE("areas are those of the pixels' corners") {
  for (const auto& pair : resample_case::pairs()) {
    INFO(pair.name);
    if (pair.name.starts_with("CAR") || pair.name.starts_with("all-sky")) continue;
    PixelMap map = pair.map(), fine = pair.map(0);
    double worst = 0;
    for (const uint32_t y : {0U, 100U, 333U}) {
      std::vector<double> area(600), exact(600);
      map.areas(y, 0, 600, area.data());
      fine.areas(y, 0, 600, exact.data());
      std::vector<Pixel> corners, in;
      for (uint32_t x = 0; x < 600; x++) {
        for (const auto& [dx, dy] : {std::pair{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}})
          corners.push_back({x + dx, y + dy});
      }
      in.resize(corners.size());
      fine.exact(corners, in);
      for (size_t x = 0; x < 600; x++) {
        if (!std::isfinite(area[x])) continue;
        const Pixel* c = &in[4 * x];
        const double shoelace =
            0.5 * std::abs((c[2].x - c[0].x) * (c[3].y - c[1].y) - (c[3].x - c[1].x) * (c[2].y - c[0].y));
        worst = std::max({worst, std::abs(area[x] / shoelace - 1), std::abs(exact[x] / shoelace - 1)});
      }
    }
    CHECK(worst < 2e-4);
  }
}

TEST_CASE("senseless images are refused") {
  const auto wcs = *parseWcs(resample_case::tan(1, 1, 1e-4, 9, 9).lines(), 2);
  CHECK_THROWS_WITH_AS(PixelMap(wcs, 0, 9, wcs, 9, 9), doctest::Contains("output image, received 0 x 9"),
                       Error);
  CHECK_THROWS_WITH_AS(PixelMap(wcs, 9, 9, wcs, 9, 1U << 31), doctest::Contains("input image"), Error);
  CHECK_THROWS_AS(PixelMap(wcs, 9, 9, wcs, 9, 9, -1), Error);
  CHECK_THROWS_AS(PixelMap(wcs, 9, 9, wcs, 9, 9, std::nan("")), Error);
}
