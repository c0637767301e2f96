#include <cmath>

#include "binding/calls.h"
#include "binding/mosaic_values.h"
#include "binding/sources.h"
#include "core/base/error.h"
#include "core/bytes/missing_bytes.h"
#include "core/mosaic/mosaic.h"

namespace vignet::binding {
namespace {

struct Arguments {
  std::vector<Bytes> layouts;
  std::vector<std::vector<SourceArgument>> sources;
  std::vector<std::optional<PatchKey>> patches;
  std::vector<bool> inverseVariances;
  MosaicRequest request;
  std::optional<Bytes> align;
};

SizedMosaic asSized(const Napi::Value& value) {
  const Napi::Object object = asObject(value, "task.sized");
  const std::vector<double> point = asNumbers(object.Get("point"), "task.sized.point", 2);
  if (point.size() != 2 || !std::isfinite(point[0]) || !(std::fabs(point[1]) <= 90))
    badArgument("task.sized.point", "[longitude, latitude] in degrees", object.Get("point"));
  SizedMosaic sized{point[0], point[1], {}, AtEdge::pad};
  for (const auto& [side, length] :
       {std::pair{"width", &sized.size.width}, std::pair{"height", &sized.size.height}}) {
    *length = asNumber(object.Get(side), std::string("task.sized.") + side);
    if (!(*length > 0 && *length <= 0x1p53))
      badArgument(std::string("task.sized.") + side, "a length above 0", *length);
  }
  sized.size.arcsec = object.Get("arcsec").ToBoolean();
  const std::string edge = asString(object.Get("edge"), "task.sized.edge");
  if (edge != "pad" && edge != "trim" && edge != "refuse")
    badArgument("task.sized.edge", "'pad', 'trim' or 'refuse'", edge);
  sized.edge = edge == "pad" ? AtEdge::pad : edge == "trim" ? AtEdge::trim : AtEdge::refuse;
  return sized;
}

Arguments unpack(const Napi::Object& task) {
  Arguments out;
  const Napi::Array inputs = asArray(task.Get("inputs"), "task.inputs", kMostInputs);
  for (uint32_t i = 0; i < inputs.Length(); ++i) {
    const std::string name = "task.inputs[" + std::to_string(i) + "]";
    const Napi::Object input = asObject(inputs.Get(i), name);
    out.layouts.emplace_back(input.Get("layout"), name + ".layout");
    out.sources.push_back(asSources(input.Get("sources"), name + ".sources"));
    out.patches.push_back(asPatch(input.Get("patch"), name + ".patch"));
    out.inverseVariances.push_back(input.Get("inverseVariance").ToBoolean());
  }
  MosaicRequest& request = out.request;
  if (const Napi::Value skymap = task.Get("skymap"); given(skymap))
    request.skymap = asSkymap(skymap, "task.skymap");
  if (const Napi::Value region = task.Get("region"); given(region))
    request.region = asStencil(region, "task.region");
  if (const Napi::Value sized = task.Get("sized"); given(sized)) request.sized = asSized(sized);
  if (const Napi::Value grid = task.Get("grid"); given(grid)) request.grid = asString(grid, "task.grid");
  if (const Napi::Value align = task.Get("align"); given(align)) out.align.emplace(align, "task.align");
  if (const Napi::Value unit = task.Get("unit"); given(unit)) request.unit = asString(unit, "task.unit");
  if (const Napi::Value combine = task.Get("combine"); given(combine))
    request.combine = combineNamed(asString(combine, "task.combine"));
  request.camera = task.Get("camera").ToBoolean();
  request.planes = task.Get("planes").ToBoolean();
  request.owners = task.Get("owners").ToBoolean();
  const Napi::Array provenance = asArray(task.Get("provenance"), "task.provenance", 1000);
  for (uint32_t i = 0; i < provenance.Length(); ++i) {
    const Napi::Object card = asObject(provenance.Get(i), "task.provenance");
    request.provenance.push_back({asString(card.Get("name"), "task.provenance.name"),
                                  asString(card.Get("value"), "task.provenance.value"),
                                  asString(card.Get("comment"), "task.provenance.comment")});
  }
  return out;
}

// Whether the files of an input with a place in the mosaic are unchanged.
void probe(const Layout& layout, std::vector<SourceArgument>& sources, std::optional<Root>& root,
           MosaicPlacement& placement) {
  if (placement.box.width() == 0 || sources.empty()) return;
  const std::optional<Error> problem = probeSources(sources, layout, "task.inputs.sources", root);
  if (!problem) return;
  placement.code = problem->code();
  placement.problem = problem->what();
}

Napi::Object toObject(Napi::Env env, const MosaicPlane& plane) {
  auto out = Napi::Object::New(env);
  out.Set("kind", planeWord(plane.kind));
  out.Set("bitpix", plane.bitpix);
  out.Set("header", plane.header);
  const std::vector<double> cuts(plane.cuts.begin(), plane.cuts.end());
  out.Set("cuts", toArray(env, cuts));
  return out;
}

Napi::Object toObject(Napi::Env env, const MosaicPlacement& placement) {
  auto out = Napi::Object::New(env);
  if (placement.shift) {
    const double shift[2] = {static_cast<double>((*placement.shift)[0]),
                             static_cast<double>((*placement.shift)[1])};
    out.Set("shift", toArray(env, shift));
  }
  if (placement.quarterTurns) out.Set("quarterTurns", placement.quarterTurns);
  if (placement.box.width() > 0) out.Set("box", binding::toObject(env, placement.box));
  if (!placement.code.empty()) {
    out.Set("code", placement.code);
    out.Set("problem", placement.problem);
  }
  return out;
}

}  // namespace

Napi::Value planMosaic(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Arguments arguments = unpack(asObject(info[0], "task"));
  const ControlArguments controlled(info[1], info[2]);
  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  std::vector<Layout> layouts;
  const Control control = controlled.control();
  for (const Bytes& bytes : arguments.layouts) {
    control.poll();
    layouts.push_back(decodeLayout(bytes.span()));
  }
  Layout align;
  if (arguments.align) {
    align = decodeLayout(arguments.align->span());
    arguments.request.align = &align;
  }
  std::vector<MosaicInput> inputs;
  for (size_t i = 0; i < layouts.size(); ++i)
    inputs.push_back({&layouts[i], arguments.patches[i], arguments.inverseVariances[i]});
  MosaicPlan plan = vignet::planMosaic(inputs, arguments.request, control);
  std::optional<Root> root;
  for (size_t i = 0; i < inputs.size(); ++i) {
    control.poll();
    probe(layouts[i], arguments.sources[i], root, plan.inputs[i]);
  }

  auto out = Napi::Object::New(env);
  std::vector<const SourceArgument*> all;
  for (const std::vector<SourceArgument>& sources : arguments.sources)
    for (const SourceArgument& source : sources) all.push_back(&source);
  if (setNeed(out, all)) return out;
  out.Set("frame", toObject(env, plan.frame));
  auto placements = Napi::Array::New(env, plan.inputs.size());
  for (uint32_t i = 0; i < plan.inputs.size(); ++i) placements.Set(i, toObject(env, plan.inputs[i]));
  out.Set("inputs", placements);
  out.Set("maskNames", toArray(env, plan.maskNames));
  out.Set("primary", plan.primary);
  auto planes = Napi::Array::New(env, plan.planes.size());
  for (uint32_t i = 0; i < plan.planes.size(); ++i) planes.Set(i, toObject(env, plan.planes[i]));
  out.Set("planes", planes);
  out.Set("missingPlanes", toArray(env, plan.missingPlanes));
  out.Set("decodedPixels", static_cast<double>(plan.decodedPixels));
  if (arguments.request.sized) out.Set("reach", plan.reach);
  if (plan.single) out.Set("single", *plan.single);
  return out;
}

}  // namespace vignet::binding
