// What one simulated file is made of. TypeScript decides *what* is in the sky and in the headers; the core
// only renders, adds noise, masks and writes.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vignet::simulate {

// One source as seen by one image. `x`, `y`: 0-based pixel of the centre; `flux`: nJy, may be negative in a
// difference; `sxx sxy syy`: scale length squared of an exponential disc as a matrix in pixels^2, all 0 for a
// star.
struct Source {
  double x, y, flux, sxx, sxy, syy;
};

// The point spread function, pixel response included, is a sum of round Gaussians: fractions (summing to 1)
// and sigmas in pixels.
struct Psf {
  std::vector<double> weights, sigmas;
};

struct Noise {
  uint64_t seed = 0;
  double unitsPerElectron = 1;       // nJy
  double sky = 0;                    // electrons per pixel at the image centre
  std::array<double, 2> gradient{};  // relative change of the sky per pixel along x and y
  double readNoise = 0;              // electrons
  double fullWell = 0;               // electrons; 0: nothing saturates
};

// Mask bits by their role; -1 for planes that the dictionary of this file does not have.
struct Bits {
  int bad = -1, sat = -1, interpolated = -1, cr = -1, edge = -1, detected = -1, negative = -1, suspect = -1,
      noData = -1, vignetted = -1;
};
// 0 for an absent plane.
constexpr int32_t bitOf(int number) { return number < 0 ? 0 : static_cast<int32_t>(1u << number); }

struct Defects {
  std::vector<int> badColumns;
  int cosmicRays = 0;
  int edge = 0;                              // width of the EDGE border
  std::vector<std::array<int, 4>> noData;    // half-open boxes x0 y0 x1 y1
  std::optional<std::array<double, 3>> lit;  // x y radius: beyond this circle there is no data
};

// Each of the two amplifiers reads half of the columns: the first those on the left.
struct Amplifier {
  double gain = 1;       // electrons per count
  double level = 0;      // counts of no charge
  double readNoise = 0;  // electrons
};

// What stands between the light and the counts. Seeds are those of its calibrations.
struct Detector {
  std::array<Amplifier, 2> amplifiers;
  int overscan = 0;  // columns beside each amplifier, at the outer edges
  uint64_t biasSeed = 0, darkSeed = 0, flatSeed = 0;
  double darkTime = 0;  // seconds
};

enum class Recipe { lossy16, lossless, none };

// Cards are whole header records without trailing blanks, in order, less the structural ones.
struct Cards {
  std::vector<std::string> primary, image, mask, variance;
};

struct Spec {
  std::string path;  // where the finished file goes; it is written beside it under a temporary name first
  int width = 0, height = 0;
  std::array<int, 2> xy0{};  // of the first pixel, in the parent frame
  bool raw = false;          // one 16-bit integer plane of counts instead of image, mask and variance
  // Absent: noise is added to the sky as if a detector had been corrected for.
  std::optional<Detector> detector;
  Psf psf;
  Noise noise;
  Bits bits;
  Defects defects;
  Recipe recipe = Recipe::lossy16;
  std::array<int, 2> tile{};  // 0 means the full width (x) or one row (y)
  int ditherSeed = 1;         // 1..10000
  Cards cards;
  std::string band, physicalFilter;  // for the archived FilterLabel
};

enum class CalibrationKind { bias, dark, flat, defects };

struct CalibrationSpec {
  std::string path;
  int width = 0, height = 0;
  CalibrationKind kind = CalibrationKind::bias;
  Detector detector;
  Defects defects;
  int bad = 0;         // bit of dead pixels
  float variance = 0;  // of each pixel
  std::array<int, 2> tile{};
  Cards cards;
};

struct Planes {
  int width = 0, height = 0;
  std::vector<float> image, variance;
  std::vector<int32_t> mask;
};

struct Written {
  uint64_t bytes = 0;
  double imageStep = 0, varianceStep = 0;  // quantisation steps; 0 where stored without loss
};

// Makes one file. A pure function of its arguments: same bytes every time. Throws Error{usage,
// BAD_SIMULATION} for an inconsistent spec and Error{transient, CANNOT_WRITE} when the file cannot be
// written. `subtracted`: sources without noise that are taken away from what a detector gave.
Written simulateImage(const Spec& spec, std::span<const Source> sources,
                      std::span<const Source> subtracted = {});

// Makes one calibration file, stored without loss. Throws as simulateImage.
Written simulateCalibration(const CalibrationSpec& spec);

}  // namespace vignet::simulate
