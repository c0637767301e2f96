#include "binding/values.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/header.h"

namespace vignet::binding {
namespace {

std::string in(std::string_view name, std::string_view key) {
  return std::string(name).append(".").append(key);
}

std::string optionalString(const Napi::Object& object, const char* key, std::string_view name) {
  const Napi::Value value = object.Get(key);
  return given(value) ? asString(value, in(name, key)) : std::string();
}

// What a message says of a value; runs no JavaScript.
std::string describe(const Napi::Value& value) {
  if (value.IsEmpty() || value.IsUndefined()) return "undefined";
  if (value.IsNull()) return "null";
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value() ? "true" : "false";
  if (value.IsNumber()) return decimal(value.As<Napi::Number>().DoubleValue());
  if (value.IsString()) return printable(value.As<Napi::String>().Utf8Value());
  if (value.IsArray()) return "an array of " + std::to_string(value.As<Napi::Array>().Length()) + " elements";
  if (value.IsTypedArray()) return "a typed array of another type";
  if (value.IsFunction()) return "a function";
  return value.IsObject() ? "an object" : "a value of another type";
}

Detail asDetail(const Napi::Value& value, std::string_view name) {
  const std::string detail = asString(value, name);
  if (detail == "Image") return Detail::image;
  if (detail == "MaskedImage") return Detail::maskedImage;
  if (detail == "Exposure") return Detail::exposure;
  badArgument(name, "'Image', 'MaskedImage' or 'Exposure'", detail);
}

uint32_t asPixel(const Napi::Object& box, const char* key, std::string_view name) {
  return static_cast<uint32_t>(asInteger(box.Get(key), in(name, key), std::numeric_limits<uint32_t>::max()));
}

}  // namespace

void badArgument(std::string_view name, const std::string& expected, const Napi::Value& received) {
  throw Error(Kind::usage, "BAD_ARGUMENT", expectedFor(expected, name, describe(received)));
}

void badArgument(std::string_view name, const std::string& expected, const std::string& received) {
  throw Error(Kind::usage, "BAD_ARGUMENT", expectedFor(expected, name, printable(received)));
}

void badArgument(std::string_view name, const std::string& expected, double received) {
  throw Error(Kind::usage, "BAD_ARGUMENT", expectedFor(expected, name, received));
}

bool given(const Napi::Value& value) { return !value.IsEmpty() && !value.IsUndefined() && !value.IsNull(); }

Napi::Object asObject(const Napi::Value& value, std::string_view name) {
  if (!value.IsObject()) badArgument(name, "an object", value);
  return value.As<Napi::Object>();
}

Napi::Array asArray(const Napi::Value& value, std::string_view name, uint32_t most) {
  if (!value.IsArray()) badArgument(name, "an array", value);
  const auto array = value.As<Napi::Array>();
  if (array.Length() > most)
    badArgument(name, "an array of at most " + std::to_string(most) + " elements", value);
  return array;
}

std::string asString(const Napi::Value& value, std::string_view name) {
  if (!value.IsString()) badArgument(name, "a string", value);
  std::string text = value.As<Napi::String>().Utf8Value();
  if (text.size() > (1u << 20)) badArgument(name, "a string of at most 1 MiB", value);
  return text;
}

double asNumber(const Napi::Value& value, std::string_view name) {
  if (!value.IsNumber()) badArgument(name, "a number", value);
  return value.As<Napi::Number>().DoubleValue();
}

uint64_t asInteger(const Napi::Value& value, std::string_view name, uint64_t most) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= 0 && number <= static_cast<double>(most)) || number != std::floor(number)) {
    badArgument(name, "an integer from 0 to " + std::to_string(most), value);
  }
  return static_cast<uint64_t>(number);
}

std::vector<double> asNumbers(const Napi::Value& value, std::string_view name, uint32_t most) {
  const Napi::Array array = asArray(value, name, most);
  std::vector<double> numbers(array.Length());
  for (uint32_t i = 0; i < numbers.size(); ++i) numbers[i] = asNumber(array.Get(i), name);
  return numbers;
}

Bytes::Bytes(const Napi::Value& value, std::string_view name) : value_(value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    badArgument(name, "a Uint8Array", value);
  }
}

std::span<std::byte> Bytes::span() const {
  void* data = nullptr;
  size_t length = 0;
  if (napi_get_typedarray_info(value_.Env(), value_, nullptr, &length, &data, nullptr, nullptr) != napi_ok ||
      !data)
    return {};
  return {static_cast<std::byte*>(data), length};
}

