#include "binding/sources.h"

#include <algorithm>

#include "core/base/error.h"

namespace vignet::binding {

namespace {

ErrorKind asKind(const std::string& word, std::string_view name) {
  if (word == "usage") return ErrorKind::usage;
  if (word == "data") return ErrorKind::data;
  if (word == "transient") return ErrorKind::transient;
  if (word == "fatal") return ErrorKind::fatal;
  badArgument(name, "'usage', 'data', 'transient' or 'fatal'", word);
}

}  // namespace

SourceArgument::SourceArgument(const Napi::Value& value, std::string_view name) {
  const std::string prefix = std::string(name) + ".";
  const Napi::Object object = asObject(value, name);
  if (const Napi::Value extents = object.Get("extents"); given(extents)) {
    unpackExtents(object, extents, prefix);
    return;
  }
  if (const Napi::Value lost = object.Get("lost"); given(lost)) {
    const Napi::Object error = asObject(lost, prefix + "lost");
    const ErrorKind kind = asKind(asString(error.Get("kind"), prefix + "lost.kind"), prefix + "lost.kind");
    lost_ = Error::relayed(kind, asString(error.Get("code"), prefix + "lost.code"),
                           asString(error.Get("detail"), prefix + "lost.detail"));
    return;
  }
  root_ = asString(object.Get("root"), prefix + "root");
  path_ = asString(object.Get("path"), prefix + "path");
  if (const Napi::Value part = object.Get("part"); given(part)) {
    const Napi::Object held = asObject(part, prefix + "part");
    part_ = Part{{asInteger(held.Get("offset"), prefix + "part.offset"),
                  asInteger(held.Get("length"), prefix + "part.length")},
                 asInteger(held.Get("of"), prefix + "part.of")};
  }
}

std::unique_ptr<Reader> SourceArgument::openPart(const Root& root, const Part& part,
                                                 const std::optional<FileStamp>& expected) const {
  if (expected && expected->size != part.range.length)
    throw Error(
        Kind::data, "FILE_CHANGED",
        "expected the member of the zip file as it was ingested, received one of another size; ingest "
        "it again");
  const FileStamp whole{.size = part.of, .mtimeNs = expected ? expected->mtimeNs : 0};
  return partOf(openFile(root, path_, whole), part.range);
}

void SourceArgument::unpackExtents(const Napi::Object& object, const Napi::Value& extents,
                                   const std::string& prefix) {
  sparse_ = true;
  stamp_.size = asInteger(object.Get("size"), prefix + "size");
  if (const Napi::Value time = object.Get("mtimeNs"); given(time)) {
    bool lossless = false;
    if (time.IsBigInt()) stamp_.mtimeNs = time.As<Napi::BigInt>().Int64Value(&lossless);
    if (!lossless) badArgument(prefix + "mtimeNs", "a BigInt of nanoseconds", time);
  }
  const Napi::Array array = asArray(extents, prefix + "extents", 1'000'000);
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Object extent = asObject(array.Get(i), prefix + "extents");
    extents_.emplace_back(asInteger(extent.Get("offset"), prefix + "extents.offset"),
                          Bytes(extent.Get("bytes"), prefix + "extents.bytes"));
  }
}

void SourceArgument::open(const std::optional<FileStamp>& expected) {
  std::optional<Root> root;
  open(expected, root);
}

void SourceArgument::open(const std::optional<FileStamp>& expected, std::optional<Root>& root) {
  if (lost_) throw *lost_;
  if (!sparse_) {
    if (!root || root->path() != root_) root.emplace(root_);
    reader_ = part_ ? openPart(*root, *part_, expected) : openFile(*root, path_, expected);
    return;
  }
  if (expected && (expected->size != stamp_.size ||
                   (stamp_.mtimeNs && expected->mtimeNs && expected->mtimeNs != stamp_.mtimeNs))) {
    throw Error(
        Kind::data, "FILE_CHANGED",
        "expected the file as it was ingested for the supplied extents, received those of a changed one; "
        "ingest it again");
  }
  std::vector<ExtentReader::Extent> extents;
  extents.reserve(extents_.size());
  for (const auto& [offset, bytes] : extents_) extents.push_back({offset, bytes.span()});
  reader_ = std::make_unique<ExtentReader>(stamp_, std::move(extents));
}

