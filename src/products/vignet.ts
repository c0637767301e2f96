/** An open archive and the engine that reads it: what the service and the library ask for products. */

import { type Archive, type ArchiveOptions, openArchive } from '../archive/archive.ts';
import type { DatasetSummary, ReadableDataset, Region } from '../archive/dataset-search.ts';
import type { UnreadReader } from '../archive/first-use.ts';
import type { IndexCoverer, IndexSearcher } from '../archive/index-search.ts';
import type { ArchiveView } from '../archive/view.ts';
import { type DatasetKey, parseId } from '../base/dataset-id.ts';
import { defined, type Loose } from '../base/defined.ts';
import { VignetError } from '../base/errors.ts';
import { softwareName } from '../base/software.ts';
import { Engine, type EngineOptions } from '../engine/engine.ts';
import { coverageTask } from '../engine/tasks/coverage.ts';
import { imagesTask } from '../engine/tasks/images.ts';
import { indexSearchTask } from '../engine/tasks/index-search.ts';
import { layoutTask } from '../engine/tasks/layout.ts';
import type { MocRequest } from '../vo/moc/request.ts';
import type { MosaicRequest } from '../vo/mosaic/request.ts';
import { passesFilters, type SodaRequest } from '../vo/soda/request.ts';
import type { StackRequest } from '../vo/stack/request.ts';
import type { Caller } from './caller.ts';
import { type Cutout, type CutoutRequest, planCutout } from './cutout/cutout.ts';
import { whyOutside } from './cutout/outside.ts';
import { whyFiltered } from './cutout/why-filtered.ts';
import { type DatasetProducts, datasetProducts } from './datasets/index.ts';
import type { MosaicDeps } from './deps.ts';
import type { Limits } from './limits.ts';
import { type Coverage, coverageOf } from './moc/coverage.ts';
import { cutCollection } from './mosaic/collection-cutout.ts';
import { planColour } from './mosaic/colour.ts';
import { type Mosaic, planMosaic } from './mosaic/mosaic.ts';
import { pointRegion } from './mosaic/sized.ts';
import { WindowCache } from './mosaic/window-cache.ts';
import { bandNames, untimedSentence } from './select/choose-datasets.ts';
import { findInputs } from './select/mosaic-inputs.ts';
import { whyNothing } from './select/why-nothing.ts';
import type { Stack, StackOptions } from './stack/index.ts';

/**
 * How an archive is opened and what requests may cost.
 * @example
 * ```ts
 * import { ownRights, Vignet, type VignetOptions } from 'vignet';
 *
 * const options: VignetOptions = { archive: { policy: ownRights }, engine: { threads: 2 }, drainMs: 10_000 };
 * const vignet = await Vignet.open('.vignet/sample/archive', options);
 * await vignet.close();
 * ```
 */
export interface VignetOptions {
  readonly archive?: ArchiveOptions;
  readonly engine?: EngineOptions;
  readonly limits?: Partial<Limits>;
  /** Longest time a client may take for a piece of some MiB. Default 30 s. */
  readonly drainMs?: number;
}

/** Tests against the dataset's bounds, as SODA's BAND (metres, or a name), TIME (MJD UTC) and POL. BAND and POL also cut cubes. */
export type BoundsFilter = Loose<Pick<SodaRequest, 'band' | 'time' | 'pol'>>;

function boundsOf(dataset: DatasetSummary) {
  const { em, time, pol } = dataset.bounds;
  return {
    ...{ emMin: em?.[0], emMax: em?.[1], tMin: time?.[0], tMax: time?.[1], polStates: pol ?? undefined },
    bandNames: bandNames(dataset),
  };
}

