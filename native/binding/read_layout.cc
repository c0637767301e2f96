#include <array>

#include "binding/calls.h"
#include "binding/sources.h"
#include "binding/values.h"
#include "core/fits/layout.h"

namespace vignet::binding {
namespace {

PlaneKind asFilePlane(const Napi::Value& value, std::string_view name) {
  using enum PlaneKind;
  return asPlaneKind(value, name, {image, mask, variance, weight, sigma});
}

std::vector<PlaneChoice> asPlanes(const Napi::Value& value, const std::string& name) {
  std::vector<PlaneChoice> planes;
  if (!given(value)) return planes;
  const Napi::Array array = asArray(value, name, 16);
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const std::string at = name + "[" + std::to_string(i) + "]";
    const Napi::Object plane = asObject(array.Get(i), at);
    const PlaneKind kind = asFilePlane(plane.Get("kind"), at + ".kind");
    planes.push_back({kind, static_cast<uint16_t>(asInteger(plane.Get("hdu"), at + ".hdu", 65535))});
  }
  return planes;
}

std::string asMaskName(const Napi::Value& value, const std::string& name) {
  std::string word = asString(value, name);
  if (word.empty() || word.size() > MaskPlane::kLongestName)
    badArgument(name, "1 to 80 characters", std::to_string(word.size()));
  return word;
}

MaskMeaning asMask(const Napi::Value& value, const std::string& name) {
  MaskMeaning mask;
  if (!given(value)) return mask;
  const Napi::Object object = asObject(value, name);
  mask.codes = object.Get("codes").ToBoolean();
  const Napi::Array array = asArray(object.Get("planes"), name + ".planes", MaskPlane::kMost);
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const std::string at = name + ".planes[" + std::to_string(i) + "]";
    const Napi::Object plane = asObject(array.Get(i), at);
    MaskPlane& named = mask.planes.emplace_back();
    named.name = asMaskName(plane.Get("name"), at + ".name");
    named.bit = static_cast<uint8_t>(asInteger(plane.Get("bit"), at + ".bit", 62));
    if (const Napi::Value means = plane.Get("means"); given(means))
      named.means = asMaskName(means, at + ".means");
  }
  return mask;
}

}  // namespace

Napi::Value readLayout(const Napi::CallbackInfo& info) {
  const Napi::Array array = asArray(info[0], "sources", 65535);
  std::vector<SourceArgument> sources;
  std::vector<LayoutSource> parts(array.Length());
  sources.reserve(parts.size());
  for (uint32_t i = 0; i < parts.size(); ++i) {
    const std::string name = "sources[" + std::to_string(i) + "]";
    const Napi::Object object = asObject(array.Get(i), name);
    sources.emplace_back(object.Get("source"), name + ".source");
    if (const Napi::Value role = object.Get("role"); given(role)) {
      parts[i].role = asFilePlane(role, name + ".role");
    }
    if (const Napi::Value hdu = object.Get("hdu"); given(hdu)) {
      parts[i].hdu = static_cast<uint16_t>(asInteger(hdu, name + ".hdu", 65535));
    }
    parts[i].planes = asPlanes(object.Get("planes"), name + ".planes");
    parts[i].mask = asMask(object.Get("mask"), name + ".mask");
  }
  if (sources.empty()) badArgument("sources", "at least one source", 0);

  return orNeed(info.Env(), sources, [&] {
    for (size_t i = 0; i < parts.size(); ++i) {
      sources[i].open();
      parts[i].reader = sources[i].reader();
    }
    auto answer = Napi::Object::New(info.Env());
    answer.Set("layout", toUint8Array(info.Env(), encodeLayout(vignet::readLayout(parts))));
    return answer;
  });
}

}  // namespace vignet::binding
