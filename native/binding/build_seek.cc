#include "core/pixels/build_seek.h"
#include "binding/calls.h"
#include "binding/sources.h"

namespace vignet::binding {

Napi::Value buildSeek(const Napi::CallbackInfo& info) {
  const Bytes layoutBytes(info[0], "layout");
  std::vector<SourceArgument> sources = asSources(info[1], "sources");
  const ControlArguments control(info[2], info[3]);

  const Layout layout = decodeLayout(layoutBytes.span(), CardsOf::none);
  checkSources(sources, layout, "sources");
  return orNeed(info.Env(), sources, [&]() -> Napi::Value {
    std::vector<Reader*> readers(sources.size());
    for (size_t i = 0; i < sources.size(); ++i) {
      sources[i].open(layout.files[i]);
      readers[i] = sources[i].reader();
    }
    const std::vector<std::byte> points = vignet::buildSeek(layout, readers, control.control());
    return points.empty() ? info.Env().Undefined() : toUint8Array(info.Env(), points);
  });
}

}  // namespace vignet::binding
