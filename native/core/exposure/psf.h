// The PSF of an exposure on a grid of positions: its second moments and what measurements see of its light.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/exposure/archive.h"
#include "core/exposure/bounded_field.h"
#include "core/exposure/light.h"
#include "core/exposure/moments.h"

namespace vignet {

struct PsfShape {
  Moments moments;
  std::optional<PsfLight> light;
};

// Of the PSF's image; a pixel of the stamp is `step` pixels of the image wide. Absent without moments.
std::optional<PsfShape> shapeOf(const PsfStamp& stamp, double step = 1);

struct PsfModel {
  bool varies = false;
  // The shape at a parent position; absent where the model has none.
  std::function<std::optional<PsfShape>(double x, double y)> at;
};

// A persisted GaussianPsf, SingleGaussianPsf, DoubleGaussianPsf, KernelPsf, PcaPsf or PsfexPsf. Throws
// Error{data, BAD_EXPOSURE_TABLE} for damaged ones and those of other kinds; pickled objects are never
// opened.
PsfModel readPsf(Archive& archive, int64_t id);

// PSFEx's model: pixel bases whose sum is weighted by a polynomial of the position (Bertin 2011, ASPC 442,
// 435). Moments are those of the model's own, finer pixels, brought to image pixels.
PsfModel readPsfex(Archive& archive, const Archive::Object& object);

// At nodes (x0 + i dx, y0 + j dy), parent frame; [j * nx + i], absent where there is no PSF.
struct PsfGrid {
  double x0 = 0, y0 = 0, dx = 1, dy = 1;
  int nx = 1, ny = 1;
  std::vector<std::optional<PsfShape>> nodes;
};

// What afw's ApCorrMap multiplies a flux of the PSF by to give all of the light; no factors where it does not
// say. Throws Error{data, BAD_EXPOSURE_TABLE}.
std::vector<ChebyshevField> readPsfCorrection(Archive& archive, int64_t id);

// Samples a model over an image: on 5 x 5 positions from corner to corner, or once when nothing varies. The
// light is of all that the source has: `correction` is the factor from the PSF's own; null: it is not known,
// and there is no light.
PsfGrid sampleOver(const PsfModel& model, const std::vector<ChebyshevField>* correction, const Plane& image);

}  // namespace vignet
