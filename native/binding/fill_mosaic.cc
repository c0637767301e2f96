#include "binding/calls.h"
#include "binding/mosaic_values.h"
#include "binding/sources.h"
#include "core/base/error.h"
#include "core/fits/write.h"
#include "core/mosaic/mosaic.h"

namespace vignet::binding {
namespace {

constexpr uint32_t kMostInputs = 100'000;

struct Input {
  Bytes layoutBytes;
  std::vector<SourceArgument> sources;
  // Inputs are read in turns, so each holds its own.
  OpenPack pack;
  SeekArgument seek;
  std::optional<PatchKey> patch;
  int32_t number = 0;
  double scale = 1, offset = 0, weight = 1;
  Box box;
  Layout layout;
  std::vector<Reader*> readers;

  Input(const Napi::Object& object, const std::string& name)
      : layoutBytes(object.Get("layout"), name + ".layout"),
        sources(asSources(object.Get("sources"), name + ".sources")),
        seek(object.Get("seek"), name + ".seek"),
        patch(asPatch(object.Get("patch"), name + ".patch")) {}
};

std::vector<Input> unpackInputs(const Napi::Object& task) {
  const Napi::Array array = asArray(task.Get("inputs"), "task.inputs", kMostInputs);
  std::vector<Input> inputs;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const std::string name = "task.inputs[" + std::to_string(i) + "]";
    const Napi::Object object = asObject(array.Get(i), name);
    Input& input = inputs.emplace_back(object, name);
    input.number = static_cast<int32_t>(asInteger(object.Get("number"), name + ".number", 0x7fffffff));
    const auto number = [&](const char* key, double& to) {
      if (const Napi::Value value = object.Get(key); given(value)) to = asNumber(value, name + "." + key);
    };
    number("scale", input.scale);
    number("offset", input.offset);
    number("weight", input.weight);
    if (const Napi::Value box = object.Get("box"); given(box)) input.box = asBox(box, name + ".box");
  }
  return inputs;
}

// The readers of the files that hold the image or the plane wanted, or with `all` any; the others stay closed.
MosaicFiles openInput(Input& input, const std::optional<PlaneKind>& wanted, bool all) {
  input.readers.assign(input.sources.size(), nullptr);
  for (const Plane& plane : input.layout.planes) {
    if (!all && plane.kind != PlaneKind::image && plane.kind != wanted) continue;
    SourceArgument& source = input.sources[plane.file];
    if (!source.reader()) source.open(input.layout.files[plane.file]);
    input.readers[plane.file] = source.reader();
  }
  return {input.readers, input.seek.open(input.layout, input.pack)};
}

}  // namespace

Napi::Value fillMosaic(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object task = asObject(info[0], "task");
  MosaicStrip strip;
  strip.frame = asFrame(task.Get("frame"), "task.frame");
  strip.skymap = asSkymap(task.Get("skymap"), "task.skymap");
  std::vector<Input> inputs = unpackInputs(task);
  if (const Napi::Value kernel = task.Get("kernel"); given(kernel))
    strip.kernel = kernelNamed(asString(kernel, "task.kernel"));
  strip.plane = asPlaneWord(task.Get("plane"), "task.plane");
  strip.bitpix = strip.plane == PlaneKind::mask || !strip.plane ? 32 : -32;
  if (task.Get("wide").ToBoolean()) strip.bitpix = static_cast<int8_t>(strip.bitpix * 2);
  const Napi::Array names = asArray(task.Get("maskNames"), "task.maskNames", 64);
  for (uint32_t i = 0; i < names.Length(); ++i) strip.maskNames.push_back(asString(names.Get(i), "task.maskNames"));
  if (const Napi::Value combine = task.Get("combine"); given(combine))
    strip.combine = combineNamed(asString(combine, "task.combine"));
  strip.y0 = static_cast<uint32_t>(asInteger(task.Get("y0"), "task.y0", 1u << 30));
  strip.y1 = static_cast<uint32_t>(asInteger(task.Get("y1"), "task.y1", 1u << 30));
  const Bytes out(info[1], "out");
  const uint64_t cursor = asInteger(info[2], "cursor");
  const ControlArguments control(info[3], info[4]);

  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  std::vector<MosaicStripInput> used;
  for (Input& input : inputs) {
    input.layout = decodeLayout(input.layoutBytes.span(), strip.combine || strip.plane == PlaneKind::mask ? CardsOf::mask : CardsOf::none);
    if (input.sources.size() != input.layout.files.size()) {
      badArgument("task.inputs.sources",
                  "one source for each of the layout's " + std::to_string(input.layout.files.size()) + " files");
    }
    used.push_back({&input.layout, input.patch, input.number, input.scale, input.offset, input.weight, input.box,
                    [&input, &strip] { return openInput(input, strip.plane, strip.combine.has_value()); }});
  }
  strip.inputs = used;
  std::vector<MosaicFailure> failures;
  const uint64_t done = vignet::fillMosaic(strip, out.span(), cursor, control.control(), failures);

  auto answer = Napi::Object::New(env);
  answer.Set("done", static_cast<double>(done));
  if (done == out.span().size()) answer.Set("sum", checksumOf(out.span()));
  auto list = Napi::Array::New(env, failures.size());
  for (uint32_t i = 0; i < failures.size(); ++i) {
    auto failure = Napi::Object::New(env);
    failure.Set("number", failures[i].number);
    failure.Set("code", failures[i].code);
    failure.Set("reason", failures[i].reason);
    list.Set(i, failure);
  }
  answer.Set("failures", list);
  return answer;
}

}  // namespace vignet::binding
