#include "binding/calls.h"
#include "binding/values.h"
#include "core/fits/cube_axes.h"
#include "core/fits/layout.h"
#include "core/sky/image_footprint.h"

namespace vignet::binding {
namespace {

const char* name(Codec codec) {
  switch (codec) {
    case Codec::none:
      return "none";
    case Codec::rice1:
      return "RICE_1";
    case Codec::gzip1:
      return "GZIP_1";
    case Codec::gzip2:
      return "GZIP_2";
    case Codec::plio1:
      return "PLIO_1";
    case Codec::hcompress1:
      return "HCOMPRESS_1";
    case Codec::nocompress:
      break;
  }
  return "NOCOMPRESS";
}

const char* name(Dither dither) {
  switch (dither) {
    case Dither::none:
      return "NO_DITHER";
    case Dither::subtractive1:
      return "SUBTRACTIVE_DITHER_1";
    case Dither::subtractive2:
      break;
  }
  return "SUBTRACTIVE_DITHER_2";
}

Napi::Array pair(Napi::Env env, double a, double b) { return toArray(env, std::vector<double>{a, b}); }

Napi::Object describe(Napi::Env env, const Layout& layout, const Plane& plane) {
  auto out = Napi::Object::New(env);
  out.Set("kind", planeWord(plane.kind));
  out.Set("hdu", plane.hdu);
  out.Set("file", plane.file);
  out.Set("bitpix", plane.bitpix);
  out.Set("width", plane.width);
  out.Set("height", plane.height);
  if (plane.isCube()) out.Set("depth", pair(env, plane.depth[0], plane.depth[1]));
  out.Set("codec", name(plane.tiles ? plane.tiles->codec : Codec::none));
  if (plane.tiles) {
    out.Set("tile", pair(env, plane.tiles->tileWidth, plane.tiles->tileHeight));
    if (plane.tiles->quantized) out.Set("dither", name(plane.tiles->dither));
  }
  out.Set("hasWcs", plane.wcs.has_value());
  out.Set("xy0", pair(env, static_cast<double>(plane.xy0[0]), static_cast<double>(plane.xy0[1])));
  if (plane.kind == PlaneKind::mask) {
    auto bits = Napi::Object::New(env);
    auto meanings = Napi::Object::New(env);
    for (const MaskPlane& named : layout.maskPlanes) {
      bits.Set(named.name, named.bit);
      if (!named.means.empty()) meanings.Set(named.name, named.means);
    }
    out.Set("maskPlanes", bits);
    out.Set("maskMeanings", meanings);
    out.Set("codes", plane.codes);
  }
  return out;
}

void describeAxes(Napi::Object& out, const CubeAxes& axes, std::string& note) {
  if (axes.spectral) {
    const WavelengthRange range = axes.spectral->coordinates.range(axes.spectral->count);
    auto spectral = Napi::Object::New(out.Env());
    spectral.Set("axis", axes.spectral->axis);
    spectral.Set("count", axes.spectral->count);
    spectral.Set("min", range.min);
    spectral.Set("max", range.max);
    spectral.Set("frame", range.frame);
    out.Set("spectral", spectral);
  }
  if (axes.polarization) out.Set("polStates", toArray(out.Env(), axes.polarization->states));
  if (axes.note.empty()) return;
  if (!note.empty()) note += note.back() == '.' ? " " : ". ";
  note += axes.note;
}

}  // namespace

Napi::Value describeLayout(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Layout layout = decodeLayout(Bytes(info[0], "layout").span());
  const Plane& image = layout.planes.at(0);
  auto out = Napi::Object::New(env);

  auto planes = Napi::Array::New(env, layout.planes.size());
  for (uint32_t i = 0; i < layout.planes.size(); ++i) planes.Set(i, describe(env, layout, layout.planes[i]));
  out.Set("planes", planes);

  auto hdus = Napi::Array::New(env, layout.hdus.size());
  for (uint32_t i = 0; i < layout.hdus.size(); ++i) {
    auto hdu = Napi::Object::New(env);
    hdu.Set("name", layout.hdus[i].name);
    hdu.Set("offset", static_cast<double>(layout.hdus[i].headerOffset));
    hdu.Set("bytes", static_cast<double>(layout.hdus[i].end - layout.hdus[i].headerOffset));
    hdus.Set(i, hdu);
  }
  out.Set("hdus", hdus);

  auto files = Napi::Array::New(env, layout.files.size());
  for (uint32_t i = 0; i < layout.files.size(); ++i) {
    auto file = Napi::Object::New(env);
    file.Set("size", static_cast<double>(layout.files[i].size));
    file.Set("mtimeNs", std::to_string(layout.files[i].mtimeNs));
    files.Set(i, file);
  }
  out.Set("files", files);

  Napi::Object cards = cardsOf(env, layout.hdus.at(image.hdu).cards);
  if (image.hdu != 0) addCards(cards, layout.hdus.at(0).cards);
  out.Set("cards", cards);

  if (const std::optional<Footprint> footprint = footprintOf(layout)) {
    out.Set("footprint", toArray(env, footprint->numbers));
    out.Set("center", pair(env, footprint->lon, footprint->lat));
    out.Set("radius", footprint->radius);
    out.Set("pixelScale", footprint->pixelScale);
  }
  std::string note = image.wcs ? layout.wcs.at(*image.wcs).note : layout.wcsProblem;
  if (image.naxis > 2) describeAxes(out, cubeAxes(layout), note);
  if (!note.empty()) out.Set("wcsNote", note);
  return out;
}

}  // namespace vignet::binding
