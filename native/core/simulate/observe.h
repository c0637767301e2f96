// From noiseless pixels to those of a camera and its pipeline.
#pragma once
#include "core/simulate/spec.h"

namespace vignet::simulate {

// `planes.image` holds the noiseless sky in nJy; adds photon and read noise, fills the variance as instrument
// signature removal does (from the noisy pixel), and marks what is detected.
void addNoise(Planes& planes, const Spec& spec);

// Clips what is above full well and lets the excess bleed along its column.
void saturate(Planes& planes, const Spec& spec);

// Cosmic rays: left in the image, flagged.
void addCosmicRays(Planes& planes, const Spec& spec);

// Bad columns (interpolated over, flagged), the border, and places without data (NaN in image and variance).
void addDefects(Planes& planes, const Spec& spec);

}  // namespace vignet::simulate
