#include <algorithm>
#include <cmath>

#include "binding/calls.h"
#include "binding/values.h"
#include "core/cutout/recent_answers.h"
#include "core/fits/cube_axes.h"
#include "core/sky/sized_box.h"
#include "core/sky/stencil_box.h"

namespace vignet::binding {
namespace {

// What of a box is delivered; none where the image has nothing of it.
std::optional<WideBox> atEdge(const WideBox& box, const Plane& image, const std::string& edge) {
  const int64_t width = image.width, height = image.height;
  const WideBox inside{std::max<int64_t>(box.x0, 0), std::max<int64_t>(box.y0, 0), std::min(box.x1, width),
                       std::min(box.y1, height)};
  if (edge == "refuse") return box;
  if (inside.x0 >= inside.x1 || inside.y0 >= inside.y1) return std::nullopt;
  return edge == "trim" ? inside : box;
}

// The box of { point, width, height, arcsec }, or of a stencil; none where the image has nothing of it.
std::optional<WideBox> boxAt(const Layout& layout, const Napi::Value& value) {
  const Napi::Object where = asObject(value, "where");
  if (!given(where.Get("point"))) return boxOf(layout, asStencil(value, "where"));
  const std::vector<double> point = asNumbers(where.Get("point"), "where.point", 2);
  if (point.size() != 2 || !std::isfinite(point[0]) || !(std::fabs(point[1]) <= 90))
    badArgument("where.point", "[longitude, latitude] in degrees", where.Get("point"));
  const auto length = [&](const char* side) {
    const double number = asNumber(where.Get(side), std::string("where.") + side);
    if (!(number > 0 && number <= 0x1p53))
      badArgument(std::string("where.") + side, "a length above 0", number);
    return number;
  };
  return boxAround(layout, point[0], point[1],
                   {length("width"), length("height"), where.Get("arcsec").ToBoolean()});
}

// What `band` and `pol` of the request ask for.
AxesAsked asAxes(const Napi::Object& request) {
  AxesAsked axes;
  if (const Napi::Value band = request.Get("band"); given(band)) {
    const std::vector<double> ends = asNumbers(band, "request.band", 2);
    if (ends.size() != 2 || !(ends[0] <= ends[1])) badArgument("request.band", "[min, max] in metres", band);
    axes.band = {ends[0], ends[1]};
  }
  if (const Napi::Value states = request.Get("pol"); given(states)) {
    const Napi::Array list = asArray(states, "request.pol", 100);
    for (uint32_t i = 0; i < list.Length(); ++i) axes.states.push_back(asString(list.Get(i), "request.pol"));
  }
  return axes;
}

void setDepth(Napi::Object& answer, const std::array<std::optional<AxisRange>, 2>& depth) {
  if (!depth[0] && !depth[1]) return;
  auto out = Napi::Object::New(answer.Env());
  for (size_t i = 0; i < 2; ++i) {
    if (!depth[i]) continue;
    auto range = Napi::Object::New(answer.Env());
    range.Set("from", depth[i]->from);
    range.Set("count", depth[i]->count);
    range.Set("step", depth[i]->step);
    out.Set(i == 0 ? "axis3" : "axis4", range);
  }
  answer.Set("depth", out);
}

}  // namespace

Napi::Value planCutout(const Napi::CallbackInfo& info) {
  const Bytes layout(info[0], "layout");
  CutoutRequest request = asCutoutRequest(info[1], "request");
  const Napi::Value edge = asObject(info[1], "request").Get("edge");
  const std::string atEdges = given(edge) ? asString(edge, "request.edge") : "refuse";
  if (given(info[2]) || request.box) {
    const Layout decoded = decodeLayout(layout.span(), CardsOf::none);
    const auto whole = given(info[2]) ? boxAt(decoded, info[2]) : request.box;
    request.box = whole ? atEdge(*whole, decoded.planes.at(0), atEdges) : std::nullopt;
    if (!request.box) return info.Env().Undefined();
    request.pad = atEdges == "pad";
  }
  const AxesAsked axes = asAxes(asObject(info[1], "request"));
  if (axes.band || !axes.states.empty()) {
    const auto depth = axesAsked(decodeLayout(layout.span()), axes);
    if (!depth) return info.Env().Undefined();
    request.depth = *depth;
  }
  const CutoutPlan plan = vignet::planCutout(recentAnswers().of(layout.span(), request));

  const std::vector<double> cuts(plan.cuts.begin(), plan.cuts.end());
  auto answer = Napi::Object::New(info.Env());
  if (request.box) answer.Set("box", toObject(info.Env(), *request.box));
  setDepth(answer, request.depth);
  answer.Set("slices", static_cast<double>(plan.slices));
  answer.Set("size", static_cast<double>(plan.size));
  answer.Set("checksums", plan.checksums);
  answer.Set("cuts", toArray(info.Env(), cuts));
  answer.Set("missingPlanes", toArray(info.Env(), plan.missingPlanes));
  answer.Set("decodedPixels", static_cast<double>(plan.decodedPixels));
  return answer;
}

}  // namespace vignet::binding
