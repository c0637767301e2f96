// The record of a stamp: what is measured from its pixels, as columns that are declared here once.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/exposure/aperture.h"
#include "core/exposure/moments.h"

namespace vignet {

// Bits of FLAGS.
enum class StampFlag : uint32_t {
  failed = 1u << 0,
  edge = 1u << 1,
  noMask = 1u << 2,
  noVariance = 1u << 3,
  saturated = 1u << 4,
  badPixels = 1u << 5,
  cosmicRay = 1u << 6,
  interpolated = 1u << 7,
  apertureCut = 1u << 8,
  fewSky = 1u << 9,
};
struct StampFlagName {
  StampFlag flag;
  std::string_view name, description;
};
inline constexpr std::array<StampFlagName, 10> kStampFlags{{
    {StampFlag::failed, "FAILED", "the pixels could not be read; see STATUS"},
    {StampFlag::edge, "EDGE", "the stamp leaves the image"},
    {StampFlag::noMask, "NO_MASK",
     "no mask was used: there is none, its bits have no names, or it was not asked for"},
    {StampFlag::noVariance, "NO_VARIANCE", "no variance was used, or not of all pixels: NOISE stands for it"},
    {StampFlag::saturated, "SATURATED", "a saturated pixel in the aperture or under the weight of PSFFLUX"},
    {StampFlag::badPixels, "BAD", "a pixel there is masked as bad, suspect, vignetted or crosstalk"},
    {StampFlag::cosmicRay, "COSMIC_RAY", "a cosmic ray there"},
    {StampFlag::interpolated, "INTERPOLATED", "an interpolated pixel there"},
    {StampFlag::apertureCut, "APERTURE_CUT", "part of the aperture has no data: APFLUX is NULL"},
    {StampFlag::fewSky, "FEW_SKY",
     "fewer than 32 pixels of plain sky: SKY and NOISE are of all pixels with data"},
}};

inline constexpr std::string_view kImageUnit = "IMAGE";  // of the IMAGE pixels, whatever it is

// One column: big-endian, at `offset` of the record. `form`: 'E' float32, 'J' int32.
struct RecordColumn {
  std::string_view name;
  char form;
  std::string_view unit;  // "": none
  std::string_view ucd, description;
  size_t offset;
};
inline constexpr std::array<RecordColumn, 11> kRecordColumns{{
    {"SKY", 'E', kImageUnit, "instr.skyLevel", "Median of the sky pixels, clipped at 3 sigma", 0},
    {"NOISE", 'E', kImageUnit, "stat.stdev;instr.skyLevel",
     "Robust sigma of one sky pixel: 0.7413 x interquartile range", 4},
    {"DEPTH5", 'E', kImageUnit, "phot.flux;stat.min",
     "5 sigma depth of a point source: 5 NOISE sqrt(4 pi sqrt(IXX IYY - IXY^2))", 8},
    {"APFLUX", 'E', kImageUnit, "phot.flux", "Sum within 6 pixels of the position, SKY subtracted", 12},
    {"APFLUX_ERR", 'E', kImageUnit, "stat.error;phot.flux", "Error of APFLUX, from VARIANCE, else from NOISE",
     16},
    {"PSFFLUX", 'E', kImageUnit, "phot.flux", "Flux of a point source at the position, weighted by the PSF",
     20},
    {"PSFFLUX_ERR", 'E', kImageUnit, "stat.error;phot.flux",
     "Error of PSFFLUX, from VARIANCE, else from NOISE", 24},
    {"PSFMAG", 'E', "mag", "phot.mag", "AB magnitude of PSFFLUX: 31.4 - 2.5 log10(nJy)", 28},
    {"PSFMAG_ERR", 'E', "mag", "stat.error;phot.mag", "Error of PSFMAG: 2.5/ln(10) PSFFLUX_ERR/PSFFLUX", 32},
    {"N_VALID", 'J', "", "meta.number", "Pixels with data in the stamp", 36},
    {"FLAGS", 'J', "", "meta.code.qual", "Bits: see FLAGn in the header", 40},
}};
inline constexpr size_t kRecordBytes = 44;

// What is known of the source and of the pixels before they are measured.
struct StampPsf {
  Moments moments;                 // pixels^2
  std::optional<double> weighted;  // PsfLight::weighted (exposure/light.h); absent: no PSFFLUX
};

// A square stamp as it is measured. `mask` holds bits of one image's own dictionary; the sets below say which
// of them mean what.
struct StampPixels {
  uint32_t size = 0;
  std::span<const float> image;     // NaN where there are no data
  std::span<const float> variance;  // empty: none
  std::span<const uint64_t> mask;   // empty: none
  bool edge = false;
};
struct MaskRoles {
  uint64_t noData = 0;  // counts as no data
  uint64_t notSky = 0;  // kept out of SKY and NOISE
  uint64_t saturated = 0, bad = 0, cosmicRay = 0, interpolated = 0;
};

struct StampRecord {
  float sky = 0, noise = 0, depth5 = 0, apFlux = 0, apFluxError = 0;
  float psfFlux = 0, psfFluxError = 0, psfMag = 0, psfMagError = 0;
  int32_t valid = 0;
  uint32_t flags = 0;
};

// The record of a stamp that could not be read.
StampRecord failedRecord();

// Measures. `x`, `y`: the position in the stamp, 0-based. `nanojansky`: of one unit of the image; absent: no
// magnitudes. Formulas in docs/stamps.md. Uses per-thread scratch memory.
StampRecord measureStamp(const StampPixels& stamp, const MaskRoles& roles, double x, double y,
                         const std::optional<StampPsf>& psf, const std::optional<double>& nanojansky = {});

// FLAGS as QUALITY of a target pixel file, for readers that know the bits of TESS (Science Data Products
// Description, 9): 128, to be left out, where the pixels or part of the aperture have no data, 64 for a
// cosmic ray in the aperture; FLAGS themselves stand above bit 15.
uint32_t targetPixelQuality(const StampRecord& record);

// Writes the columns, kRecordBytes.
void storeRecord(const StampRecord& record, std::span<std::byte> out);

}  // namespace vignet
