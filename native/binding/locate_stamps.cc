#include <cstring>

#include "binding/calls.h"
#include "binding/values.h"
#include "core/base/error.h"
#include "core/stack/locate.h"

namespace vignet::binding {
namespace {

constexpr size_t kColumns = 12;

Napi::Float64Array asFloat64s(const Napi::Value& value, std::string_view name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array)
    badArgument(name, "a Float64Array", value);
  return value.As<Napi::Float64Array>();
}

}  // namespace

Napi::Value locateStamps(const Napi::CallbackInfo& info) {
  const Napi::Array array = asArray(info[0], "layouts", 1'000'000);
  std::vector<Bytes> layouts;
  layouts.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) layouts.emplace_back(array.Get(i), "layouts");
  const Napi::Float64Array positions = asFloat64s(info[1], "positions");
  const auto size = static_cast<uint32_t>(asInteger(info[2], "size", kMaxStampSize));
  const ControlArguments controlled(info[3], info[4]);
  if (positions.ElementLength() != 2 * layouts.size())
    badArgument("positions", "a longitude and a latitude for each layout",
                static_cast<double>(positions.ElementLength()));

  std::vector<double> rows;
  rows.reserve(kColumns * layouts.size());
  const Control control = controlled.control();
  for (size_t i = 0; i < layouts.size(); ++i) {
    control.poll();
    const Layout layout = decodeLayout(layouts[i].span(), CardsOf::none);
    const StampPlace p = locateStamp(layout, positions.Data()[2 * i], positions.Data()[2 * i + 1], size);
    rows.insert(rows.end(), {p.x, p.y, static_cast<double>(p.state), p.lon, p.lat, p.cd[0], p.cd[1], p.cd[2],
                             p.cd[3], p.error, static_cast<double>(p.width), static_cast<double>(p.height)});
  }
  auto out = Napi::Float64Array::New(info.Env(), rows.size());
  if (!rows.empty()) std::memcpy(out.Data(), rows.data(), rows.size() * sizeof(double));
  auto answer = Napi::Object::New(info.Env());
  answer.Set("rows", out);
  return answer;
}

}  // namespace vignet::binding
