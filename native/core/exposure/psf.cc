#include "core/exposure/psf.h"

#include <cmath>

#include "core/base/message.h"
#include "core/exposure/kernel.h"

namespace vignet {
namespace {

constexpr int kNodes = 5;

PsfModel ofKernel(PsfKernel kernel) {
  return {kernel.varies,
          [kernel = std::move(kernel)](double x, double y) { return adaptiveMoments(kernel.at(x, y)); }};
}

PsfModel ofStamp(const PsfStamp& stamp) {
  const std::optional<Moments> moments = adaptiveMoments(stamp);
  return {false, [moments](double, double) { return moments; }};
}

PsfModel readRound(const TableRow& row) {
  const double sigma = row.number("sigma");
  if (!(sigma > 0 && sigma < static_cast<double>(kMaxKernelSide)))
    badArchive(expectedFor("0 to " + std::to_string(kMaxKernelSide) + " pixels", "sigma of the PSF", sigma));
  const Moments moments{sigma * sigma, sigma * sigma, 0};
  return {false, [moments](double, double) { return moments; }};
}

PsfModel readDouble(const TableRow& row) {
  const int64_t w = row.integer("dimensions_x"), h = row.integer("dimensions_y");
  const double s1 = row.number("sigma1"), s2 = row.number("sigma2"), b = row.number("b");
  if (w < 1 || h < 1 || w > kMaxKernelSide || h > kMaxKernelSide || !(s1 > 0) || !(s2 >= 0))
    badArchive(expectedFor(
        "1 to " + std::to_string(kMaxKernelSide) + " pixels a side and sigmas of at least 0",
        "the DoubleGaussianPsf",
        std::to_string(w) + " x " + std::to_string(h) + ", " + decimal(s1) + " and " + decimal(s2)));
  PsfStamp stamp = PsfStamp::centred(static_cast<int>(w), static_cast<int>(h));
  for (int j = 0; j < h; ++j) {
    for (int i = 0; i < w; ++i) {
      const double r = -0.5 * ((i - stamp.x) * (i - stamp.x) + (j - stamp.y) * (j - stamp.y));
      stamp.pixels.push_back(std::exp(r / (s1 * s1)) + (b == 0 ? 0 : b * std::exp(r / (s2 * s2))));
    }
  }
  return ofStamp(stamp);
}

}  // namespace

PsfModel readPsf(Archive& archive, int64_t id) {
  const Archive::Object& object = archive.object(id);
  if (object.name == "GaussianPsf" || object.name == "SingleGaussianPsf")
    return readRound(archive.row(object));
  if (object.name == "DoubleGaussianPsf") return readDouble(archive.row(object));
  if (object.name == "KernelPsf" || object.name == "PcaPsf")
    return ofKernel(readKernel(archive, archive.row(object).integer("kernel")));
  if (object.name == "PsfexPsf") return readPsfex(archive, object);
  badArchive(
      expectedFor("a Gaussian, DoubleGaussian, Kernel, Pca or PsfexPsf", "the PSF", printable(object.name)));
}

PsfGrid sampleOver(const PsfModel& model, const Plane& image) {
  const auto x = static_cast<double>(image.xy0[0]), y = static_cast<double>(image.xy0[1]);
  const double w = image.width - 1.0, h = image.height - 1.0;
  PsfGrid grid;
  if (!model.varies || w <= 0 || h <= 0) {
    grid.x0 = x + w / 2, grid.y0 = y + h / 2;
  } else {
    grid = {x, y, w / (kNodes - 1), h / (kNodes - 1), kNodes, kNodes, {}};
  }
  for (int j = 0; j < grid.ny; ++j)
    for (int i = 0; i < grid.nx; ++i)
      grid.nodes.push_back(model.at(grid.x0 + i * grid.dx, grid.y0 + j * grid.dy));
  return grid;
}

}  // namespace vignet
