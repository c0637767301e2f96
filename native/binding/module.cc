// The export list.
#include <napi.h>

#include "binding/simulate.h"

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("simulateImage", Napi::Function::New(env, vignet::binding::simulateImage, "simulateImage"));
  return exports;
}

}  // namespace

NODE_API_MODULE(vignet, init)
