// Arguments that the calls for mosaics share.
#pragma once
#include <napi.h>

#include <optional>
#include <string_view>

#include "binding/values.h"
#include "core/mosaic/mosaic.h"

namespace vignet::binding {

// Inputs that one call may name.
inline constexpr uint32_t kMostInputs = 100'000;

RingsConfig asSkymap(const Napi::Value& value, std::string_view name);
std::optional<PatchKey> asPatch(const Napi::Value& value, std::string_view name);
std::optional<Shift> asShift(const Napi::Value& value, std::string_view name);
MosaicFrame asFrame(const Napi::Value& value, std::string_view name);
Napi::Object toObject(Napi::Env env, const MosaicFrame& frame);

Resampling asResampling(const Napi::Object& object, std::string_view name);
Assignment asAssignment(const Napi::Value& value, std::string_view name);

}  // namespace vignet::binding