/**
 * An open archive and the engine that reads it: cutouts, stacks and mosaics of its datasets. Close it after use.
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { ANONYMOUS, parseMosaic, parsePos, stackRequest, Vignet } from 'vignet';
 *
 * const vignet = await Vignet.open('.vignet/sample/archive');
 * const caller = { principal: ANONYMOUS };
 *
 * // A piece of one image.
 * const stencil = parsePos('CIRCLE 150.2987 2.38812 0.005');
 * const [dataset] = await vignet.archive.as(ANONYMOUS).find(stencil);
 * if (dataset) {
 *   const cutout = await vignet.cutout(dataset.id, { stencil, detail: 'MaskedImage' }, caller);
 *   if (cutout) await writeFile(cutout.filename, await cutout.bytes());
 * }
 *
 * // The stamps of every observation of a star.
 * const target = { kind: 'fixed', ra: 150.2987, dec: 2.38812 } as const;
 * const stack = await vignet.stack(stackRequest({ target, bands: ['r'] }), caller);
 * await writeFile('stack.fits', await stack.bytes());
 *
 * // A piece of the r-band coadd, out of as many patches as lie there.
 * const request = parseMosaic([['CIRCLE', '150.25 2.45 0.01'], ['BAND', 'r']]);
 * const mosaic = await vignet.mosaic(request, caller);
 * if (mosaic) await writeFile('mosaic.fits', await mosaic.bytes());
 *
 * await vignet.close();
 * ```
 */
export class Vignet {
  readonly archive: Archive;
  readonly engine: Engine;
  /** The files of its datasets, their headers and structure, pictures of them. */
  readonly datasets: DatasetProducts;
  readonly #limits: Partial<Limits> | undefined;
  readonly #drainMs: number | undefined;
  readonly #windows = new WindowCache();

  private constructor(archive: Archive, engine: Engine, options: VignetOptions) {
    this.archive = archive;
    this.engine = engine;
    this.#limits = options.limits;
    this.#drainMs = options.drainMs;
    const { limits, drainMs } = options;
    this.datasets = datasetProducts(archive, { engine, software: softwareName, limits, drainMs });
  }

