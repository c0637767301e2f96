#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <tuple>

#include "binding/calls.h"
#include "binding/mosaic_strip.h"
#include "core/base/error.h"
#include "core/mosaic/row_group.h"

namespace vignet::binding {
namespace {

// Filesystems serialise writes to a file; threads that wait in the kernel would waste their time.
std::mutex& oneWriter() {
  static std::mutex lock;
  return lock;
}

void writeAt(int file, uint64_t at, std::span<const std::byte> bytes) {
  const std::lock_guard held(oneWriter());
  while (!bytes.empty()) {
    const ssize_t put = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0)
      throw Error(Kind::transient, "CANNOT_WRITE",
                  std::string("the file cannot be written: ") + strerror(errno));
    at += static_cast<uint64_t>(put);
    bytes = bytes.subspan(static_cast<size_t>(put));
  }
}

}  // namespace

Napi::Value saveMosaic(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object task = asObject(info[0], "task");
  MosaicStripArgument argument(task);
  const Napi::Array list = asArray(task.Get("planes"), "task.planes", 16);
  std::vector<MosaicPart> planes;
  std::vector<uint64_t> places;
  for (uint32_t p = 0; p < list.Length(); ++p) {
    const std::string name = "task.planes[" + std::to_string(p) + "]";
    const Napi::Object plane = asObject(list.Get(p), name);
    planes.push_back(asPart(plane, name));
    places.push_back(asInteger(plane.Get("at"), name + ".at"));
  }
  const auto file = static_cast<int>(asInteger(task.Get("file"), "task.file", 0x7fffffff));
  const uint64_t cursor = asInteger(info[1], "cursor", kMaxSide);
  const ControlArguments control(info[2], info[3]);

  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  argument.decode();
  const MosaicStrip& strip = argument.strip;
  const auto from = static_cast<uint32_t>(std::max<uint64_t>(cursor, strip.y0));
  // Writing to allocated blocks is faster. Filesystems that cannot preallocate are left to allocate, or fail,
  // in the writes.
  for (size_t p = 0; p < planes.size() && from == strip.y0; ++p) {
    const uint64_t row = rowBytesOf(strip, planes[p]);
    std::ignore = fallocate(file, 0, static_cast<off_t>(places[p] + row * strip.y0),
                            static_cast<off_t>(row * (strip.y1 - strip.y0)));
  }
  std::vector<MosaicOutcome> saved(planes.size());
  const auto sink = [&](size_t p, uint64_t at, std::span<const std::byte> bytes) {
    writeAt(file, places[p] + at, bytes);
  };
  const uint32_t done = vignet::saveMosaic(strip, planes, sink, from, control.control(), saved);

  auto answer = Napi::Object::New(env);
  answer.Set("done", done);
  auto outcomes = Napi::Array::New(env, saved.size());
  for (uint32_t p = 0; p < saved.size(); ++p) {
    auto outcome = Napi::Object::New(env);
    outcome.Set("sum", saved[p].sum);
    outcome.Set("failures", toArray(env, saved[p].failures));
    outcomes.Set(p, outcome);
  }
  answer.Set("planes", outcomes);
  setNeed(answer, argument.sources());
  return answer;
}

}  // namespace vignet::binding
