#include "binding/calls.h"
#include "binding/values.h"
#include "core/sphere/footprint.h"

namespace vignet::binding {

Napi::Value overlaps(const Napi::CallbackInfo& info) {
  const std::vector<double> footprint = asNumbers(info[0], "footprint");
  const Where where = asWhere(info[1], "stencil");
  const bool yes =
      where.stencil ? vignet::overlaps(footprint, *where.stencil) : vignet::overlaps(footprint, where.point);
  return Napi::Boolean::New(info.Env(), yes);
}

}  // namespace vignet::binding
