#include "core/fits/raw_cards.h"

#include "binding/calls.h"
#include "binding/sources.h"

namespace vignet::binding {

Napi::Value rawCards(const Napi::CallbackInfo& info) {
  const Bytes layoutBytes(info[0], "layout");
  std::vector<SourceArgument> sources = asSources(info[1], "sources");
  const uint64_t most = asInteger(info[2], "most");
  const Layout layout = decodeLayout(layoutBytes.span(), CardsOf::none);
  checkSources(sources, layout, "sources");
  return orNeed(info.Env(), sources, [&] {
    std::vector<Reader*> readers(sources.size());
    for (size_t i = 0; i < sources.size(); ++i) {
      sources[i].open(layout.files[i]);
      readers[i] = sources[i].reader();
    }
    const std::vector<std::string> all = vignet::rawCards(layout, readers, most);
    auto out = Napi::Array::New(info.Env(), all.size());
    for (uint32_t i = 0; i < all.size(); ++i)
      out.Set(i, toUint8Array(info.Env(), std::as_bytes(std::span(all[i]))));
    return out;
  });
}

}  // namespace vignet::binding
