// Opening files strictly beneath a folder.
#pragma once
#include <string>

#include "core/bytes/reader.h"

namespace vignet {

// Opens `path` (relative, no part of it leading out of `root`) read-only and without blocking, and
// returns the descriptor, which the caller closes. Where the kernel can resolve beneath a folder
// (`openat2`), symbolic links that stay inside are followed; elsewhere, or with `plainWalk`, no link is.
// Errors as `openFile` in reader.h says. The kind of file is not checked.
int openBeneath(const Root& root, const std::string& path, bool plainWalk = false);

}  // namespace vignet
