#include "core/cutout/recent_answers.h"

#include <algorithm>

namespace vignet {

const Answer& RecentAnswers::of(std::span<const std::byte> layout, const CutoutRequest& request) {
  const auto same = [&](const Entry& entry) {
    return entry.request == request && std::ranges::equal(entry.encoded, layout);
  };
  const auto known = std::find_if(entries_.begin(), entries_.end(), same);
  if (known != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, known);
    return known->answer;
  }
  // The answer points to the layout beside it, so both are made where they stay.
  std::list<Entry> made(1);
  Entry& entry = made.front();
  entry.encoded.assign(layout.begin(), layout.end());
  entry.request = request;
  entry.layout = decodeLayout(layout);
  entry.answer = composeAnswer(entry.layout, request);
  entry.bytes = 2 * layout.size() + request.stencil.size() + sizeof(Entry);
  for (const AnswerPart& part : entry.answer.parts) entry.bytes += sizeof(AnswerPart) + part.text.size();
  entries_.splice(entries_.begin(), made);
  std::size_t total = entry.bytes;
  const auto beyond = [&](const Entry& held) { return (total += held.bytes) > kMostBytes; };
  entries_.erase(std::find_if(std::next(entries_.begin()), entries_.end(), beyond), entries_.end());
  return entry.answer;
}

RecentAnswers& recentAnswers() {
  thread_local RecentAnswers recent;
  return recent;
}

}  // namespace vignet
