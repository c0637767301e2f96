#pragma once
#include <napi.h>

namespace vignet::binding {

// simulateImage(spec, sources, subtracted?): see src/simulate/native.ts.
Napi::Value simulateImage(const Napi::CallbackInfo& info);

// simulateCalibration(spec): see src/simulate/native.ts.
Napi::Value simulateCalibration(const Napi::CallbackInfo& info);

}  // namespace vignet::binding
