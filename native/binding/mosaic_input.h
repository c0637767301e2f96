// An input of a mosaic as JavaScript gives it.
#pragma once
#include <napi.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "binding/mosaic_values.h"
#include "binding/sources.h"
#include "core/mosaic/mosaic.h"

namespace vignet::binding {

// Open folders and packs that the inputs of one call share, since they are read alternately.
struct OpenFolders {
  std::optional<Root> root;
  std::map<std::string, OpenPack> packs;
};

// Must stay where it is while what `decode` gave is used.
class MosaicInputArgument {
 public:
  // `folders` must outlive it.
  MosaicInputArgument(const Napi::Object& object, const std::string& name, OpenFolders& folders);

  // Runs no JavaScript.
  MosaicStripInput decode();
  const std::vector<SourceArgument>& sources() const { return sources_; }

 private:
  // Throws Error when the file of the image cannot be opened; other files that cannot are left out.
  MosaicFiles open();

  OpenFolders& folders_;
  Bytes layoutBytes_;
  std::vector<SourceArgument> sources_;
  SeekArgument seek_;
  MosaicStripInput input_;
  Layout layout_;
  std::vector<Reader*> readers_;
};

}  // namespace vignet::binding
