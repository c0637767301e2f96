#pragma once
#include <napi.h>

namespace vignet::binding {

// simulateImage(spec, sources): see src/simulate/native.ts.
Napi::Value simulateImage(const Napi::CallbackInfo& info);

}  // namespace vignet::binding
