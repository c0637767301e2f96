#include "binding/calls.h"
#include "binding/values.h"
#include "core/sky/stencil_box.h"

namespace vignet::binding {

Napi::Value boxOf(const Napi::CallbackInfo& info) {
  const Bytes layout(info[0], "layout");
  const Stencil stencil = asStencil(info[1], "stencil");
  const std::optional<Box> box = vignet::boxOf(decodeLayout(layout.span()), stencil);
  if (!box) return info.Env().Undefined();
  auto corners = Napi::Object::New(info.Env());
  corners.Set("x0", box->x0);
  corners.Set("y0", box->y0);
  corners.Set("x1", box->x1);
  corners.Set("y1", box->y1);
  return corners;
}

}  // namespace vignet::binding
