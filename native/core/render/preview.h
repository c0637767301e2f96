// A picture of a whole image, straight from its file.
#pragma once
#include <cstdint>

#include "core/base/control.h"
#include "core/bytes/reader.h"
#include "core/fits/layout.h"
#include "core/render/picture.h"

namespace vignet {

class SeekTable;

inline constexpr uint64_t kPreviewBlock = 8 << 20;  // bytes

// Draws the image plane of a layout, of a cube its first slice, averaged down to options.maxSide, as `render`
// draws the plain FITS file of the whole image: the same pixels, but only a block of tiles is in memory at a
// time. `reader`: of the plane's file. Throws as readPixels and `render` do, and Error{usage, TOO_LARGE} for
// a tile too large to be held.
Picture preview(Reader& reader, const Layout& layout, const RenderOptions& options,
                const Control& control = {}, SeekTable* seek = nullptr, uint64_t blockBytes = kPreviewBlock);

}  // namespace vignet
