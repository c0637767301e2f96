#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "binding/calls.h"
#include "binding/values.h"

namespace vignet::binding {

Napi::Value discard(const Napi::CallbackInfo& info) {
  const Bytes bytes(info[0], "bytes");
  const std::span<std::byte> all = bytes.span();
  // Whole pages only: what is beside the bytes belongs to others. Where the system refuses, the pages stay.
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto from = (reinterpret_cast<uintptr_t>(all.data()) + page - 1) / page * page;
  const auto to = reinterpret_cast<uintptr_t>(all.data() + all.size()) / page * page;
  if (from < to) madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
  return info.Env().Undefined();
}

}  // namespace vignet::binding
