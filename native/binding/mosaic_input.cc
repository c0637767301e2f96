#include "binding/mosaic_input.h"

#include "core/base/error.h"

namespace vignet::binding {

MosaicInputArgument::MosaicInputArgument(const Napi::Object& object, const std::string& name,
                                         OpenFolders& folders)
    : folders_(folders),
      layoutBytes_(object.Get("layout"), name + ".layout"),
      sources_(asSources(object.Get("sources"), name + ".sources")),
      seek_(object.Get("seek"), name + ".seek") {
  input_.patch = asPatch(object.Get("patch"), name + ".patch");
  input_.number = static_cast<int32_t>(asInteger(object.Get("number"), name + ".number", 0x7fffffff));
  const auto number = [&](const char* key, double& to) {
    if (const Napi::Value value = object.Get(key); given(value)) to = asNumber(value, name + "." + key);
  };
  number("scale", input_.scale);
  number("offset", input_.offset);
  number("weight", input_.weight);
  if (!(input_.weight > 0)) badArgument(name + ".weight", "a number above 0", input_.weight);
  input_.inverseVariance = object.Get("inverseVariance").ToBoolean();
  input_.shift = asShift(object.Get("shift"), name + ".shift");
  if (const Napi::Value turns = object.Get("quarterTurns"); given(turns))
    input_.quarterTurns = static_cast<uint8_t>(asInteger(turns, name + ".quarterTurns", 3));
  if (const Napi::Value box = object.Get("box"); given(box)) input_.box = asBox(box, name + ".box");
}

MosaicStripInput MosaicInputArgument::decode() {
  layout_ = decodeLayout(layoutBytes_.span(), CardsOf::none);
  checkSources(sources_, layout_, "task.inputs.sources");
  MosaicStripInput out = input_;
  out.layout = &layout_;
  out.open = [this] { return open(); };
  return out;
}

MosaicFiles MosaicInputArgument::open() {
  readers_.assign(sources_.size(), nullptr);
  for (const Plane& plane : layout_.planes) {
    SourceArgument& source = sources_[plane.file];
    try {
      if (!source.reader()) source.open(layout_.files[plane.file], folders_.root);
    } catch (const Error& e) {
      if (plane.kind == PlaneKind::image || e.kind() != Kind::data) throw;
    }
    readers_[plane.file] = source.reader();
  }
  return {readers_, seek_.open(layout_, folders_.packs[seek_.file()])};
}

}  // namespace vignet::binding
