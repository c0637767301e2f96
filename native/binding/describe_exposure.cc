#include "binding/calls.h"
#include "binding/sources.h"
#include "core/exposure/exposure.h"

namespace vignet::binding {
namespace {

Napi::Object toObject(Napi::Env env, const PhotoCalib& calib) {
  auto out = Napi::Object::New(env);
  out.Set("scale", calib.scale);
  out.Set("error", calib.error);
  auto fields = Napi::Array::New(env, calib.fields.size());
  for (uint32_t i = 0; i < calib.fields.size(); ++i) {
    const ChebyshevField& from = calib.fields[i];
    auto field = Napi::Object::New(env);
    field.Set("box", toArray(env, std::vector<double>(from.box.begin(), from.box.end())));
    field.Set("nx", from.nx);
    field.Set("coefficients", toArray(env, from.coefficients));
    fields.Set(i, field);
  }
  out.Set("fields", fields);
  return out;
}

Napi::Object toObject(Napi::Env env, const PsfGrid& grid) {
  auto out = Napi::Object::New(env);
  out.Set("x0", grid.x0);
  out.Set("y0", grid.y0);
  out.Set("dx", grid.dx);
  out.Set("dy", grid.dy);
  out.Set("nx", grid.nx);
  out.Set("ny", grid.ny);
  const auto list = [&](const char* name, auto partOf) {
    auto numbers = Napi::Array::New(env, grid.nodes.size());
    for (uint32_t i = 0; i < grid.nodes.size(); ++i) {
      const std::optional<double> part = grid.nodes[i] ? partOf(*grid.nodes[i]) : std::nullopt;
      numbers.Set(i, part ? Napi::Value(Napi::Number::New(env, *part)) : env.Null());
    }
    out.Set(name, numbers);
  };
  using Part = std::optional<double>;
  list("ixx", [](const PsfShape& shape) -> Part { return shape.moments.xx; });
  list("iyy", [](const PsfShape& shape) -> Part { return shape.moments.yy; });
  list("ixy", [](const PsfShape& shape) -> Part { return shape.moments.xy; });
  list("weighted",
       [](const PsfShape& shape) { return shape.light ? Part(shape.light->weighted) : std::nullopt; });
  list("enclosed",
       [](const PsfShape& shape) { return shape.light ? Part(shape.light->enclosed) : std::nullopt; });
  return out;
}

Napi::Object toObject(Napi::Env env, const ExposureFacts& facts) {
  auto out = Napi::Object::New(env);
  if (facts.photometry) out.Set("photometry", toObject(env, *facts.photometry));
  if (facts.psf) out.Set("psf", toObject(env, *facts.psf));
  if (facts.cellPsf) out.Set("cellPsf", toObject(env, *facts.cellPsf));
  if (facts.meanPsf) {
    const double moments[] = {facts.meanPsf->xx, facts.meanPsf->yy, facts.meanPsf->xy};
    out.Set("meanPsf", toArray(env, moments));
  }
  if (!facts.band.empty()) out.Set("band", facts.band);
  if (!facts.physicalFilter.empty()) out.Set("physicalFilter", facts.physicalFilter);
  if (facts.detector) out.Set("detector", static_cast<double>(*facts.detector));
  if (facts.coaddInputs) out.Set("coaddInputs", static_cast<double>(*facts.coaddInputs));
  if (!facts.inputs.empty()) {
    auto inputs = Napi::Array::New(env, facts.inputs.size());
    for (uint32_t i = 0; i < facts.inputs.size(); ++i) {
      auto input = Napi::Object::New(env);
      input.Set("visit", static_cast<double>(facts.inputs[i].visit));
      input.Set("detector", static_cast<double>(facts.inputs[i].detector));
      inputs.Set(i, input);
    }
    out.Set("inputs", inputs);
  }
  if (!facts.tree.empty()) out.Set("tree", facts.tree);
  out.Set("notes", toArray(env, facts.notes));
  return out;
}

}  // namespace

Napi::Value describeExposure(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Bytes bytes(info[0], "layout");
  std::vector<SourceArgument> sources = asSources(info[1], "sources");
  const Layout layout = decodeLayout(bytes.span());
  const uint16_t file = layout.planes.at(0).file;
  checkSources(sources, layout, "sources");
  return orNeed(env, sources, [&] {
    sources[file].open(layout.files[file]);
    return toObject(env, vignet::describeExposure(layout, *sources[file].reader()));
  });
}

}  // namespace vignet::binding
