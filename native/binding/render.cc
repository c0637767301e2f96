#include "binding/calls.h"
#include "binding/values.h"
#include "core/render/picture.h"

namespace vignet::binding {

Napi::Value pictureOf(Napi::Env env, const Picture& picture) {
  auto answer = Napi::Object::New(env);
  answer.Set("width", picture.width);
  answer.Set("height", picture.height);
  answer.Set("rgba", toUint8Array(env, std::as_bytes(std::span(picture.rgba))));
  return answer;
}

Napi::Value render(const Napi::CallbackInfo& info) {
  const Bytes fits(info[0], "fits");
  const Napi::Object given_options = asObject(info[1], "options");
  RenderOptions options;
  const std::string stretch = asString(given_options.Get("stretch"), "options.stretch");
  if (stretch != "asinh" && stretch != "linear")
    badArgument("options.stretch", "'asinh' or 'linear'", stretch);
  options.stretch = stretch == "asinh" ? Stretch::asinh : Stretch::linear;
  options.maxSide = static_cast<uint32_t>(asInteger(given_options.Get("maxSide"), "options.maxSide", 16384));

  const ControlArguments control(info[2], info[3]);
  return pictureOf(info.Env(), vignet::render(fits.span(), options, control.control()));
}

}  // namespace vignet::binding
