#include "binding/calls.h"
#include "binding/sources.h"
#include "core/base/error.h"
#include "core/cutout/recent_answers.h"

namespace vignet::binding {
namespace {

// The files that the answer has pixels or HDUs of; the others stay closed.
std::vector<bool> neededFiles(const Answer& answer) {
  std::vector<bool> needed(answer.layout->files.size());
  for (const AnswerPart& part : answer.parts) {
    if (part.plane) needed[part.plane->file] = true;
    if (part.kind == AnswerPart::Kind::copy || part.kind == AnswerPart::Kind::index)
      needed[answer.layout->planes[0].file] = true;
  }
  return needed;
}

}  // namespace

Napi::Value fillCutout(const Napi::CallbackInfo& info) {
  const Napi::Object task = asObject(info[0], "task");
  const Bytes layoutBytes(task.Get("layout"), "task.layout");
  std::vector<SourceArgument> sources = asSources(task.Get("sources"), "task.sources");
  const CutoutRequest request = asCutoutRequest(task.Get("request"), "task.request");
  SeekArgument seek(task.Get("seek"), "task.seek");
  const uint64_t begin = asInteger(task.Get("begin"), "task.begin");
  const Bytes out(info[1], "out");
  const uint64_t cursor = asInteger(info[2], "cursor");
  const ControlArguments control(info[3], info[4]);

  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  const Answer& cutout = recentAnswers().of(layoutBytes.span(), request);
  const Layout& layout = *cutout.layout;
  checkSources(sources, layout, "task.sources");
  if (cursor > out.span().size())
    badArgument("cursor", "at most the bytes of `out`", static_cast<double>(cursor));
  OpenPack pack;
  const std::vector<bool> needed = neededFiles(cutout);
  std::vector<Reader*> readers(sources.size());
  for (size_t i = 0; i < sources.size(); ++i) {
    if (needed[i]) sources[i].open(layout.files[i]);
    readers[i] = sources[i].reader();
  }
  const uint64_t done = vignet::fillCutout(cutout, readers, begin, out.span(), cursor, control.control(),
                                           seek.open(layout, pack));
  auto answer = Napi::Object::New(info.Env());
  answer.Set("done", static_cast<double>(done));
  setNeed(answer, sources);
  return answer;
}

}  // namespace vignet::binding
