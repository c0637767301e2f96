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

  // Runs no JavaScript. `all`: any plane may be read, else the image and the one wanted alone.
  MosaicStripInput decode(CardsOf cards, std::optional<PlaneKind> wanted, bool all);

 private:
  // Files of planes that are not read stay closed.
  MosaicFiles open(std::optional<PlaneKind> wanted, bool all);

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
