// Rows of a mosaic as JavaScript asks for them.
#pragma once
#include <napi.h>

#include <memory>
#include <span>
#include <vector>

#include "binding/mosaic_input.h"
#include "core/mosaic/mosaic.h"

namespace vignet::binding {

// Must stay where it is while its strip is used.
class MosaicStripArgument {
 public:
  // All but the plane.
  explicit MosaicStripArgument(const Napi::Object& task);
  // The inputs of the strip; runs no JavaScript.
  void decode();
  // Of all inputs, in their order.
  std::vector<const SourceArgument*> sources() const;

  MosaicStrip strip;

 private:
  OpenFolders folders_;
  std::vector<std::unique_ptr<MosaicInputArgument>> inputs_;
  std::vector<MosaicStripInput> used_;
};

// `plane` and `wide` of a task or of one of its planes.
MosaicPart asPart(const Napi::Object& object, const std::string& name);
Napi::Array toArray(Napi::Env env, std::span<const MosaicFailure> failures);

}  // namespace vignet::binding
