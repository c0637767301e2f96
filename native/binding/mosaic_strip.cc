#include "binding/mosaic_strip.h"

namespace vignet::binding {

MosaicStripArgument::MosaicStripArgument(const Napi::Object& task) {
  strip.frame = asFrame(task.Get("frame"), "task.frame");
  strip.assignment = asAssignment(task.Get("assignment"), "task.assignment");
  const Napi::Array inputs = asArray(task.Get("inputs"), "task.inputs", kMostInputs);
  for (uint32_t i = 0; i < inputs.Length(); ++i) {
    const std::string name = "task.inputs[" + std::to_string(i) + "]";
    inputs_.push_back(std::make_unique<MosaicInputArgument>(asObject(inputs.Get(i), name), name, folders_));
  }
  strip.resampling = asResampling(asObject(task.Get("resampling"), "task.resampling"), "task.resampling");
  const Napi::Array names = asArray(task.Get("maskNames"), "task.maskNames", 64);
  for (uint32_t i = 0; i < names.Length(); ++i)
    strip.maskNames.push_back(asString(names.Get(i), "task.maskNames"));
  strip.y0 = static_cast<uint32_t>(asInteger(task.Get("y0"), "task.y0", kMaxSide));
  strip.y1 = static_cast<uint32_t>(asInteger(task.Get("y1"), "task.y1", kMaxSide));
}

void MosaicStripArgument::decode() {
  for (const auto& input : inputs_) used_.push_back(input->decode());
  strip.inputs = used_;
}

std::vector<const SourceArgument*> MosaicStripArgument::sources() const {
  std::vector<const SourceArgument*> all;
  for (const auto& input : inputs_)
    for (const SourceArgument& source : input->sources()) all.push_back(&source);
  return all;
}

MosaicPart asPart(const Napi::Object& object, const std::string& name) {
  using enum PlaneKind;
  MosaicPart part{asPlaneKind(object.Get("plane"), name + ".plane", {image, mask, variance, weight, owner}),
                  -32};
  if (part.plane == PlaneKind::owner || part.plane == PlaneKind::mask) part.bitpix = 32;
  if (object.Get("wide").ToBoolean()) part.bitpix = static_cast<int8_t>(part.bitpix * 2);
  return part;
}

Napi::Array toArray(Napi::Env env, std::span<const MosaicFailure> failures) {
  auto list = Napi::Array::New(env, failures.size());
  for (uint32_t i = 0; i < failures.size(); ++i) {
    auto failure = Napi::Object::New(env);
    failure.Set("number", failures[i].number);
    failure.Set("code", failures[i].code);
    failure.Set("reason", failures[i].reason);
    list.Set(i, failure);
  }
  return list;
}

}  // namespace vignet::binding
