#include "binding/calls.h"
#include "core/fits/mask_map.h"
#include "core/stack/record.h"

namespace vignet::binding {
namespace {

Napi::Value text(Napi::Env env, std::string_view value) { return Napi::String::New(env, std::string(value)); }

}  // namespace

Napi::Value stackRecord(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto columns = Napi::Array::New(env, kRecordColumns.size());
  for (uint32_t i = 0; i < kRecordColumns.size(); ++i) {
    const RecordColumn& c = kRecordColumns[i];
    auto column = Napi::Object::New(env);
    column.Set("name", text(env, c.name));
    column.Set("type", c.form == 'J' ? "int" : "float");
    column.Set("required", true);
    column.Set("imageUnit", c.unit == kImageUnit);
    if (!c.unit.empty() && c.unit != kImageUnit) column.Set("unit", text(env, c.unit));
    column.Set("ucd", text(env, c.ucd));
    column.Set("description", text(env, c.description));
    column.Set("offset", static_cast<double>(c.offset));
    columns.Set(i, column);
  }
  auto flags = Napi::Array::New(env, kStampFlags.size());
  for (uint32_t i = 0; i < kStampFlags.size(); ++i) {
    auto flag = Napi::Object::New(env);
    flag.Set("name", text(env, kStampFlags[i].name));
    flag.Set("bit", static_cast<uint32_t>(kStampFlags[i].flag));
    flag.Set("description", text(env, kStampFlags[i].description));
    flags.Set(i, flag);
  }
  auto names = Napi::Object::New(env);
  for (const auto& [old, now] : kMaskNameChanges) names.Set(text(env, old), text(env, now));
  auto record = Napi::Object::New(env);
  record.Set("bytes", static_cast<double>(kRecordBytes));
  record.Set("apertureRadius", kApertureRadius);
  record.Set("columns", columns);
  record.Set("flags", flags);
  record.Set("maskNameChanges", names);
  return record;
}

}  // namespace vignet::binding
