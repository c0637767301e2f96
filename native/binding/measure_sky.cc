#include <cstring>

#include "binding/calls.h"
#include "binding/mosaic_input.h"
#include "core/mosaic/background.h"

namespace vignet::binding {
namespace {

constexpr uint32_t kMostSkies = 10'000;
constexpr uint32_t kMostCells = 1u << 14;  // along a side

CoarseSky asSky(const Napi::Value& value, const std::string& name, const Bytes& medians) {
  const Napi::Object object = asObject(value, name);
  CoarseSky sky;
  const auto whole = [&](const char* key) {
    return static_cast<uint32_t>(asInteger(object.Get(key), name + "." + key, kMaxSide));
  };
  sky.x0 = whole("x0"), sky.y0 = whole("y0"), sky.width = whole("width"), sky.height = whole("height");
  const std::span<const std::byte> bytes = medians.span();
  if (sky.width > kMostCells || sky.height > kMostCells ||
      bytes.size() != size_t{sky.width} * sky.height * sizeof(float))
    badArgument(name + ".medians", "a float for every cell", static_cast<double>(bytes.size()));
  sky.medians.resize(bytes.size() / sizeof(float));
  std::memcpy(sky.medians.data(), bytes.data(), bytes.size());
  return sky;
}

}  // namespace

Napi::Value measureSky(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object task = asObject(info[0], "task");
  MosaicStrip strip;
  strip.frame = asFrame(task.Get("frame"), "task.frame");
  strip.resampling = {Kernel::nearest, task.Get("flux").ToBoolean(), kPositionError};
  OpenFolders folders;
  MosaicInputArgument input(asObject(task.Get("input"), "task.input"), "task.input", folders);
  const auto cell = static_cast<uint32_t>(asInteger(task.Get("cell"), "task.cell", 1u << 20));
  const ControlArguments control(info[1], info[2]);

  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  const MosaicStripInput used = input.decode();
  strip.inputs = {&used, 1};
  return orNeed(env, input.sources(), [&] {
    const CoarseSky sky = vignet::measureSky(strip, cell, control.control());
    auto out = Napi::Object::New(env);
    out.Set("x0", sky.x0);
    out.Set("y0", sky.y0);
    out.Set("width", sky.width);
    out.Set("height", sky.height);
    out.Set("medians", toUint8Array(env, std::as_bytes(std::span(sky.medians))));
    if (sky.variance) out.Set("variance", *sky.variance);
    return out;
  });
}

Napi::Value matchSkies(const Napi::CallbackInfo& info) {
  const Napi::Array array = asArray(info[0], "skies", kMostSkies);
  std::vector<CoarseSky> skies(array.Length());
  std::vector<const CoarseSky*> known(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value value = array.Get(i);
    if (!given(value)) continue;
    const std::string name = "skies[" + std::to_string(i) + "]";
    const Bytes medians(asObject(value, name).Get("medians"), name + ".medians");
    skies[i] = asSky(value, name, medians);
    known[i] = &skies[i];
  }
  const ControlArguments control(info[1], info[2]);
  const std::vector<double> offsets = vignet::matchSkies(known, control.control());
  return toArray(info.Env(), offsets);
}

}  // namespace vignet::binding
