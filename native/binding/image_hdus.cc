#include "binding/calls.h"
#include "binding/sources.h"
#include "core/fits/layout.h"

namespace vignet::binding {

Napi::Value imageHdus(const Napi::CallbackInfo& info) {
  std::vector<SourceArgument> sources;
  sources.emplace_back(info[0], "source");
  return orNeed(info.Env(), sources, [&] {
    sources[0].open();
    const std::vector<uint16_t> hdus = vignet::imageHdus(*sources[0].reader());
    auto numbers = Napi::Array::New(info.Env(), hdus.size());
    for (uint32_t i = 0; i < hdus.size(); ++i) numbers.Set(i, hdus[i]);
    return numbers;
  });
}

}  // namespace vignet::binding
