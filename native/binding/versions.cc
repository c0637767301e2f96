#include <erfa.h>
#include <erfaextra.h>
#include <fitsio.h>
#include <libdeflate.h>
#include <wcslib/wcslib.h>

#include <string>

#include "binding/calls.h"
#include "core/fits/layout.h"

namespace vignet::binding {

// Of what is linked, where it can be asked, else of what it was built against.
Napi::Object versions(Napi::Env env) {
  auto all = Napi::Object::New(env);
  all.Set("cfitsio", std::to_string(CFITSIO_MAJOR) + "." + std::to_string(CFITSIO_MINOR) + "." +
                         std::to_string(CFITSIO_MICRO));
  all.Set("wcslib", wcslib_version(nullptr));
  all.Set("libdeflate", LIBDEFLATE_VERSION_STRING);
  all.Set("erfa", eraVersion());
  all.Set("layout", std::to_string(Layout::kVersion));
  return all;
}

}  // namespace vignet::binding
