#include "core/render/limits.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {
namespace {

constexpr size_t kSamples = 1000;
constexpr double kContrast = 0.25, kMostRejected = 0.5, kRejection = 2.5;
constexpr size_t kFewest = 5;
constexpr int kRounds = 5;

double percentile(std::vector<float>& values, double percent) {
  const double place = percent / 100 * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<ptrdiff_t>(place);
  std::nth_element(values.begin(), below, values.end());
  const double low = *below;
  if (below + 1 == values.end()) return low;
  const double high = *std::min_element(below + 1, values.end());
  return low + (place - std::floor(place)) * (high - low);
}

struct Line {
  double slope = 0, start = 0;
};

// Least squares through the values that are not bad, against their numbers.
Line fit(const std::vector<double>& values, const std::vector<bool>& bad) {
  double n = 0, x = 0, y = 0;
  for (size_t i = 0; i < values.size(); ++i)
    if (!bad[i]) n += 1, x += static_cast<double>(i), y += values[i];
  x /= n, y /= n;
  double xx = 0, xy = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (bad[i]) continue;
    const double dx = static_cast<double>(i) - x;
    xx += dx * dx, xy += dx * (values[i] - y);
  }
  const double slope = xx > 0 ? xy / xx : 0;
  return {slope, y - slope * x};
}

// Marks what is beyond kRejection sigmas of the line, and the neighbours of what is marked.
void reject(const std::vector<double>& values, const Line& line, size_t grow, std::vector<bool>& bad) {
  std::vector<double> flat(values.size());
  double n = 0, sum = 0, squares = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    flat[i] = values[i] - (line.start + line.slope * static_cast<double>(i));
    if (!bad[i]) n += 1, sum += flat[i];
  }
  for (size_t i = 0; i < values.size(); ++i)
    if (!bad[i]) squares += (flat[i] - sum / n) * (flat[i] - sum / n);
  const double threshold = kRejection * std::sqrt(squares / n);
  for (size_t i = 0; i < values.size(); ++i)
    if (std::abs(flat[i]) > threshold) bad[i] = true;
  const std::vector<bool> before = bad;
  const auto count = static_cast<ptrdiff_t>(values.size()), ahead = static_cast<ptrdiff_t>((grow - 1) / 2);
  for (ptrdiff_t i = 0; i < count; ++i) {
    const ptrdiff_t from = std::max<ptrdiff_t>(0, i + ahead - static_cast<ptrdiff_t>(grow) + 1);
    const ptrdiff_t to = std::min(count, i + ahead + 1);
    bad[static_cast<size_t>(i)] =
        std::any_of(before.begin() + from, before.begin() + to, [](bool one) { return one; });
  }
}

}  // namespace

std::pair<double, double> percentiles(std::vector<float> values, double low, double high) {
  if (!(low >= 0 && low <= high && high <= 100))
    throw Error(Kind::usage, "BAD_STRETCH",
                expectedFor("percentiles from 0 to 100", "LIMITS", decimal(low) + " and " + decimal(high)));
  return {percentile(values, low), percentile(values, high)};
}

std::pair<double, double> zscale(std::span<const float> values) {
  const size_t stride = std::max<size_t>(1, values.size() / kSamples);
  std::vector<double> samples;
  for (size_t i = 0; i < values.size() && samples.size() < kSamples; i += stride)
    samples.push_back(values[i]);
  std::sort(samples.begin(), samples.end());
  const size_t count = samples.size();
  const auto part = [&](double share) { return static_cast<size_t>(static_cast<double>(count) * share); };
  const size_t least = std::max(kFewest, part(kMostRejected)), grow = std::max<size_t>(1, part(0.01));
  std::vector<bool> bad(count, false);
  size_t good = count, before = count + 1;
  Line line;
  for (int round = 0; round < kRounds && good < before && good >= least; ++round) {
    line = fit(samples, bad);
    reject(samples, line, grow, bad);
    before = good;
    good = static_cast<size_t>(std::count(bad.begin(), bad.end(), false));
  }
  double low = samples.front(), high = samples.back();
  if (good < least) return {low, high};
  const double median = count % 2 ? samples[count / 2] : (samples[count / 2 - 1] + samples[count / 2]) / 2;
  const double slope = line.slope / kContrast;
  const size_t centre = (count - 1) / 2;
  low = std::max(low, median - (static_cast<double>(centre) - 1) * slope);
  high = std::min(high, median + static_cast<double>(count - centre) * slope);
  return {low, high};
}

}  // namespace vignet
