#include "binding/calls.h"
#include "binding/mosaic_strip.h"

namespace vignet::binding {

Napi::Value fillMosaic(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object task = asObject(info[0], "task");
  MosaicStripArgument argument(task);
  const MosaicPart part = asPart(task, "task");
  const Bytes out(info[1], "out");
  const uint64_t cursor = asInteger(info[2], "cursor");
  const ControlArguments control(info[3], info[4]);

  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  argument.decode();
  MosaicOutcome outcome;
  const uint64_t done =
      vignet::fillMosaic(argument.strip, part, out.span(), cursor, control.control(), outcome);

  auto answer = Napi::Object::New(env);
  answer.Set("done", static_cast<double>(done));
  answer.Set("sum", outcome.sum);
  answer.Set("failures", toArray(env, outcome.failures));
  setNeed(answer, argument.sources());
  return answer;
}

}  // namespace vignet::binding
