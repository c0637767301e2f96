#include "core/index/dataset_index.h"

#include <memory>

#include "binding/calls.h"
#include "binding/errors.h"
#include "binding/values.h"
#include "core/base/error.h"

namespace vignet::binding {
namespace {

// Held by every method of the JavaScript object; unmapped by close(), or when the last of them has been
// collected, or when the environment dies.
using Shared = std::shared_ptr<std::unique_ptr<DatasetIndex>>;

const DatasetIndex& opened(const Shared& index) {
  if (!*index) throw Error(Kind::fatal, "CLOSED", "the dataset index has been closed");
  return **index;
}

template <class Run>
void method(Napi::Object object, const char* name, Run run) {
  object.Set(name, Napi::Function::New(object.Env(), guarded(std::move(run)), name));
}

IndexRow asRow(const Napi::Value& value, std::string_view name) {
  const Napi::Object object = asObject(value, name);
  const std::string prefix = std::string(name) + ".";
  IndexRow row;
  row.uuid = parseUuid(asString(object.Get("uuid"), prefix + "uuid"));
  row.pack = static_cast<uint32_t>(asInteger(object.Get("pack"), prefix + "pack", UINT32_MAX));
  row.offset = asInteger(object.Get("offset"), prefix + "offset");
  row.length = asInteger(object.Get("length"), prefix + "length");
  row.footprint = asNumbers(object.Get("footprint"), prefix + "footprint");
  row.emMin = asNumber(object.Get("emMin"), prefix + "emMin");
  row.emMax = asNumber(object.Get("emMax"), prefix + "emMax");
  row.tMin = asNumber(object.Get("tMin"), prefix + "tMin");
  row.tMax = asNumber(object.Get("tMax"), prefix + "tMax");
  return row;
}

Napi::Value toObject(Napi::Env env, const IndexRow& row) {
  auto object = Napi::Object::New(env);
  object.Set("uuid", formatUuid(row.uuid));
  object.Set("pack", row.pack);
  object.Set("offset", static_cast<double>(row.offset));
  object.Set("length", static_cast<double>(row.length));
  object.Set("emMin", row.emMin);
  object.Set("emMax", row.emMax);
  object.Set("tMin", row.tMin);
  object.Set("tMax", row.tMax);
  return object;
}

Napi::Value toUint32Array(Napi::Env env, const std::vector<uint32_t>& rows) {
  auto array = Napi::Uint32Array::New(env, rows.size());
  std::copy(rows.begin(), rows.end(), array.Data());
  return array;
}

}  // namespace

Napi::Value buildIndex(const Napi::CallbackInfo& info) {
  const std::string path = asString(info[0], "path");
  const Napi::Array array = asArray(info[1], "rows", UINT32_MAX - 2);
  std::vector<IndexRow> rows;
  rows.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(info.Env());  // millions of rows would keep millions of handles
    rows.push_back(asRow(array.Get(i), "rows[" + std::to_string(i) + "]"));
  }
  vignet::buildIndex(path, rows);
  return info.Env().Undefined();
}

Napi::Value openIndex(const Napi::CallbackInfo& info) {
  const Shared index = std::make_shared<std::unique_ptr<DatasetIndex>>(
      std::make_unique<DatasetIndex>(asString(info[0], "path")));
  auto object = Napi::Object::New(info.Env());
  object.Set("size", opened(index).size());
  method(object, "find", [index](const Napi::CallbackInfo& call) -> Napi::Value {
    const int64_t row = opened(index).find(parseUuid(asString(call[0], "uuid")));
    return Napi::Number::New(call.Env(), static_cast<double>(row));
  });
  method(object, "row", [index](const Napi::CallbackInfo& call) {
    return toObject(call.Env(),
                    opened(index).row(static_cast<uint32_t>(asInteger(call[0], "number", UINT32_MAX))));
  });
  method(object, "search", [index](const Napi::CallbackInfo& call) {
    const Where where = asWhere(call[0], "stencil");
    const DatasetIndex& open = opened(index);
    return toUint32Array(call.Env(), where.stencil ? open.search(*where.stencil) : open.search(where.point));
  });
  method(object, "verify", [index](const Napi::CallbackInfo& call) {
    opened(index).verify();
    return call.Env().Undefined();
  });
  method(object, "close", [index](const Napi::CallbackInfo& call) {
    index->reset();
    return call.Env().Undefined();
  });
  return object;
}

}  // namespace vignet::binding
