#include "core/exposure/kernel.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/constants.h"
#include "core/base/message.h"

namespace vignet {
namespace {

constexpr size_t kMaxTerms = 1024, kMaxComponents = 256;

// The order of a triangular set of terms; throws when there is no such set.
int orderOf(size_t terms) {
  int order = 0;
  size_t count = 1;
  while (count < terms && terms <= kMaxTerms) count += static_cast<size_t>(++order) + 1;
  if (count != terms) badArchive(expectedFor("1, 3, 6, 10, … coefficients", "a spatial function", terms));
  return order;
}

// Values of the 1-D basis up to `order`: powers or Chebyshev polynomials.
std::vector<double> basis(double t, int order, bool chebyshev) {
  std::vector<double> values(static_cast<size_t>(order) + 1, 1.0);
  for (size_t k = 1; k < values.size(); ++k)
    values[k] = chebyshev && k > 1 ? 2 * t * values[k - 1] - values[k - 2] : t * values[k - 1];
  return values;
}

// An empty image of a kernel's dimensions and centre.
PsfStamp frameOf(const TableRow& row) {
  const int64_t w = row.integer("dimensions_x"), h = row.integer("dimensions_y");
  if (w < 1 || h < 1 || w > kMaxKernelSide || h > kMaxKernelSide)
    badArchive(expectedFor("1 to " + std::to_string(kMaxKernelSide) + " pixels a side", "a kernel",
                           std::to_string(w) + " x " + std::to_string(h)));
  PsfStamp stamp{static_cast<int>(w), static_cast<int>(h), 0, 0, {}};
  stamp.x = row.number("center_x");
  stamp.y = row.number("center_y");
  if (!(stamp.x >= 0 && stamp.x < stamp.width && stamp.y >= 0 && stamp.y < stamp.height))
    badArchive(expectedFor("a pixel inside it", "the centre of a kernel",
                           decimal(stamp.x) + ", " + decimal(stamp.y)));
  return stamp;
}

PsfKernel constant(PsfStamp stamp) {
  auto shared = std::make_shared<const PsfStamp>(std::move(stamp));
  return {false, [shared](double, double) { return *shared; }};
}

PsfKernel readFixed(Archive& archive, const Archive::Object& object) {
  const TableRow row = archive.row(object);
  PsfStamp stamp = frameOf(row);
  stamp.pixels = row.numbers("image");
  if (stamp.pixels.size() != static_cast<size_t>(stamp.width) * static_cast<size_t>(stamp.height))
    badArchive(expectedFor("as many pixels as its dimensions have", "the image of a FixedKernel",
                           stamp.pixels.size()));
  return constant(std::move(stamp));
}

void fill(PsfStamp& stamp, const std::function<double(double, double)>& f) {
  stamp.pixels.resize(static_cast<size_t>(stamp.width) * static_cast<size_t>(stamp.height));
  for (int j = 0; j < stamp.height; ++j)
    for (int i = 0; i < stamp.width; ++i)
      stamp.pixels[static_cast<size_t>(j) * static_cast<size_t>(stamp.width) + static_cast<size_t>(i)] =
          f(i - stamp.x, j - stamp.y);
}

// Gaussian functions integrate to 1 over the plane.
std::function<double(double, double)> readGaussian(Archive& archive, int64_t id) {
  const Archive::Object& object = archive.object(id);
  const bool two = object.name.starts_with("DoubleGaussianFunction2");
  if (!two && !object.name.starts_with("GaussianFunction2"))
    badArchive(expectedFor("a GaussianFunction2 or DoubleGaussianFunction2", "the function of a kernel",
                           printable(object.name)));
  const TableRow row = archive.row(object);
  const double s1 = row.number("sigma1"), s2 = row.number("sigma2");
  if (!(s1 > 0) || !(s2 > 0))
    badArchive(expectedFor("a positive number", "sigma of a Gaussian", std::min(s1, s2)));
  if (two) {
    const double b = row.number("ampl2"), norm = 1 / (2 * kPi * (s1 * s1 + b * s2 * s2));
    return [=](double x, double y) {
      const double r = -0.5 * (x * x + y * y);
      return norm * (std::exp(r / (s1 * s1)) + b * std::exp(r / (s2 * s2)));
    };
  }
  const double angle = row.number("angle"), c = std::cos(angle), s = std::sin(angle);
  const double norm = 1 / (2 * kPi * s1 * s2);
  return [=](double x, double y) {
    const double u = (c * x + s * y) / s1, v = (c * y - s * x) / s2;
    return norm * std::exp(-0.5 * (u * u + v * v));
  };
}

PsfKernel readAnalytic(Archive& archive, const Archive::Object& object) {
  const TableRow row = archive.row(object);
  if (row.has("spatialfunctions"))
    badArchive("expected a constant AnalyticKernel, received one that varies, which is not supported");
  PsfStamp stamp = frameOf(row);
  fill(stamp, readGaussian(archive, row.integer("kernelfunction")));
  return constant(std::move(stamp));
}

PsfKernel readSimple(Archive& archive, int64_t id) {
  const Archive::Object& object = archive.object(id);
  if (object.name == "FixedKernel") return readFixed(archive, object);
  if (object.name == "AnalyticKernel") return readAnalytic(archive, object);
  badArchive(expectedFor("a FixedKernel or AnalyticKernel", "the kernel of the PSF", printable(object.name)));
}

int64_t idOf(double number) {
  if (!(number >= 0 && number <= INT32_MAX))
    badArchive(expectedFor("an object ID of at least 0", "a component of a kernel", number));
  return static_cast<int64_t>(number);
}

PsfKernel readCombination(Archive& archive, const Archive::Object& object) {
  const TableRow row = archive.row(object);
  PsfStamp frame = frameOf(row);
  const std::vector<double> ids = row.numbers("components");
  const bool varies = row.has("spatialfunctions");
  // Amplitudes, or IDs of functions.
  const std::vector<double> factors = row.numbers(varies ? "spatialfunctions" : "amplitudes");
  const size_t size = static_cast<size_t>(frame.width) * static_cast<size_t>(frame.height);
  if (ids.empty() || ids.size() != factors.size() || ids.size() > kMaxComponents ||
      ids.size() * size > kMaxKernelPixels)
    badArchive(expectedFor("1 to 256 components with one amplitude each", "a LinearCombinationKernel",
                           std::to_string(ids.size()) + " and " + std::to_string(factors.size())));
  std::vector<PsfStamp> images;
  std::vector<SpatialFunction> amplitudes;
  for (size_t i = 0; i < ids.size(); ++i) {
    images.push_back(readSimple(archive, idOf(ids[i])).at(0, 0));
    if (images[i].width != frame.width || images[i].height != frame.height)
      badArchive("expected components of one size for a LinearCombinationKernel, received different ones");
    if (varies)
      amplitudes.push_back(readSpatialFunction(archive, idOf(factors[i])));
    else
      amplitudes.emplace_back([factor = factors[i]](double, double) { return factor; });
  }
  const auto combine = [frame, images = std::move(images), amplitudes = std::move(amplitudes)](double x,
                                                                                               double y) {
    PsfStamp sum = frame;
    sum.pixels.assign(images[0].pixels.size(), 0.0);
    for (size_t i = 0; i < images.size(); ++i) {
      const double factor = amplitudes[i](x, y);
      for (size_t p = 0; p < sum.pixels.size(); ++p) sum.pixels[p] += factor * images[i].pixels[p];
    }
    return sum;
  };
  if (!varies) return constant(combine(0, 0));
  return {true, combine};
}

}  // namespace

SpatialFunction readSpatialFunction(Archive& archive, int64_t id) {
  const Archive::Object& object = archive.object(id);
  const bool chebyshev = object.name.starts_with("Chebyshev1Function2");
  if (!chebyshev && !object.name.starts_with("PolynomialFunction2"))
    badArchive(expectedFor("a PolynomialFunction2 or Chebyshev1Function2", "the spatial function of the PSF",
                           printable(object.name)));
  const TableRow row = archive.row(object);
  std::vector<double> c = row.numbers("coefficients");
  const int order = orderOf(c.size());
  double x0 = 0, y0 = 0, sx = 1, sy = 1;
  if (chebyshev) {
    const double left = row.number("min_x"), right = row.number("max_x");
    const double low = row.number("min_y"), high = row.number("max_y");
    if (!(right > left) || !(high > low))
      badArchive("expected a range with pixels for a spatial function, received an empty one");
    x0 = (left + right) / 2, y0 = (low + high) / 2, sx = 2 / (right - left), sy = 2 / (high - low);
  }
  return [=, c = std::move(c)](double x, double y) {
    const std::vector<double> u = basis((x - x0) * sx, order, chebyshev);
    const std::vector<double> v = basis((y - y0) * sy, order, chebyshev);
    double sum = 0;
    size_t term = 0;
    for (size_t n = 0; n <= static_cast<size_t>(order); ++n)
      for (size_t j = 0; j <= n; ++j) sum += c[term++] * u[n - j] * v[j];
    return sum;
  };
}

PsfKernel readKernel(Archive& archive, int64_t id) {
  const Archive::Object& object = archive.object(id);
  if (object.name == "LinearCombinationKernel") return readCombination(archive, object);
  return readSimple(archive, id);
}

}  // namespace vignet
