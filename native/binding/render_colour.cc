#include <array>
#include <cmath>

#include "binding/calls.h"
#include "binding/values.h"
#include "core/render/colour.h"

namespace vignet::binding {
namespace {

constexpr double kFarthest = 1e12;

int64_t asPlace(const Napi::Value& value, std::string_view name) {
  const double place = asNumber(value, name);
  if (!(std::abs(place) <= kFarthest) || place != std::floor(place))
    badArgument(name, "a whole number", place);
  return static_cast<int64_t>(place);
}

}  // namespace

Napi::Value renderColour(const Napi::CallbackInfo& info) {
  const Napi::Array list = asArray(info[0], "channels", 3);
  if (list.Length() != 3) badArgument("channels", "red, green and blue", list);
  std::vector<Bytes> fits;
  std::array<ColourChannel, 3> channels;
  for (uint32_t c = 0; c < 3; ++c) {
    const Napi::Object channel = asObject(list.Get(c), "channels");
    fits.emplace_back(channel.Get("fits"), "channels.fits");
    channels[c].x0 = asPlace(channel.Get("x0"), "channels.x0");
    channels[c].y0 = asPlace(channel.Get("y0"), "channels.y0");
  }
  const Napi::Object wanted = asObject(info[1], "options");
  ColourOptions options;
  options.q = asNumber(wanted.Get("q"), "options.q");
  if (const Napi::Value stretch = wanted.Get("stretch"); given(stretch))
    options.stretch = asNumber(stretch, "options.stretch");
  if (const Napi::Value minimum = wanted.Get("minimum"); given(minimum)) {
    const std::vector<double> numbers = asNumbers(minimum, "options.minimum", 3);
    if (numbers.size() != 3) badArgument("options.minimum", "three numbers", minimum);
    options.minimum = {numbers[0], numbers[1], numbers[2]};
  }
  options.maxSide = static_cast<uint32_t>(asInteger(wanted.Get("maxSide"), "options.maxSide", 16384));

  const ControlArguments control(info[2], info[3]);
  for (uint32_t c = 0; c < 3; ++c) channels[c].fits = fits[c].span();
  return pictureOf(info.Env(), vignet::renderColour(channels, options, control.control()));
}

}  // namespace vignet::binding
