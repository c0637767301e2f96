#include "core/exposure/psf.h"

#include <algorithm>
#include <cmath>

#include "core/base/message.h"
#include "core/exposure/kernel.h"

namespace vignet {
namespace {

constexpr int kNodes = 5;

PsfModel ofKernel(PsfKernel kernel) {
  return {kernel.varies,
          [kernel = std::move(kernel)](double x, double y) { return shapeOf(kernel.at(x, y)); }};
}

PsfModel ofStamp(const PsfStamp& stamp) {
  const std::optional<PsfShape> shape = shapeOf(stamp);
  return {false, [shape](double, double) { return shape; }};
}

PsfModel readRound(const TableRow& row) {
  const double sigma = row.number("sigma");
  if (!(sigma > 0 && sigma < static_cast<double>(kMaxKernelSide)))
    badArchive(expectedFor("0 to " + std::to_string(kMaxKernelSide) + " pixels", "sigma of the PSF", sigma));
  const PsfShape shape{{sigma * sigma, sigma * sigma, 0}, lightOfGaussian(sigma)};
  return {false, [shape](double, double) { return shape; }};
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

std::optional<PsfShape> shapeOf(const PsfStamp& stamp, double step) {
  const double square = step * step, guess = 4 / square;
  const std::optional<Moments> own = adaptiveMoments(stamp, {guess, guess, 0});
  if (!own) return std::nullopt;
  const Moments moments{own->xx * square, own->yy * square, own->xy * square};
  return PsfShape{moments, lightOf(stamp, moments, step)};
}

std::vector<ChebyshevField> readPsfCorrection(Archive& archive, int64_t id) {
  const Archive::Object& object = archive.object(id);
  if (object.name != "ApCorrMap" || object.parts.size() != 1)
    badArchive(expectedFor("an ApCorrMap of one table", "the aperture corrections", printable(object.name)));
  for (uint64_t n = 0; n < object.parts[0].rows; ++n) {
    const TableRow row = archive.row(object, 0, n);
    const std::string name = row.text("name");
    if (name == "base_PsfFlux_instFlux" || name == "base_PsfFlux_flux")
      return readBoundedField(archive, row.integer("field"));
  }
  return {};
}

PsfGrid sampleOver(const PsfModel& model, const std::vector<ChebyshevField>* correction, const Plane& image) {
  const auto x = static_cast<double>(image.xy0[0]), y = static_cast<double>(image.xy0[1]);
  const double w = image.width - 1.0, h = image.height - 1.0;
  const bool varies =
      model.varies ||
      (correction && std::any_of(correction->begin(), correction->end(),
                                 [](const auto& field) { return field.coefficients.size() > 1; }));
  PsfGrid grid;
  if (!varies || w <= 0 || h <= 0) {
    grid.x0 = x + w / 2, grid.y0 = y + h / 2;
  } else {
    grid = {x, y, w / (kNodes - 1), h / (kNodes - 1), kNodes, kNodes, {}};
  }
  for (int j = 0; j < grid.ny; ++j) {
    for (int i = 0; i < grid.nx; ++i) {
      const double px = grid.x0 + i * grid.dx, py = grid.y0 + j * grid.dy;
      std::optional<PsfShape> shape = model.at(px, py);
      const double factor = correction ? productAt(*correction, px, py) : 0;
      if (shape && !(factor > 0 && std::isfinite(factor))) shape->light.reset();
      if (shape && shape->light)
        shape->light = PsfLight{shape->light->weighted / factor, shape->light->enclosed / factor};
      grid.nodes.push_back(shape);
    }
  }
  return grid;
}

}  // namespace vignet
