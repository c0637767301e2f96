// JSON as a sequence of tokens, for texts of files that nobody vouches for.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vignet {

enum class JsonToken : uint8_t { beginObject, endObject, beginArray, endArray, key, text, scalar, end, bad };

// One pass without recursion: time grows with the text, memory with its depth, which is bounded. Separators
// are not checked, numbers and words are not read: a text that JSON parsers refuse may pass.
class JsonScan {
 public:
  static constexpr size_t kMostDepth = 200;

  explicit JsonScan(std::string_view text) : text_(text) {}

  // The next token; `bad` where the text is no JSON or too deep, and ever after. `end` behind the one value.
  JsonToken next();

  // Where the last token is: of keys and texts without their quotes, escapes as they stand.
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }
  std::string_view token() const { return text_.substr(begin_, end_ - begin_); }
  // Objects and arrays that are open.
  size_t depth() const { return open_.size(); }

 private:
  JsonToken open(bool object);
  JsonToken close(bool object);
  JsonToken quoted();
  JsonToken plain();
  JsonToken fail();

  std::string_view text_;
  size_t at_ = 0, begin_ = 0, end_ = 0;
  std::vector<bool> open_;  // true: an object
  bool keyNext_ = false, done_ = false, bad_ = false;
};

}  // namespace vignet
