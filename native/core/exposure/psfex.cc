#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/base/message.h"
#include "core/exposure/kernel.h"
#include "core/exposure/psf.h"

namespace vignet {
namespace {

constexpr int64_t kMaxDegree = 12;

struct Psfex {
  int width = 0, height = 0;
  double step = 1;  // of a model pixel, in image pixels
  int degree = 0;
  double offset[2] = {0, 0}, scale[2] = {1, 1};
  std::vector<double> bases;  // one image after the other

  PsfStamp at(double x, double y) const {
    const double u = (x - offset[0]) / scale[0], v = (y - offset[1]) / scale[1];
    const size_t size = static_cast<size_t>(width) * static_cast<size_t>(height);
    PsfStamp stamp = PsfStamp::centred(width, height);
    stamp.pixels.assign(size, 0.0);
    const double* base = bases.data();
    // The terms go 1, x, x², …, y, xy, …: the power of x runs fastest.
    double vj = 1;
    for (int j = 0; j <= degree; ++j, vj *= v) {
      double term = vj;
      for (int i = 0; i + j <= degree; ++i, term *= u, base += size)
        for (size_t p = 0; p < size; ++p) stamp.pixels[p] += term * base[p];
    }
    return stamp;
  }
};

// The PSF's dimensions: width, height and, unless it is constant, number of bases.
void readShape(const TableRow& row, Psfex& psf) {
  const std::vector<double> size = row.numbers("_size"), degree = row.numbers("degree");
  const std::vector<double> group = row.numbers("group");
  if (size.size() < 2 || size.size() > 3)
    badArchive(expectedFor("2 or 3 numbers", "_size of the PsfexPsf", size.size()));
  for (size_t i = 0; i < 2; ++i)
    if (!(size[i] >= 1 && size[i] <= static_cast<double>(kMaxKernelSide)))
      badArchive(expectedFor("1 to " + std::to_string(kMaxKernelSide) + " pixels", "_size of the PsfexPsf",
                             size[i]));
  psf.width = static_cast<int>(size[0]), psf.height = static_cast<int>(size[1]);
  // afw fills both groups with 0: x and y share one degree.
  if (group.size() != 2 || degree.size() != 1 || group[0] != group[1] ||
      !(degree[0] >= 0 && degree[0] <= kMaxDegree))
    badArchive(
        "expected one degree of 0 to 12 in x and y for the PsfexPsf, received other groups or degrees");
  psf.degree = static_cast<int>(degree[0]);
  const int terms = (psf.degree + 1) * (psf.degree + 2) / 2;
  if ((size.size() == 3 ? size[2] : 1) != terms)
    badArchive(expectedFor(std::to_string(terms) + " bases", "the PsfexPsf", size.size() == 3 ? size[2] : 1));
  psf.bases = row.numbers("_comp");
  const size_t side = static_cast<size_t>(psf.width) * static_cast<size_t>(psf.height);
  if (psf.bases.size() > kMaxKernelPixels || psf.bases.size() != side * static_cast<size_t>(terms))
    badArchive(expectedFor("as many pixels as its bases have", "_comp of the PsfexPsf", psf.bases.size()));
}

}  // namespace

PsfModel readPsfex(Archive& archive, const Archive::Object& object) {
  Psfex psf;
  psf.step = archive.row(object, 0).number("_pixstep");
  if (!(psf.step > 0.01 && psf.step < 100))
    badArchive(expectedFor("0.01 to 100 pixels", "_pixstep of the PsfexPsf", psf.step));
  const TableRow row = archive.row(object, 1);
  readShape(row, psf);
  const std::vector<double> offset = row.numbers("_context_first"), scale = row.numbers("_context_second");
  if (offset.size() != 2 || scale.size() != 2)
    badArchive(expectedFor("two variables, x and y,", "the PsfexPsf", std::max(offset.size(), scale.size())));
  for (size_t i = 0; i < 2; ++i) {
    psf.offset[i] = offset[i], psf.scale[i] = scale[i];
    if (!std::isfinite(offset[i]) || !std::isfinite(scale[i]) || scale[i] == 0)
      badArchive("expected finite offsets and scales other than 0 for the PsfexPsf, received others");
  }
  const bool varies = psf.degree > 0;
  return {varies, [psf = std::move(psf)](double x, double y) { return shapeOf(psf.at(x, y), psf.step); }};
}

}  // namespace vignet
