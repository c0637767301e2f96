// An input of a mosaic as JavaScript gives it.
#pragma once
#include <napi.h>

#include <optional>
#include <string>
#include <vector>

#include "binding/mosaic_values.h"
#include "binding/sources.h"
#include "core/mosaic/mosaic.h"

namespace vignet::binding {

// Must stay where it is while what `decode` gave is used.
class MosaicInputArgument {
 public:
  MosaicInputArgument(const Napi::Object& object, const std::string& name);

  // Runs no JavaScript.
  MosaicStripInput decode();

 private:
  // Throws Error when the image's file cannot be opened; another that cannot is missing.
  MosaicFiles open();

  Bytes layoutBytes_;
  std::vector<SourceArgument> sources_;
  // Inputs are read in turns, so each holds its own.
  OpenPack pack_;
  SeekArgument seek_;
  MosaicStripInput input_;
  Layout layout_;
  std::vector<Reader*> readers_;
};

}  // namespace vignet::binding
