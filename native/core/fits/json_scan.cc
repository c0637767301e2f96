#include "core/fits/json_scan.h"

#include <algorithm>

namespace vignet {

JsonToken JsonScan::fail() {
  bad_ = true;
  return JsonToken::bad;
}

JsonToken JsonScan::next() {
  if (bad_) return JsonToken::bad;
  constexpr std::string_view kBetween = " \t\r\n,:";
  at_ = std::min(text_.find_first_not_of(kBetween, at_), text_.size());
  begin_ = at_;
  if (at_ == text_.size()) return done_ ? JsonToken::end : fail();
  if (done_) return fail();
  switch (text_[at_]) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '}':
      return close(true);
    case ']':
      return close(false);
    case '"':
      return quoted();
    default:
      return plain();
  }
}

JsonToken JsonScan::open(bool object) {
  if (keyNext_ || open_.size() == kMostDepth) return fail();
  open_.push_back(object);
  keyNext_ = object;
  end_ = ++at_;
  return object ? JsonToken::beginObject : JsonToken::beginArray;
}

JsonToken JsonScan::close(bool object) {
  if (open_.empty() || open_.back() != object || keyNext_ != object) return fail();
  open_.pop_back();
  done_ = open_.empty();
  keyNext_ = !done_ && open_.back();
  end_ = ++at_;
  return object ? JsonToken::endObject : JsonToken::endArray;
}

JsonToken JsonScan::quoted() {
  begin_ = ++at_;
  while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
  if (at_ >= text_.size()) return fail();
  end_ = at_++;
  if (keyNext_) {
    keyNext_ = false;
    return JsonToken::key;
  }
  done_ = open_.empty();
  keyNext_ = !done_ && open_.back();
  return JsonToken::text;
}

JsonToken JsonScan::plain() {
  if (keyNext_) return fail();
  at_ = std::min(text_.find_first_of(" \t\r\n,:{}[]\"", at_), text_.size());
  end_ = at_;
  done_ = open_.empty();
  keyNext_ = !done_ && open_.back();
  return JsonToken::scalar;
}

}  // namespace vignet
