// The PSF of an exposure as a grid of second moments.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/exposure/archive.h"
#include "core/exposure/moments.h"

namespace vignet {

struct PsfModel {
  bool varies = false;
  // The moments at a parent position; absent where the model has none.
  std::function<std::optional<Moments>(double x, double y)> at;
};

// A persisted GaussianPsf, SingleGaussianPsf, DoubleGaussianPsf, KernelPsf, PcaPsf or PsfexPsf. Throws
// Error{data, BAD_EXPOSURE_TABLE} for damaged ones and those of other kinds; pickled objects are never
// opened.
PsfModel readPsf(Archive& archive, int64_t id);

// PSFEx's model: pixel bases whose sum is weighted by a polynomial of the position (Bertin 2011, ASPC 442,
// 435). Moments are those of the model's own, finer pixels, brought to image pixels.
PsfModel readPsfex(Archive& archive, const Archive::Object& object);

// Moments in pixel² at nodes (x0 + i dx, y0 + j dy), parent frame; [j * nx + i], absent where there is no
// PSF.
struct PsfGrid {
  double x0 = 0, y0 = 0, dx = 1, dy = 1;
  int nx = 1, ny = 1;
  std::vector<std::optional<Moments>> nodes;
};

// Samples a model over an image: on 5 x 5 positions from corner to corner, or once when it does not vary.
PsfGrid sampleOver(const PsfModel& model, const Plane& image);

}  // namespace vignet
