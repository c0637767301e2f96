// Where a call's bytes come from: files beneath a root, or supplied extents of what lies elsewhere.
#pragma once
#include <napi.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "binding/values.h"
#include "core/base/error.h"
#include "core/bytes/missing_bytes.h"
#include "core/bytes/reader.h"
#include "core/seek/seek_table.h"

namespace vignet::binding {

class SourceArgument {
  // Of a file of `of` bytes.
  struct Part {
    ByteRange range;
    uint64_t of;
  };

 public:
  SourceArgument(const Napi::Value& value, std::string_view name);

  // Call when all arguments are unpacked. `expected`: what the file must still look like. `root`: the folder
  // opened last, and then this one's.
  void open(const std::optional<FileStamp>& expected, std::optional<Root>& root);
  void open(const std::optional<FileStamp>& expected = std::nullopt);
  // Null until opened.
  Reader* reader() const { return reader_.get(); }
  // Nothing more is read; what was missing is still known.
  void close();
  bool sparse() const { return sparse_; }
  // What is missing of a sparse source; empty for files.
  std::vector<ByteRange> need() const;

 private:
  std::unique_ptr<Reader> openPart(const Root& root, const Part& part,
                                   const std::optional<FileStamp>& expected) const;
  void unpackExtents(const Napi::Object& object, const Napi::Value& extents, const std::string& prefix);

  std::string root_, path_;
  std::optional<Part> part_;
  FileStamp stamp_;
  std::vector<std::pair<uint64_t, Bytes>> extents_;
  bool sparse_ = false;
  std::optional<Error> lost_;
  std::unique_ptr<Reader> reader_;
  std::vector<ByteRange> need_;  // of a source that was closed
};

// The pack that was opened last: the datasets of one call mostly share it.
struct OpenPack {
  std::string file;
  std::unique_ptr<Reader> reader;
};

// Seek points of a dataset, `{root, path, offset, length}`, or none.
class SeekArgument {
 public:
  SeekArgument(const Napi::Value& value, std::string_view name);

  const std::string& file() const { return file_; }  // root and path; "" without any
  // Call when all arguments are unpacked; `layout` must outlive this, and `pack` hold until it is done with.
  // Null when there are none, or none that can be read: everything can be had without.
  SeekTable* open(const Layout& layout, OpenPack& pack);

 private:
  std::string root_, path_, file_;
  uint64_t offset_ = 0, length_ = 0;
  std::optional<SeekTable> table_;
};

std::vector<SourceArgument> asSources(const Napi::Value& value, std::string_view name);
// Throws Error{usage, BAD_ARGUMENT} unless there is a source for each file of the layout.
void checkSources(const std::vector<SourceArgument>& sources, const Layout& layout, std::string_view name);

// Why the files of a layout cannot be read as they were ingested, if so. Of a source of extents the first
// byte is read, so that whoever supplies it has to check the object. `root`: the folder opened last. Throws
// as checkSources.
std::optional<Error> probeSources(std::vector<SourceArgument>& sources, const Layout& layout,
                                  std::string_view name, std::optional<Root>& root);

// Sets the property `need` of an answer, one list of ranges for each source, if anything is missing. False:
// nothing is.
bool setNeed(const Napi::Object& answer,
             std::span<const SourceArgument* const> sources);  // null: needs nothing
bool setNeed(const Napi::Object& answer, const std::vector<SourceArgument>& sources);

// What `run` gives, or `{need}` where bytes are missing.
template <typename Run>
Napi::Value orNeed(Napi::Env env, const std::vector<SourceArgument>& sources, Run run) {
  try {
    return run();
  } catch (const NeedRanges&) {
    auto answer = Napi::Object::New(env);
    if (!setNeed(answer, sources)) throw;
    return answer;
  }
}

}  // namespace vignet::binding
