#include "binding/calls.h"
#include "binding/values.h"
#include "core/cutout/recent_answers.h"
#include "core/sky/stencil_box.h"

namespace vignet::binding {

Napi::Value planCutout(const Napi::CallbackInfo& info) {
  const Bytes layout(info[0], "layout");
  CutoutRequest request = asCutoutRequest(info[1], "request");
  std::optional<Stencil> stencil;
  if (given(info[2])) stencil = asStencil(info[2], "stencil");

  if (stencil) {
    request.box = boxOf(decodeLayout(layout.span(), CardsOf::none), *stencil);
    if (!request.box) return info.Env().Undefined();
  }
  const CutoutPlan plan = vignet::planCutout(recentAnswers().of(layout.span(), request));

  const std::vector<double> cuts(plan.cuts.begin(), plan.cuts.end());
  auto answer = Napi::Object::New(info.Env());
  if (request.box) answer.Set("box", toObject(info.Env(), *request.box));
  answer.Set("size", static_cast<double>(plan.size));
  answer.Set("checksums", plan.checksums);
  answer.Set("cuts", toArray(info.Env(), cuts));
  answer.Set("missingPlanes", toArray(info.Env(), plan.missingPlanes));
  answer.Set("decodedPixels", static_cast<double>(plan.decodedPixels));
  return answer;
}

}  // namespace vignet::binding
