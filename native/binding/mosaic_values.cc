#include "binding/mosaic_values.h"

#include <cmath>
#include <string>

namespace vignet::binding {
namespace {

constexpr uint64_t kMost = 0xfffffffeu;

std::string in(std::string_view name, std::string_view key) {
  return std::string(name).append(".").append(key);
}

int64_t asSigned(const Napi::Value& value, const std::string& name) {
  const double number = asNumber(value, name);
  if (!(std::abs(number) <= 1e15) || number != std::floor(number)) badArgument(name, "an integer", number);
  return static_cast<int64_t>(number);
}

}  // namespace

RingsConfig asSkymap(const Napi::Value& value, std::string_view name) {
  const Napi::Object object = asObject(value, name);
  RingsConfig config;
  config.rings = static_cast<uint32_t>(asInteger(object.Get("rings"), in(name, "rings"), kMost));
  config.raStart = asNumber(object.Get("raStart"), in(name, "raStart"));
  config.pixelScale = asNumber(object.Get("pixelScale"), in(name, "pixelScale"));
  config.tractOverlap = asNumber(object.Get("tractOverlap"), in(name, "tractOverlap"));
  config.inner = static_cast<uint32_t>(asInteger(object.Get("inner"), in(name, "inner"), kMost));
  return config;
}

std::optional<PatchKey> asPatch(const Napi::Value& value, std::string_view name) {
  if (!given(value)) return std::nullopt;
  const Napi::Object object = asObject(value, name);
  return PatchKey{static_cast<uint32_t>(asInteger(object.Get("tract"), in(name, "tract"), kMost)),
                  static_cast<uint32_t>(asInteger(object.Get("patch"), in(name, "patch"), kMost))};
}

std::optional<Shift> asShift(const Napi::Value& value, std::string_view name) {
  if (!given(value)) return std::nullopt;
  const Napi::Array both = asArray(value, std::string(name), 2);
  if (both.Length() != 2) badArgument(std::string(name), "two integers", value);
  return Shift{asSigned(both.Get(0u), std::string(name)), asSigned(both.Get(1u), std::string(name))};
}

MosaicFrame asFrame(const Napi::Value& value, std::string_view name) {
  const Napi::Object object = asObject(value, name);
  MosaicFrame frame;
  frame.cards = asString(object.Get("cards"), in(name, "cards"));
  frame.width = static_cast<uint32_t>(asInteger(object.Get("width"), in(name, "width"), kMaxSide));
  frame.height = static_cast<uint32_t>(asInteger(object.Get("height"), in(name, "height"), kMaxSide));
  if (const Napi::Value tract = object.Get("tract"); given(tract))
    frame.tract = static_cast<uint32_t>(asInteger(tract, in(name, "tract"), kMost));
  frame.inTract = {asSigned(object.Get("x0"), in(name, "x0")), asSigned(object.Get("y0"), in(name, "y0"))};
  return frame;
}

Napi::Object toObject(Napi::Env env, const MosaicFrame& frame) {
  auto out = Napi::Object::New(env);
  out.Set("cards", frame.cards);
  out.Set("width", frame.width);
  out.Set("height", frame.height);
  if (frame.tract) out.Set("tract", *frame.tract);
  out.Set("x0", static_cast<double>(frame.inTract[0]));
  out.Set("y0", static_cast<double>(frame.inTract[1]));
  return out;
}

Resampling asResampling(const Napi::Object& object, std::string_view name) {
  return {kernelNamed(asString(object.Get("kernel"), in(name, "kernel"))), object.Get("flux").ToBoolean(),
          asNumber(object.Get("positionError"), in(name, "positionError"))};
}

Assignment asAssignment(const Napi::Value& value, std::string_view name) {
  const Napi::Object object = asObject(value, name);
  const std::string by = asString(object.Get("by"), in(name, "by"));
  if (by == "nearest") return NearestAssignment{};
  if (by == "single") return SingleAssignment{};
  if (by == "camera") return CameraAssignment{};
  if (by == "combine")
    return CombinedAssignment{combineNamed(asString(object.Get("combine"), in(name, "combine")))};
  if (by != "skymap") badArgument(in(name, "by"), "'nearest', 'skymap', 'single', 'camera' or 'combine'", by);
  return SkymapAssignment{asSkymap(object.Get("skymap"), in(name, "skymap"))};
}

}  // namespace vignet::binding
