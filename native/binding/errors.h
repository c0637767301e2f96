// The one place where native errors become JavaScript errors.
#pragma once
#include <napi.h>

namespace vignet::binding {

// To be called in a catch block: throws what is being handled as a JavaScript error with `kind` and `code`.
// vignet::Error keeps its own, std::bad_alloc is fatal OUT_OF_MEMORY, other exceptions are fatal INTERNAL;
// errors that JavaScript itself threw pass unchanged. Never throws, also in an environment that is being torn
// down.
void rethrowToJs(napi_env env) noexcept;

// A function for the export list whose C++ exceptions all end in `rethrowToJs`.
template <class Run>
auto guarded(Run run) {
  return [run = std::move(run)](const Napi::CallbackInfo& info) -> Napi::Value {
    try {
      return run(info);
    } catch (...) {
      rethrowToJs(info.Env());
      return Napi::Value();
    }
  };
}

}  // namespace vignet::binding
