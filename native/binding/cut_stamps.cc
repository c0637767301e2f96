#include "core/stack/cut_stamps.h"

#include "binding/calls.h"
#include "binding/sources.h"
#include "binding/values.h"
#include "core/stack/locate.h"

namespace vignet::binding {
namespace {

std::vector<StampCentre> asCentres(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array)
    badArgument("task.centres", "an Int32Array", value);
  const auto numbers = value.As<Napi::Int32Array>();
  if (numbers.ElementLength() % 2 != 0)
    badArgument("task.centres", "pairs of x and y", static_cast<double>(numbers.ElementLength()));
  std::vector<StampCentre> centres;
  for (size_t i = 0; i < numbers.ElementLength(); i += 2)
    centres.push_back({numbers.Data()[i], numbers.Data()[i + 1]});
  return centres;
}

}  // namespace

Napi::Value cutStamps(const Napi::CallbackInfo& info) {
  const Napi::Object task = asObject(info[0], "task");
  const Bytes layoutBytes(task.Get("layout"), "task.layout");
  std::vector<SourceArgument> sources = asSources(task.Get("sources"), "task.sources");
  SeekArgument seek(task.Get("seek"), "task.seek");
  const auto size = static_cast<uint32_t>(asInteger(task.Get("size"), "task.size", kMaxStampSize));
  const PlaneKind kind =
      asPlaneKind(task.Get("plane"), "task.plane", {PlaneKind::image, PlaneKind::mask, PlaneKind::variance});
  const std::vector<StampCentre> centres = asCentres(task.Get("centres"));
  const Bytes out(info[1], "out");
  const uint64_t cursor = asInteger(info[2], "cursor", centres.size());
  const ControlArguments control(info[3], info[4]);

  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  const Layout layout = decodeLayout(layoutBytes.span(), CardsOf::none);
  const Plane* plane = layout.find(kind);
  if (!plane) badArgument("task.plane", "a plane that the dataset has", std::string(planeWord(kind)));
  checkSources(sources, layout, "task.sources");
  SourceArgument& source = sources[plane->file];
  source.open(layout.files[plane->file]);
  OpenPack pack;
  const size_t done = vignet::cutStamps(*source.reader(), layout, *plane, seek.open(layout, pack), size,
                                        centres, out.span(), cursor, control.control());
  auto answer = Napi::Object::New(info.Env());
  answer.Set("done", static_cast<double>(done));
  setNeed(answer, sources);
  return answer;
}

}  // namespace vignet::binding
