// The exported calls, one file each. All are synchronous: unpack, run, pack. Their contract is
// src/addon/addon.ts.
#pragma once
#include <napi.h>

namespace vignet::binding {

Napi::Value readLayout(const Napi::CallbackInfo& info);
Napi::Value listImages(const Napi::CallbackInfo& info);
Napi::Value describeLayout(const Napi::CallbackInfo& info);
Napi::Value describeExposure(const Napi::CallbackInfo& info);
Napi::Value planCutout(const Napi::CallbackInfo& info);
Napi::Value fillCutout(const Napi::CallbackInfo& info);
Napi::Value buildSeek(const Napi::CallbackInfo& info);
Napi::Value compressFits(const Napi::CallbackInfo& info);
Napi::Value rawCards(const Napi::CallbackInfo& info);
Napi::Value preview(const Napi::CallbackInfo& info);
Napi::Value render(const Napi::CallbackInfo& info);
Napi::Value renderColour(const Napi::CallbackInfo& info);
Napi::Value overlaps(const Napi::CallbackInfo& info);
Napi::Value cellCorners(const Napi::CallbackInfo& info);
Napi::Value buildIndex(const Napi::CallbackInfo& info);
Napi::Value updateIndex(const Napi::CallbackInfo& info);
Napi::Value mergeIndex(const Napi::CallbackInfo& info);
Napi::Value openIndex(const Napi::CallbackInfo& info);
Napi::Value searchIndex(const Napi::CallbackInfo& info);
Napi::Value coverIndex(const Napi::CallbackInfo& info);
Napi::Value locateStamps(const Napi::CallbackInfo& info);
Napi::Value probeFiles(const Napi::CallbackInfo& info);
Napi::Value fillStack(const Napi::CallbackInfo& info);
Napi::Value cutStamps(const Napi::CallbackInfo& info);
Napi::Value readCached(const Napi::CallbackInfo& info);
Napi::Value discard(const Napi::CallbackInfo& info);
Napi::Value dataSum(const Napi::CallbackInfo& info);
Napi::Value sealHdu(const Napi::CallbackInfo& info);
Napi::Value stackRecord(const Napi::CallbackInfo& info);
Napi::Value planMosaic(const Napi::CallbackInfo& info);
Napi::Value fillMosaic(const Napi::CallbackInfo& info);
Napi::Value saveMosaic(const Napi::CallbackInfo& info);
Napi::Value measureSky(const Napi::CallbackInfo& info);
Napi::Value matchSkies(const Napi::CallbackInfo& info);
Napi::Value bjdTdb(const Napi::CallbackInfo& info);
Napi::Object versions(Napi::Env env);

}  // namespace vignet::binding
