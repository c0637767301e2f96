#include "binding/calls.h"
#include "binding/values.h"
#include "core/cutout/cutout.h"

namespace vignet::binding {

Napi::Value planCutout(const Napi::CallbackInfo& info) {
  const Bytes layout(info[0], "layout");
  const CutoutRequest request = asCutoutRequest(info[1], "request");
  const CutoutPlan plan = vignet::planCutout(decodeLayout(layout.span()), request);

  const std::vector<double> cuts(plan.cuts.begin(), plan.cuts.end());
  auto answer = Napi::Object::New(info.Env());
  answer.Set("size", static_cast<double>(plan.size));
  answer.Set("checksums", plan.checksums);
  answer.Set("cuts", toArray(info.Env(), cuts));
  answer.Set("lacking", toArray(info.Env(), plan.lacking));
  answer.Set("decodedPixels", static_cast<double>(plan.decodedPixels));
  return answer;
}

}  // namespace vignet::binding
