#include "core/stack/record.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/bytes.h"
#include "core/base/constants.h"
#include "core/exposure/light.h"
#include "core/stack/sky_level.h"

namespace vignet {
namespace {

constexpr size_t kFewSky = 32;
// Oke & Gunn 1983, ApJ 266, 713: -48.60 - 2.5 log10(erg / s / cm² / Hz), and 1 nJy is 1e-32 of these.
constexpr double kAbZeroPoint = 31.4;

void raise(StampRecord& record, StampFlag flag) { record.flags |= static_cast<uint32_t>(flag); }

class Measure {
 public:
  Measure(const StampPixels& stamp, const MaskRoles& roles, double x, double y)
      : stamp_(stamp), roles_(roles), x_(x), y_(y), estimator_(estimator()) {}

  StampRecord run(const std::optional<StampPsf>& psf, const std::optional<double>& nanojansky) {
    StampRecord record = failedRecord();
    record.flags = 0;
    if (stamp_.edge) raise(record, StampFlag::edge);
    if (stamp_.mask.empty()) raise(record, StampFlag::noMask);
    if (stamp_.variance.empty()) raise(record, StampFlag::noVariance);
    sky(record);
    aperture(record);
    const double area = psf ? psf->moments.xx * psf->moments.yy - psf->moments.xy * psf->moments.xy : 0;
    if (area > 0) {
      record.depth5 = static_cast<float>(5 * record.noise * std::sqrt(4 * kPi * std::sqrt(area)));
      if (psf->weighted) pointSource(record, psf->moments, *psf->weighted);
    }
    if (nanojansky) magnitude(record, *nanojansky);
    flagPixels(record);
    if (unknownVariance_) raise(record, StampFlag::noVariance);
    return record;
  }

 private:
  static SkyEstimator& estimator() {
    thread_local SkyEstimator mine;
    return mine;
  }
  size_t at(int64_t i, int64_t j) const {
    return static_cast<size_t>(j) * stamp_.size + static_cast<size_t>(i);
  }
  uint64_t maskAt(size_t k) const { return stamp_.mask.empty() ? 0 : stamp_.mask[k]; }
  bool hasData(size_t k) const { return std::isfinite(stamp_.image[k]) && !(maskAt(k) & roles_.noData); }

  // Of a pixel, that of the sky where its own is not known: one such pixel must not make all others count for
  // nothing, nor lower the error.
  double varianceAt(size_t k, double ofSky) {
    if (stamp_.variance.empty()) return ofSky;
    const double own = stamp_.variance[k];
    if (std::isfinite(own) && own > 0) return own;
    unknownVariance_ = true;
    return ofSky;
  }

  // Pixels [from, to) of row j: counts those with data and, where they may be sky, takes them.
  void row(int64_t j, int64_t from, int64_t to, bool sky) {
    if (from >= to) return;
    const size_t first = at(from, j), end = first + static_cast<size_t>(to - from);
    for (size_t k = first; k < end; ++k) {
      const bool data = hasData(k);
      valid_ += data;
      estimator_.offer(stamp_.image[k], data && sky && !(maskAt(k) & roles_.notSky));
    }
  }

  void sky(StampRecord& record) {
    const int64_t size = stamp_.size;
    estimator_.reset(stamp_.image.size());
    for (int64_t j = 0; j < size; ++j) {
      const double dy = static_cast<double>(j) - y_, rest = kApertureRadius * kApertureRadius - dy * dy;
      const double half = rest > 0 ? std::sqrt(rest) : -1;
      const int64_t left = std::clamp<int64_t>(static_cast<int64_t>(std::ceil(x_ - half)), 0, size);
      const int64_t right = std::clamp<int64_t>(static_cast<int64_t>(std::floor(x_ + half)) + 1, left, size);
      row(j, 0, left, true);
      row(j, left, right, false);
      row(j, right, size, true);
    }
    record.valid = valid_;
    if (estimator_.size() < kFewSky) {
      raise(record, StampFlag::fewSky);
      estimator_.reset(stamp_.image.size());
      for (size_t k = 0; k < stamp_.image.size(); ++k) estimator_.offer(stamp_.image[k], hasData(k));
    }
    const SkyLevel level = estimator_.estimate();
    record.sky = level.level, record.noise = level.noise;
    skyPixels_ = level.used;
  }

