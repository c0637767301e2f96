#include "core/index/dataset_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "binding/calls.h"
#include "binding/errors.h"
#include "binding/values.h"
#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet::binding {
namespace {

// Held by every method of the JavaScript object; let go by close(), or when the last of them has been
// collected, or when the environment dies. A search in another thread holds the index until it comes back.
using Shared = std::shared_ptr<std::shared_ptr<const DatasetIndex>>;

// What of a kind is open in the process, by handles: searches run in threads with environments of their own.
template <class Thing>
class Open {
 public:
  explicit Open(const char* closed) : closed_(closed) {}
  uint32_t add(const std::shared_ptr<Thing>& thing) {
    const std::lock_guard lock(mutex_);
    std::erase_if(open_, [](const auto& one) { return one.second.expired(); });
    open_[++last_] = thing;
    return last_;
  }
  std::shared_ptr<Thing> at(uint32_t handle) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(handle);
    return opened(found == open_.end() ? nullptr : found->second.lock());
  }
  // Of one's own.
  std::shared_ptr<Thing> opened(std::shared_ptr<Thing> thing) const {
    if (!thing) throw Error(Kind::fatal, "CLOSED", closed_);
    return thing;
  }

 private:
  const char* closed_;
  std::mutex mutex_;
  std::map<uint32_t, std::weak_ptr<Thing>> open_;
  uint32_t last_ = 0;
};

Open<const DatasetIndex>& openIndexes() {
  static Open<const DatasetIndex> all("the dataset index has been closed");
  return all;
}

// Searches, and the index that they hold open.
struct Searching {
  std::shared_ptr<const DatasetIndex> index;
  SearchState state;
};

