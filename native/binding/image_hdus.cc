#include "binding/calls.h"
#include "binding/sources.h"
#include "core/fits/layout.h"

namespace vignet::binding {

Napi::Value imageHdus(const Napi::CallbackInfo& info) {
  SourceArgument source(info[0], "source");
  source.open();
  const std::vector<uint16_t> hdus = vignet::imageHdus(*source.reader());
  auto numbers = Napi::Array::New(info.Env(), hdus.size());
  for (uint32_t i = 0; i < hdus.size(); ++i) numbers.Set(i, hdus[i]);
  return numbers;
}

}  // namespace vignet::binding
