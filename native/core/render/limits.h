// Limits of a picture that users of other software know.
#pragma once
#include <span>
#include <utility>
#include <vector>

namespace vignet {

// Percentiles, 0 to 100, linear between order statistics (numpy.percentile). `values` are finite and at least
// one. Throws Error{usage, BAD_STRETCH} outside 0 to 100.
std::pair<double, double> percentiles(std::vector<float> values, double low, double high);

// IRAF's zscale with contrast 0.25 on 1000 samples, step by step as astropy.visualization.ZScaleInterval.
// `values` are finite and at least one.
std::pair<double, double> zscale(std::span<const float> values);

}  // namespace vignet
