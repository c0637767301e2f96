#include "binding/calls.h"
#include "binding/values.h"
#include "core/pixels/compress.h"

namespace vignet::binding {

Napi::Value compressFits(const Napi::CallbackInfo& info) {
  const Bytes fits(info[0], "fits");
  const Napi::Object given_options = asObject(info[1], "options");
  CompressOptions options;
  const std::string mode = asString(given_options.Get("mode"), "options.mode");
  if (mode != "gzip" && mode != "rice") badArgument("options.mode", "'gzip' or 'rice'", mode);
  options.mode = mode == "gzip" ? CompressOptions::Mode::gzip : CompressOptions::Mode::rice;
  if (const Napi::Value level = given_options.Get("quantize"); given(level)) {
    options.quantize = static_cast<float>(asNumber(level, "options.quantize"));
  }
  const ControlArguments control(info[2], info[3]);
  return toUint8Array(info.Env(), vignet::compressFits(fits.span(), options, control.control()));
}

}  // namespace vignet::binding
