#include <memory>

#include "binding/calls.h"
#include "binding/mosaic_input.h"
#include "core/fits/write.h"
#include "core/mosaic/mosaic.h"

namespace vignet::binding {
namespace {

constexpr uint32_t kMostInputs = 100'000;

std::vector<std::unique_ptr<MosaicInputArgument>> unpackInputs(const Napi::Object& task) {
  const Napi::Array array = asArray(task.Get("inputs"), "task.inputs", kMostInputs);
  std::vector<std::unique_ptr<MosaicInputArgument>> inputs;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const std::string name = "task.inputs[" + std::to_string(i) + "]";
    inputs.push_back(std::make_unique<MosaicInputArgument>(asObject(array.Get(i), name), name));
  }
  return inputs;
}

}  // namespace

Napi::Value fillMosaic(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object task = asObject(info[0], "task");
  MosaicStrip strip;
  strip.frame = asFrame(task.Get("frame"), "task.frame");
  strip.skymap = asSkymap(task.Get("skymap"), "task.skymap");
  const auto inputs = unpackInputs(task);
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
  const CardsOf cards = strip.combine || strip.plane == PlaneKind::mask ? CardsOf::mask : CardsOf::none;
  for (const auto& input : inputs) used.push_back(input->decode(cards, strip.plane, strip.combine.has_value()));
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
