#include "binding/calls.h"
#include "binding/sources.h"
#include "core/fits/layout.h"

namespace vignet::binding {
namespace {

std::optional<PlaneKind> asRole(const Napi::Value& value, std::string_view name) {
  if (!given(value)) return std::nullopt;
  const std::string role = asString(value, name);
  if (role == "mask") return PlaneKind::mask;
  if (role == "variance") return PlaneKind::variance;
  if (role == "weight") return PlaneKind::weight;
  badArgument(name, "'mask', 'variance' or 'weight'", role);
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
    parts[i].role = asRole(object.Get("role"), name + ".role");
    if (const Napi::Value hdu = object.Get("hdu"); given(hdu)) {
      parts[i].hdu = static_cast<uint16_t>(asInteger(hdu, name + ".hdu", 65535));
    }
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
