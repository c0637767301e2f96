#include "core/sphere/stencil.h"

#include <cmath>
#include <string>

#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {

namespace {

constexpr std::size_t kMaxVertices = 10'000;

template <typename Value>
Error bad(std::string_view expected, std::string_view name, const Value& received) {
  return Error(Kind::usage, "BAD_STENCIL", expectedFor(expected, name, received));
}

double longitude(double value, const char* name) {
  if (!std::isfinite(value)) throw bad("a finite number of degrees", name, value);
  double reduced = std::fmod(value, 360);
  if (reduced < 0) reduced += 360;
  return reduced >= 360 ? 0 : reduced;
}

double latitude(double value, const char* name) {
  if (!(std::abs(value) <= 90)) throw bad("-90 to 90 degrees", name, value);
  return value;
}

void makeCircle(std::vector<double>& v) {
  if (v.size() != 3) throw bad("three numbers (longitude, latitude and radius)", "a circle", v.size());
  v[0] = longitude(v[0], "the circle's longitude");
  v[1] = latitude(v[1], "the circle's latitude");
  if (!(v[2] > 0 && v[2] <= 180))
    throw bad("more than 0 and at most 180 degrees", "the circle's radius", v[2]);
}

void makePolygon(std::vector<double>& v) {
  if (v.size() % 2 != 0)
    throw bad("pairs of longitude and latitude", "a polygon", std::to_string(v.size()) + " numbers");
  for (std::size_t i = 0; i < v.size(); i += 2) {
    v[i] = longitude(v[i], "a longitude of the polygon");
    v[i + 1] = latitude(v[i + 1], "a latitude of the polygon");
  }
  const std::size_t n = v.size();
  if (n >= 8 && v[0] == v[n - 2] && v[1] == v[n - 1]) v.resize(n - 2);
  if (v.size() < 6) throw bad("at least 3 vertices", "a polygon", v.size() / 2);
  if (v.size() > 2 * kMaxVertices) throw bad("at most 10000 vertices", "a polygon", v.size() / 2);
}

void makeRange(std::vector<double>& v) {
  if (v.size() != 4) throw bad("four numbers (two longitudes and two latitudes)", "a range", v.size());
  for (const double x : v) {
    if (std::isnan(x)) throw bad("a number", "a limit of the range", x);
  }
  if (v[0] == INFINITY || v[1] == -INFINITY) {
    throw bad("-Inf for the first and +Inf for the second", "open longitude limits of a range",
              decimal(v[0]) + " and " + decimal(v[1]));
  }
  const double lon1 = v[0] == -INFINITY ? 0 : v[0], lon2 = v[1] == INFINITY ? 360 : v[1];
  if (lon2 - lon1 >= 360) {
    v[0] = 0, v[1] = 360;
  } else {
    v[0] = longitude(lon1, "the range's first longitude");
    v[1] = longitude(lon2, "the range's second longitude");
    if (v[1] == 0 && v[0] > 0) v[1] = 360;
  }
  if (v[2] == -INFINITY) v[2] = -90;
  if (v[3] == INFINITY) v[3] = 90;
  latitude(v[2], "the range's first latitude");
  latitude(v[3], "the range's second latitude");
  if (v[2] > v[3]) throw bad("at most the second latitude", "the range's first latitude", v[2]);
}

}  // namespace

Stencil Stencil::make(Shape shape, std::vector<double> values) {
  Stencil stencil{shape, std::move(values), nullptr};
  std::vector<double>& v = stencil.values;
  switch (shape) {
    case Shape::circle:
      makeCircle(v);
      stencil.region = circleRegion(v[0], v[1], v[2]);
      break;
    case Shape::polygon:
      makePolygon(v);
      stencil.region = polygonRegion(v, true);
      break;
    case Shape::range:
      makeRange(v);
      stencil.region = rangeRegion(v[0], v[1], v[2], v[3]);
      break;
  }
  return stencil;
}

}  // namespace vignet
