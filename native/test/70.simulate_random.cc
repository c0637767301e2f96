// The simulator's noise is normal, and its robust sigma is the one that sorting gives.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/simulate/quantile.h"
#include "core/simulate/random.h"

using namespace vignet::simulate;

TEST_CASE("simulate: normal deviates have the moments and the tails of a normal distribution") {
  const Normal normal;
  constexpr int kCount = 4'000'000;
  double sum = 0, squares = 0, fourth = 0;
  int64_t beyond[5] = {};
  for (int i = 0; i < kCount; ++i) {
    const double g = normal(static_cast<uint32_t>(bitsAt(42, static_cast<uint64_t>(i))));
    sum += g;
    squares += g * g;
    fourth += g * g * g * g;
    for (int k = 1; k < 5; ++k) beyond[k] += std::abs(g) > k;
  }
  CHECK(std::abs(sum / kCount) < 0.002);
  CHECK(squares / kCount == doctest::Approx(1).epsilon(0.003));
  CHECK(fourth / kCount == doctest::Approx(3).epsilon(0.01));
  for (int k = 1; k < 5; ++k) {
    const double expected = kCount * std::erfc(k * M_SQRT1_2);
    CHECK(std::abs(static_cast<double>(beyond[k]) - expected) < 5 * std::sqrt(expected));
  }
  CHECK(normal(0) < -6);
  CHECK(normal(0xFFFFFFFFu) > 6);
  CHECK(Normal::inverse(0.975) == doctest::Approx(1.959963985));
}

TEST_CASE("simulate: the robust sigma is 0.741 of the interquartile range of what counts") {
  const Normal normal;
  std::vector<float> values(10'007);
  std::vector<int32_t> mask(values.size());
  std::vector<float> kept;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(5 * normal(static_cast<uint32_t>(bitsAt(7, i)))) - 2;
    if (i % 97 == 0) values[i] = std::numeric_limits<float>::quiet_NaN();
    if (i % 89 == 0) values[i] = std::numeric_limits<float>::infinity();
    if (i % 13 == 0) mask[i] = 4;
    if (i % 17 == 0) mask[i] |= 8;
    if (std::isfinite(values[i]) && (mask[i] & 4) == 0) kept.push_back(values[i]);
  }
  std::sort(kept.begin(), kept.end());
  const size_t n = kept.size();
  const double expected = 0.741 * (kept[n - 1 - n / 4] - kept[n / 4]);
  CHECK(robustSigma(values, mask, 4) == doctest::Approx(expected).epsilon(1e-12));
  CHECK(expected == doctest::Approx(5).epsilon(0.05));

  const std::vector<float> same(100, 3.0f);
  CHECK(robustSigma(same, std::vector<int32_t>(100), 0) == 0);
  CHECK(robustSigma(same, std::vector<int32_t>(100, 1), 1) == 0);
}
