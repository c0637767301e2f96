/**
 * Vignet as a library.
 *
 * `Vignet.open(folder)` is the way in: it joins an archive and an engine, and `cutout` asks it for pixels. `ingest` and
 * `simulate` fill an archive. The parts are exported too, for programs that bring their own.
 */

export type { LayoutInfo, PlaneInfo } from './addon/layout.ts';
export {
  type Archive,
  type ArchiveOptions,
  type Bounds,
  type DatasetFilter,
  type DatasetSummary,
  type ListedDataset,
  openArchive,
  type Principal,
} from './archive/archive.ts';
export type { ResolvedDataset, Source } from './base/dataset.ts';
export { type ErrorKind, VignetError } from './base/errors.ts';
export type { Box, Detail, Stencil } from './base/sky.ts';
export { softwareVersion } from './base/software.ts';
export { Engine, type EngineOptions, type RequestOptions } from './engine/engine.ts';
export { type IngestFailure, type IngestOptions, type IngestReport, ingest } from './ingest/index.ts';
export type { Answer, ByteWindow } from './products/answers/answer.ts';
export { type Cutout, type CutoutRequest, planCutout } from './products/cutout/cutout.ts';
export { defaultLimits, type Limits } from './products/limits.ts';
export type { Mosaic } from './products/mosaic/mosaic.ts';
export type { MosaicSummary } from './products/mosaic/summary.ts';
export { planStack, type Stack, type StackOptions } from './products/stack/index.ts';
export { type Caller, Vignet, type VignetOptions } from './products/vignet.ts';
export { type SimulateOptions, type SimulateResult, simulate } from './simulate/index.ts';
export { parsePos, printStencil } from './vo/dali/stencils.ts';
export { type MosaicRequest, parseMosaic } from './vo/mosaic/request.ts';
export { parseSodaSync, type SodaRequest } from './vo/soda/request.ts';
export { parseStack, type StackRequest, type StackTarget, stackRequest } from './vo/stack/request.ts';
