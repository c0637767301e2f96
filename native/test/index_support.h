// Rows of an index at random, and files for it.
#pragma once
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "core/base/constants.h"
#include "core/index/dataset_index.h"

namespace vignet::test {

class Scratch {
 public:
  explicit Scratch(const std::string& name)
      : path((std::filesystem::temp_directory_path() / ("vignet-" + std::to_string(::getpid()) + name))
                 .string()) {}
  ~Scratch() { std::filesystem::remove(path); }
  const std::string path;
};

inline Uuid randomUuid(std::mt19937_64& random) {
  Uuid uuid;
  for (auto& byte : uuid) byte = static_cast<uint8_t>(random());
  return uuid;
}

// A rotated rectangle of sky about a place.
inline std::vector<double> rectangle(double lon, double lat, double width, double height, double turn) {
  const Vec3 c = toVector(lon, lat), east{-std::sin(lon * kDegree), std::cos(lon * kDegree), 0},
             north = cross(c, east);
  std::vector<double> v;
  for (const auto& [i, j] : {std::pair{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}) {
    const double x = std::tan(i * width / 2 * kDegree), y = std::tan(j * height / 2 * kDegree);
    const double e = x * std::cos(turn) - y * std::sin(turn), n = x * std::sin(turn) + y * std::cos(turn);
    double a, b;
    toLonLat({c[0] + e * east[0] + n * north[0], c[1] + e * east[1] + n * north[1],
              c[2] + e * east[2] + n * north[2]},
             a, b);
    v.insert(v.end(), {a, b});
  }
  return v;
}

inline std::vector<IndexRow> randomRows(std::mt19937_64& random, std::size_t count, double smallest,
                                        double largest) {
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<IndexRow> rows;
  for (std::size_t i = 0; i < count; i++) {
    IndexRow row;
    row.uuid = randomUuid(random);
    row.pack = static_cast<uint32_t>(i % 7);
    row.offset = i * 1000;
    row.length = 500 + i;
    row.emMin = 4e-7;
    // Two rows of a file, and files whose digests begin alike.
    std::mt19937_64 own(i / 2);
    for (std::size_t n = 0; n < row.file.size(); n++)
      row.file[n] = static_cast<uint8_t>(n < 4 ? own() % 3 : own());
    row.state = i;
    row.tMin = 60000 + static_cast<double>(i);
    const double lat = i % 50 == 0 ? 90 - uniform(random) : std::asin(2 * uniform(random) - 1) / kDegree,
                 lon = i % 40 == 0 ? uniform(random) - 0.5 : 360 * uniform(random);
    const double size = smallest * std::pow(largest / smallest, uniform(random));
    if (i % 100 == 13)
      row.footprint = {lon < 0 ? lon + 360 : lon, lat, std::min(180.0, 10 * size)};
    else if (i % 100 != 14)
      row.footprint =
          rectangle(lon, lat, size, size * (0.3 + 0.7 * uniform(random)), 2 * kPi * uniform(random));
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.uuid < b.uuid; });
  return rows;
}

inline std::string bytesOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {(std::istreambuf_iterator<char>(in)), {}};
}

}  // namespace vignet::test