void SourceArgument::close() {
  need_ = need();
  reader_.reset();
}

std::vector<ByteRange> SourceArgument::need() const {
  const auto* sparse = sparse_ ? static_cast<const ExtentReader*>(reader_.get()) : nullptr;
  return sparse ? sparse->need() : need_;
}

SeekArgument::SeekArgument(const Napi::Value& value, std::string_view name) {
  if (!given(value)) return;
  const std::string prefix = std::string(name) + ".";
  const Napi::Object object = asObject(value, name);
  root_ = asString(object.Get("root"), prefix + "root");
  path_ = asString(object.Get("path"), prefix + "path");
  file_ = root_ + "/" + path_;
  offset_ = asInteger(object.Get("offset"), prefix + "offset");
  length_ = asInteger(object.Get("length"), prefix + "length");
}

SeekTable* SeekArgument::open(const Layout& layout, OpenPack& pack) {
  if (file_.empty()) return nullptr;
  if (file_ != pack.file) {
    pack.file.clear();
    try {
      pack.reader = openFile(root_, path_);
    } catch (const Error&) {
      return nullptr;
    }
    pack.file = file_;
  }
  return &table_.emplace(*pack.reader, offset_, length_, layout);
}

std::vector<SourceArgument> asSources(const Napi::Value& value, std::string_view name) {
  const Napi::Array array = asArray(value, name, 65535);
  std::vector<SourceArgument> sources;
  sources.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    sources.emplace_back(array.Get(i), std::string(name) + "[" + std::to_string(i) + "]");
  }
  return sources;
}

void checkSources(const std::vector<SourceArgument>& sources, const Layout& layout, std::string_view name) {
  if (sources.size() == layout.files.size()) return;
  badArgument(name, "one source for each of the layout's " + std::to_string(layout.files.size()) + " files",
              static_cast<double>(sources.size()));
}

bool setNeed(const Napi::Object& answer, std::span<const SourceArgument* const> sources) {
  const auto lacks = [](const SourceArgument* source) { return source && !source->need().empty(); };
  if (std::none_of(sources.begin(), sources.end(), lacks)) return false;
  const Napi::Env env = answer.Env();
  auto lists = Napi::Array::New(env, sources.size());
  for (uint32_t i = 0; i < sources.size(); ++i) {
    const std::vector<ByteRange> ranges = sources[i] ? sources[i]->need() : std::vector<ByteRange>();
    auto list = Napi::Array::New(env, ranges.size());
    for (uint32_t j = 0; j < ranges.size(); ++j) {
      auto range = Napi::Object::New(env);
      range.Set("offset", static_cast<double>(ranges[j].offset));
      range.Set("length", static_cast<double>(ranges[j].length));
      list.Set(j, range);
    }
    lists.Set(i, list);
  }
  answer.Set("need", lists);
  return true;
}

bool setNeed(const Napi::Object& answer, const std::vector<SourceArgument>& sources) {
  std::vector<const SourceArgument*> all;
  for (const SourceArgument& source : sources) all.push_back(&source);
  return setNeed(answer, all);
}

std::optional<Error> probeSources(std::vector<SourceArgument>& sources, const Layout& layout,
                                  std::string_view name, std::optional<Root>& root) {
  std::optional<Error> problem;
  MissingBytes missing;
  checkSources(sources, layout, name);
  try {
    for (size_t i = 0; i < sources.size(); ++i) {
      sources[i].open(layout.files[i], root);
      std::byte first;
      if (sources[i].sparse()) missing.attempt([&] { sources[i].reader()->read(0, {&first, 1}); });
    }
  } catch (const Error& e) {
    problem = e;
  }
  for (SourceArgument& source : sources) source.close();
  return problem;
}

}  // namespace vignet::binding
