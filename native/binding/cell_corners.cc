#include <bit>

#include "binding/calls.h"
#include "binding/values.h"
#include "core/sphere/healpix.h"
#include "core/sphere/vector.h"

namespace vignet::binding {

Napi::Value cellCorners(const Napi::CallbackInfo& info) {
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array)
    badArgument("moc", "a Uint32Array", info[0]);
  const auto moc = info[0].As<Napi::Uint32Array>();
  constexpr std::size_t kNumbers = 10;
  auto corners = Napi::Float64Array::New(info.Env(), kNumbers * moc.ElementLength());
  double* out = corners.Data();
  for (std::size_t i = 0; i < moc.ElementLength(); i++) {
    const uint32_t uniq = moc[i];
    const int order = (31 - std::countl_zero(uniq | 4)) / 2 - 1;
    const uint64_t cell = uniq - (uint64_t{4} << 2 * order);
    if (uniq < 4 || cell >= uint64_t{12} << 2 * order)
      badArgument("moc", "NUNIQ numbers", static_cast<double>(uniq));
    const auto put = [&](const Vec3& direction) {
      toLonLat(direction, out[0], out[1]);
      out += 2;
    };
    put(healpix::centreOf(cell, order));
    for (const Vec3& corner : healpix::cornersOf(cell, order)) put(corner);
  }
  return corners;
}

}  // namespace vignet::binding