  // A weighted sum over the pixels within (rx, ry) of the position, SKY subtracted, and its error. Absent
  // when one of them has no data. Notes the bits of their masks.
  struct Sum {
    double value, error;
  };
  template <typename Weight>
  std::optional<Sum> sumOf(const StampRecord& record, double rx, double ry, Weight weightOf) {
    const auto first = [](double centre, double r) {
      return static_cast<int64_t>(std::floor(centre - r + 0.5));
    };
    const auto last = [](double centre, double r) {
      return static_cast<int64_t>(std::ceil(centre + r - 0.5));
    };
    const int64_t size = stamp_.size;
    const double noise = double{record.noise} * record.noise;
    double sum = 0, area = 0, variance = 0;
    bool cut = false;
    for (int64_t j = first(y_, ry); j <= last(y_, ry); ++j) {
      for (int64_t i = first(x_, rx); i <= last(x_, rx); ++i) {
        const double weight = weightOf(static_cast<double>(i) - x_, static_cast<double>(j) - y_);
        if (weight <= 0) continue;
        if (i < 0 || j < 0 || i >= size || j >= size || !hasData(at(i, j))) {
          cut = true;
          continue;
        }
        const size_t k = at(i, j);
        sum += weight * stamp_.image[k];
        area += weight;
        variance += weight * weight * varianceAt(k, noise);
        bits_ |= maskAt(k);
      }
    }
    if (cut) return std::nullopt;
    // A median of n normal values has the variance pi / 2n.
    if (skyPixels_ > 0) variance += area * area * noise * kPi / 2 / static_cast<double>(skyPixels_);
    return Sum{sum - area * record.sky, std::sqrt(variance)};
  }

  void aperture(StampRecord& record) {
    constexpr double r = kApertureRadius;
    const auto sum =
        sumOf(record, r, r, [](double dx, double dy) { return shareInDisc(kApertureRadius, dx, dy); });
    if (!sum) return raise(record, StampFlag::apertureCut);
    record.apFlux = static_cast<float>(sum->value);
    record.apFluxError = static_cast<float>(sum->error);
  }

  void pointSource(StampRecord& record, const Moments& moments, double weighted) {
    const PsfWeight weight(moments);
    // Pixels count by their centres.
    const auto sum = sumOf(record, weight.reachX() + 0.5, weight.reachY() + 0.5, weight);
    if (!sum) return;
    record.psfFlux = static_cast<float>(sum->value / weighted);
    record.psfFluxError = static_cast<float>(sum->error / weighted);
  }

  static void magnitude(StampRecord& record, double nanojansky) {
    const double flux = record.psfFlux * nanojansky;
    if (!(flux > 0)) return;
    record.psfMag = static_cast<float>(kAbZeroPoint - 2.5 * std::log10(flux));
    record.psfMagError = static_cast<float>(2.5 / std::numbers::ln10 * record.psfFluxError / record.psfFlux);
  }

  void flagPixels(StampRecord& record) const {
    if (bits_ & roles_.saturated) raise(record, StampFlag::saturated);
    if (bits_ & roles_.bad) raise(record, StampFlag::badPixels);
    if (bits_ & roles_.cosmicRay) raise(record, StampFlag::cosmicRay);
    if (bits_ & roles_.interpolated) raise(record, StampFlag::interpolated);
  }

  const StampPixels& stamp_;
  const MaskRoles& roles_;
  double x_, y_;
  SkyEstimator& estimator_;
  uint64_t bits_ = 0;  // of the masks of all pixels that are summed
  int32_t valid_ = 0;
  size_t skyPixels_ = 0;
  bool unknownVariance_ = false;
};

}  // namespace

StampRecord failedRecord() {
  return {kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan, 0, static_cast<uint32_t>(StampFlag::failed)};
}

StampRecord measureStamp(const StampPixels& stamp, const MaskRoles& roles, double x, double y,
                         const std::optional<StampPsf>& psf, const std::optional<double>& nanojansky) {
  return Measure(stamp, roles, x, y).run(psf, nanojansky);
}

uint32_t targetPixelQuality(const StampRecord& record) {
  const auto has = [&](StampFlag flag) { return (record.flags & static_cast<uint32_t>(flag)) != 0; };
  const uint32_t leaveOut = has(StampFlag::failed) || has(StampFlag::apertureCut) ? 128 : 0;
  const uint32_t cosmicRay = has(StampFlag::cosmicRay) ? 64 : 0;
  return leaveOut | cosmicRay | record.flags << 16;
}

void storeRecord(const StampRecord& record, std::span<std::byte> out) {
  const float reals[] = {record.sky,          record.noise,       record.depth5,
                         record.apFlux,       record.apFluxError, record.psfFlux,
                         record.psfFluxError, record.psfMag,      record.psfMagError};
  for (size_t i = 0; i < std::size(reals); ++i) storeBe(out.data() + 4 * i, reals[i]);
  storeBe(out.data() + 4 * std::size(reals), record.valid);
  storeBe(out.data() + 4 * std::size(reals) + 4, record.flags);
}

}  // namespace vignet
