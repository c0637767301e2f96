// The answers that a thread composed last, each with its layout.
#pragma once
#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <vector>

#include "core/cutout/answer.h"

namespace vignet {

// Composing an answer (headers, places of all parts) takes longer than a small window of its pixels, and all
// windows of one answer come with the same layout and request. Holds answers of at most kMostBytes together,
// and always the last one.
class RecentAnswers {
 public:
  static constexpr std::size_t kMostBytes = 4u << 20;

  // `layout`: as encodeLayout gives it. The answer stays where it is until the next call. Throws as
  // decodeLayout and composeAnswer do.
  const Answer& of(std::span<const std::byte> layout, const CutoutRequest& request);
  std::size_t count() const { return entries_.size(); }

 private:
  struct Entry {
    std::vector<std::byte> encoded;
    CutoutRequest request;
    Layout layout;
    Answer answer;
    std::size_t bytes = 0;  // in memory, about
  };
  std::list<Entry> entries_;  // the last one asked for first
};

// Those of the calling thread.
RecentAnswers& recentAnswers();

}  // namespace vignet
