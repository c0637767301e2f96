#include "binding/calls.h"
#include "binding/values.h"
#include "core/render/picture.h"

namespace vignet::binding {
namespace {

template <typename T>
using Words = std::initializer_list<std::pair<std::string_view, T>>;

const Words<Stretch> kStretches{
    {"asinh", Stretch::asinh}, {"linear", Stretch::linear}, {"sqrt", Stretch::sqrt}, {"log", Stretch::log}};
const Words<PictureLimits::Kind> kLimits{{"values", PictureLimits::Kind::values},
                                         {"percentiles", PictureLimits::Kind::percentiles},
                                         {"zscale", PictureLimits::Kind::zscale}};
const Words<Colormap> kColormaps{
    {"gray", Colormap::gray}, {"gray_r", Colormap::grayReversed}, {"hot", Colormap::hot}};

template <typename T>
T wordOf(const Words<T>& words, const std::string& word, const char* what) {
  std::string all;
  for (const auto& [name, value] : words) {
    if (name == word) return value;
    all += (all.empty() ? "" : ", ") + std::string(name);
  }
  badArgument(what, "one of " + all, word);
}

}  // namespace

Napi::Value pictureOf(Napi::Env env, const Picture& picture) {
  auto answer = Napi::Object::New(env);
  answer.Set("width", picture.width);
  answer.Set("height", picture.height);
  answer.Set("opaque", picture.opaque);
  answer.Set("grey", picture.grey);
  answer.Set("rgba", toUint8Array(env, std::as_bytes(std::span(picture.rgba))));
  return answer;
}

Napi::Value render(const Napi::CallbackInfo& info) {
  const Bytes fits(info[0], "fits");
  const Napi::Object given_options = asObject(info[1], "options");
  RenderOptions options;
  const std::string stretch = asString(given_options.Get("stretch"), "options.stretch");
  options.stretch = wordOf(kStretches, stretch, "options.stretch");
  if (const Napi::Value limits = given_options.Get("limits"); given(limits)) {
    const Napi::Object object = asObject(limits, "options.limits");
    options.limits.kind =
        wordOf(kLimits, asString(object.Get("kind"), "options.limits.kind"), "options.limits.kind");
    if (options.limits.kind != PictureLimits::Kind::zscale) {
      options.limits.low = asNumber(object.Get("low"), "options.limits.low");
      options.limits.high = asNumber(object.Get("high"), "options.limits.high");
    }
  }
  if (const Napi::Value map = given_options.Get("cmap"); given(map))
    options.colormap = wordOf(kColormaps, asString(map, "options.cmap"), "options.cmap");
  options.maxSide = static_cast<uint32_t>(asInteger(given_options.Get("maxSide"), "options.maxSide", 16384));

  const ControlArguments control(info[2], info[3]);
  return pictureOf(info.Env(), vignet::render(fits.span(), options, control.control()));
}

}  // namespace vignet::binding