ControlArguments::ControlArguments(const Napi::Value& word, const Napi::Value& deadlineMs) : word_(word) {
  if (!word.IsTypedArray() || word.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) {
    badArgument("control", "an Int32Array", word);
  }
  const double ms = asNumber(deadlineMs, "deadlineMs");
  if (std::isnan(ms)) badArgument("deadlineMs", "a number of milliseconds from now", ms);
  // Deadlines years ahead would overflow the type of the clock: none.
  deadline_ = ms > 1e11 ? Control::Clock::time_point::max()
                        : Control::Clock::now() +
                              std::chrono::microseconds(static_cast<int64_t>(std::fmax(ms, -1.0) * 1000));
}

Control ControlArguments::control() const {
  void* data = nullptr;
  size_t length = 0;
  if (napi_get_typedarray_info(word_.Env(), word_, nullptr, &length, &data, nullptr, nullptr) != napi_ok ||
      !data || length < 1) {
    badArgument("control", "an Int32Array of at least one element", 0);
  }
  static_assert(std::atomic<int32_t>::is_always_lock_free && sizeof(std::atomic<int32_t>) == sizeof(int32_t));
  auto* words = static_cast<std::atomic<int32_t>*>(data);
  if (length < 4) return Control(words, deadline_);
  counting_ = [words] {
    if (++words[1] == words[2]) words[0] = words[3].load();
  };
  return Control(words, deadline_, &counting_);
}

Stencil asStencil(const Napi::Value& value, std::string_view name) {
  const Napi::Object object = asObject(value, name);
  const std::string shape = asString(object.Get("shape"), in(name, "shape"));
  std::vector<double> values = asNumbers(object.Get("values"), in(name, "values"));
  if (shape == "circle") return Stencil::make(Stencil::Shape::circle, std::move(values));
  if (shape == "polygon") return Stencil::make(Stencil::Shape::polygon, std::move(values));
  if (shape == "range") return Stencil::make(Stencil::Shape::range, std::move(values));
  badArgument(in(name, "shape"), "'circle', 'polygon' or 'range'", shape);
}

Where asWhere(const Napi::Value& value, std::string_view name) {
  const Napi::Value point = asObject(value, name).Get("point");
  if (!given(point)) return {asStencil(value, name), {}};
  const std::vector<double> lonLat = asNumbers(point, in(name, "point"), 2);
  if (lonLat.size() != 2 || !std::isfinite(lonLat[0]) || !(std::fabs(lonLat[1]) <= 90)) {
    badArgument(in(name, "point"), "[longitude, latitude] in degrees", point);
  }
  return {std::nullopt, toVector(lonLat[0], lonLat[1])};
}

Box asBox(const Napi::Value& value, std::string_view name) {
  const Napi::Object corners = asObject(value, name);
  const Box box{asPixel(corners, "x0", name), asPixel(corners, "y0", name), asPixel(corners, "x1", name),
                asPixel(corners, "y1", name)};
  if (box.x0 >= box.x1 || box.y0 >= box.y1) badArgument(name, "a box with x0 < x1 and y0 < y1", value);
  return box;
}

WideBox asWideBox(const Napi::Value& value, std::string_view name) {
  const Napi::Object corners = asObject(value, name);
  const auto corner = [&](const char* which) {
    const double number = asNumber(corners.Get(which), in(name, which));
    if (!(std::fabs(number) <= 0x1p32) || number != std::trunc(number))
      badArgument(in(name, which), "a whole number of pixels within 2^32", number);
    return static_cast<int64_t>(number);
  };
  const WideBox window{corner("x0"), corner("y0"), corner("x1"), corner("y1")};
  if (window.x0 >= window.x1 || window.y0 >= window.y1)
    badArgument(name, "a box with x0 < x1 and y0 < y1", value);
  return window;
}

namespace {

std::optional<AxisRange> asAxisRange(const Napi::Value& value, const std::string& name) {
  if (!given(value)) return std::nullopt;
  const Napi::Object range = asObject(value, name);
  const auto number = [&](const char* part) {
    return static_cast<uint32_t>(asInteger(range.Get(part), name + "." + part, INT32_MAX));
  };
  return AxisRange{number("from"), number("count"), number("step")};
}

}  // namespace

