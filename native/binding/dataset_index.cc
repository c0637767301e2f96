#include "core/index/dataset_index.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "binding/calls.h"
#include "binding/errors.h"
#include "binding/values.h"
#include "core/base/error.h"

namespace vignet::binding {
namespace {

// Held by every method of the JavaScript object; let go by close(), or when the last of them has been
// collected, or when the environment dies. A search in another thread holds the index until it comes back.
using Shared = std::shared_ptr<std::shared_ptr<const DatasetIndex>>;

// The open indexes of the process by their handles: searches run in threads with environments of their own.
class OpenIndexes {
 public:
  uint32_t add(const std::shared_ptr<const DatasetIndex>& index) {
    const std::lock_guard lock(mutex_);
    std::erase_if(open_, [](const auto& one) { return one.second.expired(); });
    open_[++last_] = index;
    return last_;
  }
  std::shared_ptr<const DatasetIndex> at(uint32_t handle) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(handle);
    std::shared_ptr<const DatasetIndex> index = found == open_.end() ? nullptr : found->second.lock();
    if (!index) throw Error(Kind::fatal, "CLOSED", "the dataset index has been closed");
    return index;
  }

 private:
  std::mutex mutex_;
  std::map<uint32_t, std::weak_ptr<const DatasetIndex>> open_;
  uint32_t last_ = 0;
};

OpenIndexes& openIndexes() {
  static OpenIndexes all;
  return all;
}

// The rows that a task is about; absent: all of them.
class AmongRows {
 public:
  explicit AmongRows(const Napi::Value& value) {
    if (!given(value)) return;
    const Napi::Object rows = asObject(value, "task.among");
    bytes_.emplace(rows.Get("bytes"), "task.among.bytes");
    rows_ = {bytes_->span(), asInteger(rows.Get("skip"), "task.among.skip", 7)};
  }
  const RowBits* rows() const { return bytes_ ? &rows_ : nullptr; }

 private:
  std::optional<Bytes> bytes_;
  RowBits rows_;
};

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

std::vector<IndexRow> asRows(const Napi::Value& value, const std::string& name) {
  const Napi::Array array = asArray(value, name, UINT32_MAX - 2);
  std::vector<IndexRow> rows;
  rows.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(value.Env());  // millions of rows would keep millions of handles
    rows.push_back(asRow(array.Get(i), name + "[" + std::to_string(i) + "]"));
  }
  return rows;
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

}  // namespace

Napi::Value buildIndex(const Napi::CallbackInfo& info) {
  const std::string path = asString(info[0], "path");
  vignet::buildIndex(path, asRows(info[1], "rows"));
  return info.Env().Undefined();
}

Napi::Value updateIndex(const Napi::CallbackInfo& info) {
  const std::string path = asString(info[0], "path");
  const auto current = openIndexes().at(static_cast<uint32_t>(asInteger(info[1], "handle", UINT32_MAX)));
  const Napi::Array array = asArray(info[2], "remove", UINT32_MAX - 2);
  std::vector<Uuid> remove;
  remove.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(info.Env());
    remove.push_back(parseUuid(asString(array.Get(i), "remove")));
  }
  vignet::updateIndex(path, *current, remove, asRows(info[3], "add"));
  return info.Env().Undefined();
}

Napi::Value mergeIndex(const Napi::CallbackInfo& info) {
  const std::string path = asString(info[0], "path");
  vignet::mergeIndex(path,
                     *openIndexes().at(static_cast<uint32_t>(asInteger(info[1], "handle", UINT32_MAX))));
  return info.Env().Undefined();
}

Napi::Value openIndex(const Napi::CallbackInfo& info) {
  const Shared index =
      std::make_shared<std::shared_ptr<const DatasetIndex>>(std::make_shared<const DatasetIndex>(
          asString(info[0], "path"), given(info[1]) ? asString(info[1], "basePath") : ""));
  auto object = Napi::Object::New(info.Env());
  object.Set("size", opened(index).size());
  object.Set("baseRows", opened(index).baseRows());
  object.Set("changed", static_cast<double>(opened(index).changed()));
  object.Set("handle", openIndexes().add(*index));
  method(object, "find", [index](const Napi::CallbackInfo& call) -> Napi::Value {
    const int64_t row = opened(index).find(parseUuid(asString(call[0], "uuid")));
    return Napi::Number::New(call.Env(), static_cast<double>(row));
  });
  method(object, "row", [index](const Napi::CallbackInfo& call) {
    return toObject(call.Env(),
                    opened(index).row(static_cast<uint32_t>(asInteger(call[0], "number", UINT32_MAX))));
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

Napi::Value searchIndex(const Napi::CallbackInfo& info) {
  const Napi::Object task = asObject(info[0], "task");
  const auto handle = static_cast<uint32_t>(asInteger(task.Get("handle"), "task.handle", UINT32_MAX));
  const Napi::Array array = asArray(task.Get("searches"), "task.searches", 10'000);
  std::vector<IndexSearch> searches;
  searches.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Object one = asObject(array.Get(i), "task.searches");
    const Where where = asWhere(one.Get("region"), "task.searches.region");
    IndexSearch search{where.stencil, where.point};
    if (given(one.Get("time"))) {
      const std::vector<double> time = asNumbers(one.Get("time"), "task.searches.time", 2);
      if (time.size() != 2)
        badArgument("task.searches.time", "two numbers", static_cast<double>(time.size()));
      search.after = time[0], search.before = time[1];
    }
    searches.push_back(std::move(search));
  }
  const uint64_t most = asInteger(task.Get("most"), "task.most");
  const AmongRows among(task.Get("among"));
  const Bytes state(info[1], "state");
  const uint64_t cursor = asInteger(info[2], "cursor");
  const ControlArguments control(info[3], info[4]);

  const auto index = openIndexes().at(handle);
  const SearchState found(state.span(), index->size());
  const uint64_t done = index->search(searches, among.rows(), most, found, cursor, control.control());
  auto answer = Napi::Object::New(info.Env());
  answer.Set("done", static_cast<double>(done));
  answer.Set("found", static_cast<double>(found.count()));
  return answer;
}

Napi::Value coverIndex(const Napi::CallbackInfo& info) {
  const Napi::Object task = asObject(info[0], "task");
  const auto handle = static_cast<uint32_t>(asInteger(task.Get("handle"), "task.handle", UINT32_MAX));
  const auto order = static_cast<int>(asInteger(task.Get("order"), "task.order", CellSet::kMaxOrder));
  const AmongRows among(task.Get("among"));
  const Bytes memory(info[1], "cells");
  const uint64_t cursor = asInteger(info[2], "cursor");
  const ControlArguments control(info[3], info[4]);

  const auto index = openIndexes().at(handle);
  CellSet cells(memory.span(), order);
  const uint64_t done = index->cover(among.rows(), cells, cursor, control.control());
  auto answer = Napi::Object::New(info.Env());
  answer.Set("done", static_cast<double>(done));
  if (done < index->size()) return answer;
  const std::vector<uint32_t> uniq = cells.uniq();
  auto numbers = Napi::Uint32Array::New(info.Env(), uniq.size());
  std::copy(uniq.begin(), uniq.end(), numbers.Data());
  answer.Set("uniq", numbers);
  return answer;
}

}  // namespace vignet::binding