Open<Searching>& openSearches() {
  static Open<Searching> all("the search of the dataset index has been closed");
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

const DatasetIndex& opened(const Shared& index) { return *openIndexes().opened(*index); }

template <class Run>
void method(Napi::Object object, const char* name, Run run) {
  object.Set(name, Napi::Function::New(object.Env(), guarded(std::move(run)), name));
}

// Bytes of hexadecimal digits.
template <std::size_t kBytes>
std::array<uint8_t, kBytes> digestOf(std::string_view text, std::string_view name) {
  std::array<uint8_t, kBytes> bytes{};
  bool isRight = text.size() == 2 * kBytes;
  for (std::size_t n = 0; isRight && n < kBytes; n++) {
    const char* at = text.data() + 2 * n;
    const auto read = std::from_chars(at, at + 2, bytes[n], 16);
    isRight = read.ec == std::errc{} && read.ptr == at + 2;
  }
  if (!isRight)
    throw Error(Kind::usage, "BAD_ARGUMENT",
                expectedFor(std::to_string(2 * kBytes) + " hexadecimal digits", name, text.substr(0, 60)));
  return bytes;
}

template <std::size_t kBytes>
std::string toDigits(const std::array<uint8_t, kBytes>& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

using State = std::array<uint8_t, sizeof(uint64_t)>;

// Whole numbers of `limit` at most, which JavaScript gives as any number.
uint64_t wholeOf(double number, double limit, std::string_view name) {
  if (!(number >= 0 && number <= limit && number == std::trunc(number)))
    badArgument(name, "a whole number from 0 to " + std::to_string(static_cast<uint64_t>(limit)), number);
  return static_cast<uint64_t>(number);
}

std::vector<IndexRow> asRows(const Napi::Value& value, const std::string& name) {
  constexpr std::size_t kOrigin = sizeof(FileDigest) + sizeof(State);
  const Napi::Object table = asObject(value, name);
  const Bytes uuidBytes(table.Get("uuids"), name + ".uuids"),
      originBytes(table.Get("origins"), name + ".origins");
  const auto uuids = uuidBytes.span(), origins = originBytes.span();
  const Napi::Value given = table.Get("numbers");
  if (!given.IsTypedArray() || given.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array)
    badArgument(name + ".numbers", "a Float64Array", given);
  const auto array = given.As<Napi::Float64Array>();
  std::span<const double> numbers(array.Data(), array.ElementLength());
  const auto take = [&](std::size_t count) {
    if (numbers.size() < count)
      badArgument(name + ".numbers", "numbers of all rows", static_cast<double>(array.ElementLength()));
    const auto taken = numbers.first(count);
    numbers = numbers.subspan(count);
    return taken;
  };
  const std::size_t count = uuids.size() / sizeof(Uuid);
  if (uuids.size() % sizeof(Uuid) != 0 || origins.size() != count * kOrigin)
    badArgument(name + ".origins", "an origin for each UUID", static_cast<double>(origins.size()));
  std::vector<IndexRow> rows(count);
  for (std::size_t n = 0; n < count; n++) {
    IndexRow& row = rows[n];
    std::memcpy(row.uuid.data(), &uuids[n * sizeof(Uuid)], sizeof(Uuid));
    std::memcpy(row.file.data(), &origins[n * kOrigin], sizeof(FileDigest));
    std::memcpy(&row.state, &origins[n * kOrigin + sizeof(FileDigest)], sizeof row.state);
    const auto fixed = take(8);
    row.pack = static_cast<uint32_t>(wholeOf(fixed[0], UINT32_MAX, "pack"));
    row.offset = wholeOf(fixed[1], 0x1p53, "offset"), row.length = wholeOf(fixed[2], 0x1p53, "length");
    row.emMin = fixed[3], row.emMax = fixed[4], row.tMin = fixed[5], row.tMax = fixed[6];
    const auto footprint = take(wholeOf(fixed[7], UINT32_MAX, "footprint"));
    row.footprint.assign(footprint.begin(), footprint.end());
  }
  if (!numbers.empty())
    badArgument(name + ".numbers", "numbers of all rows", static_cast<double>(array.ElementLength()));
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

namespace {

// What searches find, for the thread that asked for them.
Napi::Value toSearch(Napi::Env env, const std::shared_ptr<const DatasetIndex>& index) {
  const auto search =
      std::make_shared<std::shared_ptr<Searching>>(std::make_shared<Searching>(Searching{index, {}}));
  auto object = Napi::Object::New(env);
  object.Set("handle", openSearches().add(*search));
  method(object, "rows", [search](const Napi::CallbackInfo& call) -> Napi::Value {
    const std::vector<uint32_t> rows = openSearches().opened(*search)->state.found.ascending();
    auto numbers = Napi::Uint32Array::New(call.Env(), rows.size());
    std::copy(rows.begin(), rows.end(), numbers.Data());
    return numbers;
  });
  method(object, "close", [search](const Napi::CallbackInfo& call) {
    search->reset();
    return call.Env().Undefined();
  });
  return object;
}

}  // namespace

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
  method(object, "ofFile", [index](const Napi::CallbackInfo& call) -> Napi::Value {
    const auto rows = opened(index).ofFile(digestOf<sizeof(FileDigest)>(asString(call[0], "file"), "file"));
    auto numbers = Napi::Array::New(call.Env(), rows.size());
    for (uint32_t n = 0; n < rows.size(); n++) numbers.Set(n, rows[n]);
    return numbers;
  });
  method(object, "origin", [index](const Napi::CallbackInfo& call) -> Napi::Value {
    const IndexRow row = opened(index).row(static_cast<uint32_t>(asInteger(call[0], "number", UINT32_MAX)));
    auto origin = Napi::Object::New(call.Env());
    origin.Set("file", toDigits(row.file));
    origin.Set("state", toDigits(std::bit_cast<State>(row.state)));
    return origin;
  });
  method(object, "verify", [index](const Napi::CallbackInfo& call) {
    opened(index).verify();
    return call.Env().Undefined();
  });
  method(object, "search", [index](const Napi::CallbackInfo& call) {
    return toSearch(call.Env(), openIndexes().opened(*index));
  });
  method(object, "close", [index](const Napi::CallbackInfo& call) {
    index->reset();
    return call.Env().Undefined();
  });
  return object;
}

Napi::Value searchIndex(const Napi::CallbackInfo& info) {
  const Napi::Object task = asObject(info[0], "task");
  const auto handle = static_cast<uint32_t>(asInteger(task.Get("search"), "task.search", UINT32_MAX));
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
  const uint64_t cursor = asInteger(info[1], "cursor");
  const ControlArguments control(info[2], info[3]);

  const auto search = openSearches().at(handle);
  const uint64_t done =
      search->index->search(searches, among.rows(), most, search->state, cursor, control.control());
  auto answer = Napi::Object::New(info.Env());
  answer.Set("done", static_cast<double>(done));
  answer.Set("found", static_cast<double>(search->state.found.count()));
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