CutoutRequest asCutoutRequest(const Napi::Value& value, std::string_view name) {
  const Napi::Object object = asObject(value, name);
  CutoutRequest request;
  if (const Napi::Value box = object.Get("box"); given(box)) {
    request.box = asWideBox(box, in(name, "box"));
  }
  request.pad = object.Get("pad").ToBoolean();
  if (const Napi::Value depth = object.Get("depth"); given(depth)) {
    const Napi::Object ranges = asObject(depth, in(name, "depth"));
    request.depth = {asAxisRange(ranges.Get("axis3"), in(name, "depth.axis3")),
                     asAxisRange(ranges.Get("axis4"), in(name, "depth.axis4"))};
  }
  request.detail = asDetail(object.Get("detail"), in(name, "detail"));
  if (const Napi::Value planes = object.Get("planes"); given(planes)) {
    const Napi::Array list = asArray(planes, in(name, "planes"), 1000);
    for (uint32_t i = 0; i < list.Length(); ++i)
      request.planes.push_back(asString(list.Get(i), in(name, "planes")));
  }
  request.datasetId = optionalString(object, "datasetId", name);
  request.stencil = optionalString(object, "stencil", name);
  request.software = optionalString(object, "software", name);
  return request;
}

Napi::Object toObject(Napi::Env env, const Box& box) {
  auto out = Napi::Object::New(env);
  out.Set("x0", box.x0);
  out.Set("y0", box.y0);
  out.Set("x1", box.x1);
  out.Set("y1", box.y1);
  return out;
}

Napi::Object toObject(Napi::Env env, const WideBox& window) {
  auto out = Napi::Object::New(env);
  out.Set("x0", static_cast<double>(window.x0));
  out.Set("y0", static_cast<double>(window.y0));
  out.Set("x1", static_cast<double>(window.x1));
  out.Set("y1", static_cast<double>(window.y1));
  return out;
}

Napi::Array toArray(Napi::Env env, std::span<const double> numbers) {
  auto array = Napi::Array::New(env, numbers.size());
  for (uint32_t i = 0; i < numbers.size(); ++i) array.Set(i, numbers[i]);
  return array;
}

Napi::Array toArray(Napi::Env env, std::span<const std::string> strings) {
  auto array = Napi::Array::New(env, strings.size());
  for (uint32_t i = 0; i < strings.size(); ++i) array.Set(i, strings[i]);
  return array;
}

Napi::Value toUint8Array(Napi::Env env, std::span<const std::byte> bytes) {
  auto buffer = Napi::ArrayBuffer::New(env, bytes.size());
  if (!bytes.empty()) std::memcpy(buffer.Data(), bytes.data(), bytes.size());
  return Napi::Uint8Array::New(env, bytes.size(), buffer, 0);
}

void addCards(Napi::Object values, std::string_view cards) {
  const Header header = Header::fromText(cards);
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string keyword(header.keyword(i));
    if (keyword.empty() || values.HasOwnProperty(keyword)) continue;
    const CardValue value = header.value(i);
    switch (value.type) {
      case ValueType::logical:
        values.Set(keyword, value.logical);
        break;
      // Integers that a JavaScript number cannot hold exactly are rare and stay what doubles make of them.
      case ValueType::integer:
      case ValueType::real:
        values.Set(keyword, value.real);
        break;
      // A date that lacks its quotes can still be read; astropy does so too.
      case ValueType::malformed:
      case ValueType::text:
        values.Set(keyword, value.text);
        break;
      default:
        break;
    }
  }
}

Napi::Object cardsOf(Napi::Env env, std::string_view cards) {
  auto values = Napi::Object::New(env);
  addCards(values, cards);
  return values;
}

PlaneKind asPlaneKind(const Napi::Value& value, std::string_view name,
                      std::initializer_list<PlaneKind> allowed) {
  const std::string word = asString(value, name);
  std::string expected;
  for (const PlaneKind& kind : allowed) {
    if (word == planeWord(kind)) return kind;
    const bool last = &kind + 1 == allowed.end();
    expected += expected.empty() ? "'" : last ? " or '" : ", '";
    expected += planeWord(kind) + std::string("'");
  }
  badArgument(name, expected, word);
}

const char* planeWord(PlaneKind kind) {
  switch (kind) {
    case PlaneKind::image:
      return "image";
    case PlaneKind::mask:
      return "mask";
    case PlaneKind::variance:
      return "variance";
    case PlaneKind::weight:
      return "weight";
    case PlaneKind::sigma:
      return "sigma";
    case PlaneKind::owner:
      return "owner";
    case PlaneKind::other:
      break;
  }
  return "other";
}

}  // namespace vignet::binding
