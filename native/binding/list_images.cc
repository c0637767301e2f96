#include "binding/calls.h"
#include "binding/sources.h"
#include "binding/values.h"
#include "core/fits/layout.h"

namespace vignet::binding {

Napi::Value listImages(const Napi::CallbackInfo& info) {
  std::vector<SourceArgument> sources;
  sources.emplace_back(info[0], "source");
  return orNeed(info.Env(), sources, [&] {
    const Napi::Env env = info.Env();
    sources[0].open();
    const FileImages file = vignet::listImages(*sources[0].reader());
    auto images = Napi::Array::New(env, file.images.size());
    for (uint32_t i = 0; i < file.images.size(); ++i) {
      const ImageHdu& image = file.images[i];
      auto out = Napi::Object::New(env);
      out.Set("hdu", image.hdu);
      out.Set("bitpix", image.bitpix);
      out.Set("width", image.width);
      out.Set("height", image.height);
      if (image.depth[0] > 1 || image.depth[1] > 1) {
        const double depth[] = {static_cast<double>(image.depth[0]), static_cast<double>(image.depth[1])};
        out.Set("depth", toArray(env, depth));
      }
      out.Set("cards", cardsOf(env, image.cards));
      images.Set(i, out);
    }
    auto answer = Napi::Object::New(env);
    answer.Set("primary", cardsOf(env, file.primaryCards));
    answer.Set("images", images);
    return answer;
  });
}

}  // namespace vignet::binding
