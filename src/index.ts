/**
 * Vignet as a library.
 *
 * `Vignet.open(folder)` is the way in: it joins an archive and an engine, and `cutout` asks it for pixels. `ingest` and
 * `simulate` fill an archive. The parts are exported too, for programs that bring their own.
 */

export { allowAll, ownRights, type Policy, type Rights } from './access/policy.ts';
export { ANONYMOUS, OPERATOR, type Principal } from './access/principal.ts';
export type { LayoutInfo, PlaneInfo } from './addon/layout.ts';
export type { Archive, ArchiveOptions } from './archive/archive.ts';
export { type ArchiveFault, type CheckOptions, checkArchive } from './archive/check.ts';
export type {
  Bounds,
  CensusRow,
  DatasetCandidate,
  DatasetSummary,
  ListedDataset,
  ReadableDataset,
  Region,
} from './archive/dataset-search.ts';
export type { SearchRun } from './archive/index-search.ts';
export type { ArchiveView, ListOptions } from './archive/view.ts';
export type { ResolvedDataset } from './base/dataset.ts';
export { type ErrorKind, VignetError } from './base/errors.ts';
export type { Box, Detail, Stencil } from './base/sky.ts';
export { softwareVersion } from './base/software.ts';
export type { ByteRange, FileSource, ObjectSource, ObjectStamp, Source } from './base/sources.ts';
export type { ByteStore, ByteStores } from './bytes/store.ts';
export type { Query } from './catalog/catalog.ts';
export type { CollectionDataset } from './catalog/collections.ts';
export type { Predicate } from './catalog/predicate.ts';
/**
 * Conditions on columns of the catalog: `where.equals('lsst_band', 'r')`.
 * @example
 * ```ts
 * import { ANONYMOUS, openArchive, where } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * const red = where.isIn('lsst_band', ['r', 'i']);
 * console.log(await archive.as(ANONYMOUS).count(red));
 * await archive.close();
 * ```
 */
export * as where from './catalog/predicate.ts';
export type { CatalogRow, ColumnName } from './catalog/schema.ts';
export type { SiteTable } from './catalog/site-table.ts';
export type { RowOf, TableName } from './catalog/tables.ts';
export { Engine, type EngineOptions, type RequestOptions } from './engine/engine.ts';
export {
  type ButlerCheckOptions,
  type ButlerFault,
  type ButlerSelection,
  checkButler,
  type DroppedRelease,
  dropRelease,
  type IngestFailure,
  type IngestNote,
  type IngestOptions,
  type IngestReport,
  ingest,
  ingestButler,
} from './ingest/index.ts';
export type { Answer, ByteWindow } from './products/answers/answer.ts';
export type { InputsOfAnswer, LostInput } from './products/answers/lost-inputs.ts';
export type { Caller } from './products/caller.ts';
export { type Cutout, type CutoutRequest, planCutout } from './products/cutout/cutout.ts';
export type { DatasetDescription } from './products/datasets/describe.ts';
export type { DatasetProducts } from './products/datasets/index.ts';
export { defaultLimits, type Limits } from './products/limits.ts';
export type { Coverage } from './products/moc/coverage.ts';
export type { Mosaic } from './products/mosaic/mosaic.ts';
export type { MosaicSummary } from './products/mosaic/summary.ts';
export { openArchive } from './products/open-archive.ts';
export { planStack, type Stack, type StackOptions } from './products/stack/index.ts';
export { Vignet, type VignetOptions } from './products/vignet.ts';
export { type SimulateOptions, type SimulateResult, simulate } from './simulate/index.ts';
export type { Edge, Size } from './vo/common/size.ts';
export { parsePos, printStencil } from './vo/dali/stencils.ts';
export { type MocRequest, parseMoc } from './vo/moc/request.ts';
export { type MosaicRequest, parseMosaic } from './vo/mosaic/request.ts';
export { parseSodaSync, type SodaRequest } from './vo/soda/request.ts';
export { parseStack, type StackRequest, type StackTarget, stackRequest } from './vo/stack/request.ts';
