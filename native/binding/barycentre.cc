#include "core/time/barycentre.h"

#include "binding/calls.h"
#include "binding/values.h"

namespace vignet::binding {

Napi::Value bjdTdb(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const double tai = asNumber(info[0], "tai"), ra = asNumber(info[1], "ra"), dec = asNumber(info[2], "dec");
  std::optional<Site> site;
  if (!info[3].IsNull()) {
    const std::vector<double> place = asNumbers(info[3], "site", 3);
    if (place.size() != 3) badArgument("site", "3 numbers", static_cast<double>(place.size()));
    site = {place[0], place[1], place[2]};
  }
  const auto time = vignet::bjdTdb(tai, ra, dec, site);
  return time ? Napi::Value(Napi::Number::New(env, *time)) : env.Undefined();
}

}  // namespace vignet::binding
