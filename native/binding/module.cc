// The export list.
#include "binding/calls.h"
#include "binding/errors.h"
#include "binding/simulate.h"

namespace {

using vignet::binding::guarded;

void add(Napi::Object exports, const char* name, Napi::Value (*call)(const Napi::CallbackInfo&)) {
  exports.Set(name, Napi::Function::New(exports.Env(), guarded(call), name));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("versions", vignet::binding::versions(env));
  add(exports, "readLayout", vignet::binding::readLayout);
  add(exports, "listImages", vignet::binding::listImages);
  add(exports, "describeLayout", vignet::binding::describeLayout);
  add(exports, "describeExposure", vignet::binding::describeExposure);
  add(exports, "readCached", vignet::binding::readCached);
  add(exports, "discard", vignet::binding::discard);
  add(exports, "dataSum", vignet::binding::dataSum);
  add(exports, "sealHdu", vignet::binding::sealHdu);
  add(exports, "planCutout", vignet::binding::planCutout);
  add(exports, "fillCutout", vignet::binding::fillCutout);
  add(exports, "buildSeek", vignet::binding::buildSeek);
  add(exports, "compressFits", vignet::binding::compressFits);
  add(exports, "rawCards", vignet::binding::rawCards);
  add(exports, "preview", vignet::binding::preview);
  add(exports, "render", vignet::binding::render);
  add(exports, "renderColour", vignet::binding::renderColour);
  add(exports, "overlaps", vignet::binding::overlaps);
  add(exports, "cellCorners", vignet::binding::cellCorners);
  add(exports, "buildIndex", vignet::binding::buildIndex);
  add(exports, "updateIndex", vignet::binding::updateIndex);
  add(exports, "mergeIndex", vignet::binding::mergeIndex);
  add(exports, "openIndex", vignet::binding::openIndex);
  add(exports, "searchIndex", vignet::binding::searchIndex);
  add(exports, "coverIndex", vignet::binding::coverIndex);
  add(exports, "simulateImage", vignet::binding::simulateImage);
  add(exports, "simulateCalibration", vignet::binding::simulateCalibration);
  add(exports, "locateStamps", vignet::binding::locateStamps);
  add(exports, "probeFiles", vignet::binding::probeFiles);
  add(exports, "fillStack", vignet::binding::fillStack);
  add(exports, "cutStamps", vignet::binding::cutStamps);
  add(exports, "stackRecord", vignet::binding::stackRecord);
  add(exports, "planMosaic", vignet::binding::planMosaic);
  add(exports, "fillMosaic", vignet::binding::fillMosaic);
  add(exports, "saveMosaic", vignet::binding::saveMosaic);
  add(exports, "measureSky", vignet::binding::measureSky);
  add(exports, "matchSkies", vignet::binding::matchSkies);
  add(exports, "bjdTdb", vignet::binding::bjdTdb);
  return exports;
}

}  // namespace

NODE_API_MODULE(vignet, init)
