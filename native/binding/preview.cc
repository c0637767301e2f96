#include "core/render/preview.h"

#include "binding/calls.h"
#include "binding/sources.h"

namespace vignet::binding {

Napi::Value preview(const Napi::CallbackInfo& info) {
  const Napi::Object task = asObject(info[0], "task");
  const Bytes layoutBytes(task.Get("layout"), "task.layout");
  std::vector<SourceArgument> sources = asSources(task.Get("sources"), "task.sources");
  SeekArgument seek(task.Get("seek"), "task.seek");
  RenderOptions options;
  options.maxSide = static_cast<uint32_t>(asInteger(task.Get("maxSide"), "task.maxSide", 16384));
  const ControlArguments control(info[1], info[2]);

  const Layout layout = decodeLayout(layoutBytes.span(), CardsOf::none);
  checkSources(sources, layout, "task.sources");
  const uint16_t file = layout.planes.at(0).file;
  return orNeed(info.Env(), sources, [&] {
    sources[file].open(layout.files[file]);
    OpenPack pack;
    return pictureOf(info.Env(), vignet::preview(*sources[file].reader(), layout, options, control.control(),
                                                 seek.open(layout, pack)));
  });
}

}  // namespace vignet::binding
