#include <sys/uio.h>

#include <cstdint>

#include "binding/calls.h"
#include "binding/values.h"

namespace vignet::binding {

Napi::Value readCached(const Napi::CallbackInfo& info) {
  const auto descriptor = static_cast<int>(asInteger(info[0], "descriptor", INT32_MAX));
  const auto offset = asInteger(info[1], "offset");
  const Bytes bytes(info[2], "bytes");
  const std::span<std::byte> all = bytes.span();
  bool isRead = false;
#ifdef RWF_NOWAIT
  const iovec part{all.data(), all.size()};
  const ssize_t read = preadv2(descriptor, &part, 1, static_cast<off_t>(offset), RWF_NOWAIT);
  isRead = read >= 0 && static_cast<std::size_t>(read) == all.size();
#endif
  return Napi::Boolean::New(info.Env(), isRead);
}

}  // namespace vignet::binding
