#include "binding/calls.h"
#include "binding/values.h"
#include "core/fits/write.h"

namespace vignet::binding {

Napi::Value dataSum(const Napi::CallbackInfo& info) {
  const Bytes bytes(info[0], "bytes");
  return Napi::Number::New(info.Env(), checksumOf(bytes.span()));
}

Napi::Value sealHdu(const Napi::CallbackInfo& info) {
  const Bytes hdu(info[0], "hdu");
  const uint64_t headerBytes = asInteger(info[1], "headerBytes");
  writeChecksums(hdu.span(), headerBytes);
  return info.Env().Undefined();
}

}  // namespace vignet::binding
