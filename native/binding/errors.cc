#include "binding/errors.h"

#include <exception>
#include <new>
#include <string_view>

#include "core/base/error.h"

namespace vignet::binding {
namespace {

const char* word(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::data:
      return "data";
    case ErrorKind::transient:
      return "transient";
    case ErrorKind::fatal:
      break;
  }
  return "fatal";
}

napi_value text(napi_env env, std::string_view s) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, s.data(), s.size(), &value);
  return value;
}

// In plain N-API, statuses ignored: in an environment that is ending all calls fail, and no JavaScript is
// left to handle an error.
void throwNew(napi_env env, const char* kind, std::string_view code, std::string_view detail) noexcept {
  napi_value error = nullptr;
  if (napi_create_error(env, text(env, code), text(env, detail), &error) != napi_ok) return;
  napi_set_named_property(env, error, "kind", text(env, kind));
  napi_throw(env, error);
}

void throwFatal(napi_env env, CodeOf<ErrorKind::fatal> code, std::string_view detail) noexcept {
  throwNew(env, word(ErrorKind::fatal), code.word(), detail);
}

}  // namespace

void rethrowToJs(napi_env env) noexcept {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  try {
    throw;
  } catch (const Error& e) {
    throwNew(env, word(e.kind()), e.code(), e.what());
  } catch (const Napi::Error& e) {
    bool pending = false;
    if (!e.IsEmpty() && napi_is_exception_pending(env, &pending) == napi_ok && !pending)
      napi_throw(env, e.Value());
  } catch (const std::bad_alloc&) {
    throwFatal(env, "OUT_OF_MEMORY", "the machine has no memory left for this call");
  } catch (const std::exception& e) {
    throwFatal(env, "INTERNAL", e.what());
  } catch (...) {
    throwFatal(env, "INTERNAL", "an unknown exception in native code");
  }
  napi_close_handle_scope(env, scope);
}

}  // namespace vignet::binding
