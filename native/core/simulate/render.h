// Sources to noiseless pixels.
#pragma once
#include <span>

#include "core/simulate/spec.h"

namespace vignet::simulate {

// Adds every source to `image` (row-major, width * height), in the unit of the fluxes. Stars are the PSF;
// discs are an exponential profile written as Gaussians and so convolved with the PSF exactly. Each Gaussian
// is cut off where it falls below `floor`.
void addSources(std::span<float> image, int width, int height, std::span<const Source> sources,
                const Psf& psf, double floor);

}  // namespace vignet::simulate
