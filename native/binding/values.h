// Conversion of JavaScript values. Every argument is checked; a wrong one throws Error{usage, BAD_ARGUMENT}
// that names it.
#pragma once
#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/control.h"
#include "core/cutout/cutout.h"
#include "core/render/picture.h"
#include "core/sphere/stencil.h"
#include "core/sphere/vector.h"

namespace vignet::binding {

// Error{usage, BAD_ARGUMENT}: "expected EXPECTED for NAME, received …".
[[noreturn]] void badArgument(std::string_view name, const std::string& expected,
                              const Napi::Value& received);
[[noreturn]] void badArgument(std::string_view name, const std::string& expected,
                              const std::string& received);
[[noreturn]] void badArgument(std::string_view name, const std::string& expected, double received);

inline constexpr uint64_t kMaxSafeInteger = (1ull << 53) - 1;

// `name` is what the message calls the value: "task.begin".
Napi::Object asObject(const Napi::Value& value, std::string_view name);
Napi::Array asArray(const Napi::Value& value, std::string_view name, uint32_t most = 10'000'000);
std::string asString(const Napi::Value& value, std::string_view name);  // at most 1 MiB
double asNumber(const Napi::Value& value, std::string_view name);       // NaN and infinities included
uint64_t asInteger(const Napi::Value& value, std::string_view name, uint64_t most = kMaxSafeInteger);
std::vector<double> asNumbers(const Napi::Value& value, std::string_view name, uint32_t most = 100'000);
bool given(const Napi::Value& value);  // neither undefined nor null

// A Uint8Array, on shared memory or not. Its memory is only looked up by `span`: reading other arguments may
// run JavaScript (getters) that detaches it, so unpack everything first. A detached array has length 0.
class Bytes {
 public:
  Bytes(const Napi::Value& value, std::string_view name);
  std::span<std::byte> span() const;

 private:
  Napi::Value value_;
};

// The control word (an Int32Array, word 0) and the time from now on; as Bytes, the word is looked up by
// `control`. Tests give four words: the second counts polls, and at the poll of the third number the word
// becomes the fourth.
class ControlArguments {
 public:
  ControlArguments(const Napi::Value& word, const Napi::Value& deadlineMs);
  Control control() const;

 private:
  Napi::Value word_;
  Control::Clock::time_point deadline_;
  mutable std::function<void()> counting_;
};

Stencil asStencil(const Napi::Value& value, std::string_view name);
// Either a stencil, or `{point: [lon, lat]}`.
struct Where {
  std::optional<Stencil> stencil;
  Vec3 point{};
};
Where asWhere(const Napi::Value& value, std::string_view name);
Box asBox(const Napi::Value& value, std::string_view name);          // with pixels in it
WideBox asWideBox(const Napi::Value& value, std::string_view name);  // the same, of which some may be outside
CutoutRequest asCutoutRequest(const Napi::Value& value, std::string_view name);
// The kind whose planeWord it is, of the kinds that are allowed.
PlaneKind asPlaneKind(const Napi::Value& value, std::string_view name,
                      std::initializer_list<PlaneKind> allowed);

// Out.
const char* planeWord(PlaneKind kind);  // "image", "mask", "variance", "weight", "sigma", "owner"
Napi::Object toObject(Napi::Env env, const Box& box);
Napi::Object toObject(Napi::Env env, const WideBox& window);
Napi::Object cardsOf(Napi::Env env, std::string_view cards);  // keyword to value, of the first card of each
void addCards(Napi::Object values, std::string_view cards);   // those that are absent
Napi::Array toArray(Napi::Env env, std::span<const double> numbers);
Napi::Array toArray(Napi::Env env, std::span<const std::string> strings);
Napi::Value pictureOf(Napi::Env env, const Picture& picture);
Napi::Value toUint8Array(Napi::Env env, std::span<const std::byte> bytes);  // a copy, in memory of V8's own

}  // namespace vignet::binding
