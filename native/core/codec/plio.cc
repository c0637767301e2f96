#include "core/codec/plio.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {
namespace {

[[noreturn]] void bad(const char* what, int64_t received) {
  throw Error(Kind::data, "BAD_PLIO", expectedFor(what, "the PLIO line list", received));
}

class Words {
 public:
  explicit Words(std::span<const std::byte> in) : in_(in) {}
  size_t size() const { return in_.size() / 2; }
  int32_t operator[](size_t i) const {
    return static_cast<int16_t>(static_cast<uint16_t>(in_[2 * i]) << 8 |
                                static_cast<uint16_t>(in_[2 * i + 1]));
  }

 private:
  std::span<const std::byte> in_;
};

}  // namespace

void plioDecode(std::span<const std::byte> in, std::span<int32_t> out) {
  Words words(in);
  if (words.size() < 3) bad("at least 3 words", static_cast<int64_t>(words.size()));
  // Two headers exist: of 3 words with the list's length in the third, and of as many as the second word
  // says, with the length in the fourth and fifth. Lengths are in words and count the header.
  size_t length = 0, first = 3;
  if (words[2] > 0) {
    length = static_cast<size_t>(words[2]);
  } else {
    if (words.size() < 5) bad("at least 5 words", static_cast<int64_t>(words.size()));
    if (words[1] < 5) bad("a header of at least 5 words", words[1]);
    if (words[3] < 0 || words[4] < 0) bad("a length of at least 0", std::min(words[3], words[4]));
    first = static_cast<size_t>(words[1]);
    length = static_cast<size_t>(words[4]) << 15 | static_cast<size_t>(words[3]);
  }
  if (length < first) bad("a length that includes its header", static_cast<int64_t>(length));
  if (length > words.size()) bad("at most the length of its cell", static_cast<int64_t>(length));

  uint32_t value = 1;
  size_t x = 0;
  for (size_t i = first; i < length && x < out.size(); ++i) {
    if (words[i] < 0) bad("instructions 0 to 7", words[i]);
    const int code = words[i] >> 12;
    const uint32_t data = static_cast<uint32_t>(words[i]) & 0xfff;
    switch (code) {
      case 0:    // data zeros
      case 4:    // data pixels of the value
      case 5: {  // data - 1 zeros and one pixel of the value
        const size_t run = std::min<size_t>(data, out.size() - x);
        std::fill_n(out.begin() + x, run, code == 4 ? static_cast<int32_t>(value) : 0);
        if (code == 5 && run == data && run > 0) out[x + run - 1] = static_cast<int32_t>(value);
        x += run;
        break;
      }
      case 1:  // the value anew, from two words
        if (++i >= length) bad("a second word for its last instruction", 1);
        value = (static_cast<uint32_t>(words[i]) << 12) + data;
        break;
      case 2:
        value += data;
        break;
      case 3:
        value -= data;
        break;
      case 6:  // change the value and write one pixel of it
        value += data;
        out[x++] = static_cast<int32_t>(value);
        break;
      case 7:
        value -= data;
        out[x++] = static_cast<int32_t>(value);
        break;
    }
  }
  std::fill(out.begin() + x, out.end(), 0);
}

}  // namespace vignet