  /** Opens an archive folder and starts the engine's threads. Throws VignetError usage NO_ARCHIVE. */
  static async open(folder: string, options: VignetOptions = {}): Promise<Vignet> {
    const engine = new Engine(options.engine);
    const search: IndexSearcher = (task, run) => engine.run(indexSearchTask, task, run);
    const cover: IndexCoverer = (task, cells, rows, run) =>
      engine.run(coverageTask, { task, cells, rows }, run);
    try {
      const parts = { search, cover, readUnread: readerIn(engine) };
      return new Vignet(await openArchive(folder, { ...parts, ...options.archive }), engine, options);
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /**
   * Plans a cutout of a dataset by its publisher ID; no pixel is read until its bytes are asked for. Undefined when the dataset has
   * nothing inside what was asked for. Throws VignetError as `ArchiveView.resolve` and `planCutout` do.
   */
  async cutout(
    id: string | DatasetKey,
    request: CutoutRequest & BoundsFilter,
    { principal, ...options }: Caller,
  ): Promise<Cutout | undefined> {
    const { band, time, pol = [], ...rest } = request;
    const filters = { band, time, pol };
    const view = this.archive.as(principal);
    const deps = this.#deps(view);
    let dataset: ReadableDataset;
    try {
      dataset = await view.resolve(id, options);
    } catch (error) {
      const collection = await collectionOf(view, id, error);
      const passes = (one: DatasetSummary) => passesFilters(filters, boundsOf(one));
      return cutCollection(deps, collection, rest, passes, options);
    }
    if (!passesFilters(filters, boundsOf(dataset))) return undefined;
    return planCutout({ ...deps, dataset }, { ...rest, ...defined({ band }), pol }, options);
  }

  /**
   * Plans a mosaic; no pixel is read until its bytes are asked for. Undefined when no dataset has anything in the region. Throws
   * VignetError as `planMosaic` does.
   */
  async mosaic(request: MosaicRequest, { principal, ...options }: Caller): Promise<Mosaic | undefined> {
    const deps = this.#deps(this.archive.as(principal));
    const { colour } = request;
    if (colour) return planColour(deps, { ...request, colour }, options);
    return planMosaic(deps, request, options);
  }

  /** The sky that datasets cover. Throws VignetError as `coverageOf` does. */
  async coverage(request: MocRequest, { principal, ...options }: Caller): Promise<Coverage> {
    return coverageOf(this.archive.as(principal), request, options);
  }

  /** Why `mosaic` found nothing: what was looked for, and what is there. */
  async whyNoMosaic(request: MosaicRequest, { principal }: Caller): Promise<string> {
    const view = this.archive.as(principal);
    const { ids, sized, times } = request;
    const point: Region | undefined = sized && { point: [sized.ra, sized.dec] };
    const region = sized ? pointRegion(sized) : request.region;
    const untimed =
      times.length > 0
        ? (await findInputs(view, { ...request, region }, Number.POSITIVE_INFINITY, {})).untimed
        : 0;
    const types = request.types.length > 0 || request.visit !== undefined ? request.types : ['coadd'];
    const why =
      ids.length > 0 || !region
        ? 'none of the datasets asked for has a pixel in the region'
        : await whyNothing(view, point ?? region, { ...request, types });
    return [why, ...(untimed > 0 ? [untimedSentence(untimed)] : [])].join('; ');
  }

  /** Why `cutout` found nothing: which of region, band, time and polarization the dataset is outside of. */
  async whyNoCutout(
    id: string | DatasetKey,
    { band, time, pol = [], ...request }: CutoutRequest & BoundsFilter,
    { principal }: Caller,
  ): Promise<string> {
    const dataset = await this.archive
      .as(principal)
      .resolve(id)
      .catch(() => undefined);
    if (!dataset) return 'no image of the collection passes BAND and TIME and has a pixel in the region';
    return whyFiltered({ band, time, pol }, boundsOf(dataset)) ?? whyOutside(dataset.layout, request);
  }

  #deps(view: ArchiveView): MosaicDeps {
    const { engine } = this;
    return {
      view,
      engine,
      windows: this.#windows,
      software: softwareName,
      limits: this.#limits,
      drainMs: this.#drainMs,
    };
  }

  /**
   * Plans a light-curve stack: the stamps of every observation of a position; no pixel is read until its bytes are asked for. A request
   * comes from `stackRequest`, with defaults, or from `parseStack`. Throws VignetError as `planStack` does.
   */
  async stack(request: StackRequest, { principal, ...options }: Caller & StackOptions): Promise<Stack> {
    const { planStack } = await import('./stack/index.ts');
    return planStack(this.#deps(this.archive.as(principal)), request, options);
  }

  /** Cancels what runs, ends the threads, closes the archive. */
  async close(): Promise<void> {
    await this.engine.close();
    await this.archive.close();
  }
}

/** Files that were not read at ingest are read in the engine's threads. */
function readerIn(engine: Engine): UnreadReader {
  return async (...all) => {
    const { unreadReader } = await import('../ingest/unread.ts');
    const read = unreadReader((signal) => ({
      imagesOf: (source) => engine.run(imagesTask, source, { signal }),
      layoutOf: (sources) => engine.run(layoutTask, sources, { signal }),
    }));
    return read(...all);
  };
}

/** The collection dataset of an ID that is not a single dataset's; throws the original error when there is none. */
async function collectionOf(view: ArchiveView, id: string | DatasetKey, error: unknown) {
  if (!(error instanceof VignetError) || error.code !== 'UNKNOWN_ID') throw error;
  const { repo, uuid } = typeof id === 'string' ? parseId(id) : id;
  const all = await view.collections();
  const found = all.find(({ key }) => key.uuid === uuid && key.repo === repo.toLowerCase());
  if (!found) throw error;
  return found;
}
