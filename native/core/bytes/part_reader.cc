#include <limits>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/reader.h"

namespace vignet {
namespace {

class PartReader : public Reader {
 public:
  PartReader(std::unique_ptr<Reader> whole, ByteRange part) : whole_(std::move(whole)), part_(part) {}

  FileStamp stamp() const override { return {.size = part_.length, .mtimeNs = whole_->stamp().mtimeNs}; }

  void read(uint64_t offset, std::span<std::byte> out) override {
    if (offset > part_.length || out.size() > part_.length - offset) {
      throw Error(Kind::data, "TRUNCATED",
                  expectedFor("at least " + std::to_string(offset + out.size()) + " bytes",
                              "the member of the zip file",
                              std::to_string(part_.length) + "; write the zip file again"));
    }
    whole_->read(part_.offset + offset, out);
  }

 private:
  std::unique_ptr<Reader> whole_;
  ByteRange part_;
};

}  // namespace

std::unique_ptr<Reader> partOf(std::unique_ptr<Reader> whole, ByteRange part) {
  const uint64_t size = whole->size();
  if (part.offset > size || part.length > size - part.offset)
    throw Error(
        Kind::data, "TRUNCATED",
        "expected the member inside the zip file, received one that reaches beyond its end; write the "
        "zip file again");
  return std::make_unique<PartReader>(std::move(whole), part);
}

}  // namespace vignet
