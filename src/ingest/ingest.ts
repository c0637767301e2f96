/** Ingest: from files to a new generation of the catalog. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArchiveConfig,
  DEFAULT_AUTHORITY,
  EMPTY_CONFIG,
  readConfig,
  writeConfig,
} from '../archive/config.ts';
import { currentGeneration } from '../archive/generation.ts';
import { PackWriter } from '../archive/pack-writer.ts';
import type { SkymapConfig } from '../astronomy/skymaps.ts';
import { removeDrafts } from '../base/atomic-file.ts';
import { VignetError } from '../base/errors.ts';
import { toVignetError } from '../base/to-vignet-error.ts';
import { pathBeneath } from '../bytes/files.ts';
import { deepestRoot, rootOf } from '../bytes/roots.ts';
import { SCRATCH_LIMITS, Scratch, type ScratchLimits } from '../bytes/scratch.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import type { RowsBeside } from './beside/rows.ts';
import { databaseFor } from './catalog-choice.ts';
import { checkOptions } from './check-options.ts';
import { completeRow, type Labels } from './describe/row.ts';
import { type ImageFiles, walk } from './files/walk.ts';
import {
  buildSeekHere,
  type LayoutReader,
  lookAt,
  planFile,
  readFileImages,
  readLayoutHere,
  type SeekBuilder,
} from './ingest-file.ts';
import { IngestedFiles } from './ingested-files.ts';
import { IngestLock } from './lock.ts';
import { publish } from './publish.ts';
import { type IngestReport, IngestTally } from './report.ts';
import { writeFailure } from './write-failure.ts';

/**
 * What is ingested under which names, and how.
 * @example
 * ```ts
 * import type { IngestOptions } from 'vignet';
 *
 * const options: IngestOptions = { collection: 'MySurvey', repo: 'mine', dataRights: 'proprietary', group: 'survey' };
 * ```
 */
export interface IngestOptions extends Labels {
  /** Folder all the paths lie beneath; IDs of plain files depend on the path from there. Default: each path's own folder. */
  readonly root?: string;
  readonly authority?: string;
  /** A skymap to declare: patches of it are then joined by its rules. */
  readonly skymap?: SkymapConfig;
  /**
   * Of a new archive: the PostgreSQL database of its catalog, `postgresql://user@host/database` without a password; it is remembered. Default: files.
   */
  readonly catalog?: string;
  /** Reads unchanged files again too. */
  readonly force?: boolean;
  /** Makes seek points: true also for unchanged files that have none, false for no file. Default: for files that are read. */
  readonly seek?: boolean;
  /** Files in work at a time. Default 4. */
  readonly jobs?: number;
  /** Least time between publications, in ms; also never more than a tenth of the time goes into them. Default 10 s. */
  readonly publishEveryMs?: number;
  readonly scratchLimits?: ScratchLimits;
  /** Default: in this thread. */
  readonly layoutOf?: LayoutReader;
  /** Default: in this thread. */
  readonly seekOf?: SeekBuilder;
  /** Stops after the files in work; what is done is published. */
  readonly signal?: AbortSignal;
}

const BATCH = 256;
/** Rows kept in memory until the next publication. */
const MAX_PENDING = 100_000;

/**
 * Ingests files and folders into an archive, made when it is not there. Throws only for what concerns the whole (usage errors, a
 * second ingest, transient CANNOT_WRITE for a full disk); what is wrong with single files is in the report.
 */
export async function ingest(
  archive: string,
  paths: readonly string[],
  options: IngestOptions,
  onProgress: (report: IngestReport) => void = () => undefined,
): Promise<IngestReport> {
  checkOptions(paths, options);
  try {
    return await lockedIngest(archive, paths, options, onProgress);
  } catch (error) {
    throw writeFailure(error);
  }
}

async function lockedIngest(
  archive: string,
  paths: readonly string[],
  options: IngestOptions,
  onProgress: (report: IngestReport) => void,
): Promise<IngestReport> {
  // A file is no archive, which this says in words.
  await readConfig(archive);
  await mkdir(join(archive, 'generations'), { recursive: true });
  const lock = await IngestLock.take(join(archive, 'ingest.lock'));
  try {
    for (const name of ['archive.json', 'CURRENT']) await removeDrafts(join(archive, name));
    const before = await readConfig(archive);
    const database = await databaseFor(archive, before, options.catalog);
    const { config, starts } = await settle({ ...(before ?? EMPTY_CONFIG), ...database }, paths, options);
    if (JSON.stringify(config) !== JSON.stringify(before)) await writeConfig(archive, config);
    const known = await IngestedFiles.open(archive, config.catalog);
    const packs = await PackWriter.open(join(archive, 'packs'), await known.packEnd());
    try {
      return await new Ingest(archive, config, options, lock, known, packs, onProgress).run(starts);
    } finally {
      await packs.close();
      await known.close();
    }
  } finally {
    await lock.release();
  }
}

async function settle(config: ArchiveConfig, paths: readonly string[], options: IngestOptions) {
  const roots: Record<string, string> = { ...config.roots };
  const starts: { start: string; folder: string }[] = [];
  for (const path of paths) {
    const { root, start } = await rootOf(path, roots, options.root);
    roots[root.name] = root.folder;
    starts.push({ start, folder: root.folder });
  }
  const label = options.repo.toLowerCase();
  const repos = { ...config.repos, [label]: config.repos[label] ?? { path: label } };
  return {
    config: {
      ...config,
      authority: options.authority ?? config.authority ?? DEFAULT_AUTHORITY,
      roots,
      repos,
      ...(options.skymap && { skymaps: { ...config.skymaps, [options.skymap.name]: options.skymap } }),
    },
    starts,
  };
}

class Ingest {
  readonly #tally: IngestTally;
  readonly #labels: Labels;
  readonly #scratch: Scratch;
  /** Image files met in this run: a path may be named twice. */
  readonly #met = new Set<string>();
  /** IDs of the datasets of this run. */
  readonly #claimed = new Set<string>();
  #rows: CatalogRow[] = [];
  #drop: string[] = [];
  #beside: RowsBeside[] = [];
  #lacksIndex: boolean;
  #published = Date.now();
  #cost = 0;

  constructor(
    readonly archive: string,
    readonly config: ArchiveConfig,
    readonly options: IngestOptions,
    readonly lock: IngestLock,
    readonly known: IngestedFiles,
    readonly packs: PackWriter,
    readonly onProgress: (report: IngestReport) => void,
  ) {
    this.#tally = new IngestTally(currentGeneration(archive));
    this.#lacksIndex = known.lacksIndex;
    this.#labels = { ...options, repo: options.repo.toLowerCase() };
    this.#scratch = new Scratch(join(archive, 'scratch'), options.scratchLimits ?? SCRATCH_LIMITS);
  }

  async run(starts: readonly { start: string; folder: string }[]): Promise<IngestReport> {
    let batch: ImageFiles[] = [];
    for (const { start, folder } of starts) {
      for await (const found of walk(start, folder, this.options.survey)) {
        if (this.options.signal?.aborted) break;
        if ('problem' in found) this.#tally.fail(found.problem.path, found.problem.error);
        else if (!this.#met.has(found.candidate.path)) {
          this.#met.add(found.candidate.path);
          batch.push(found.candidate);
        }
        if (batch.length >= BATCH) {
          await this.#batch(batch);
          batch = [];
        }
      }
    }
    await this.#batch(batch);
    await this.#publish();
    return this.#tally.report();
  }

  async #batch(batch: readonly ImageFiles[]): Promise<void> {
    this.#tally.found += batch.length;
    const queue = batch.values();
    const work = async () => {
      for (const candidate of queue) {
        if (this.options.signal?.aborted) return;
        await this.#one(candidate);
        this.onProgress(this.#tally.report());
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, this.options.jobs ?? 4) }, work));
    const wait = Math.max(this.options.publishEveryMs ?? 10_000, 10 * this.#cost);
    if (Date.now() - this.#published >= wait || this.#rows.length >= MAX_PENDING) await this.#publish();
  }

  /** Whatever is wrong with a file is its own; only an archive that cannot be written ends an ingest. */
  async #one(candidate: ImageFiles): Promise<void> {
    const found = await this.#read(candidate).catch((error: unknown) => {
      this.#tally.fail(candidate.path, toVignetError(error));
      return undefined;
    });
    this.#tally.done += 1;
    if (!found) return;
    const { held, datasets } = found;
    const fresh = new Set<string>();
    for (const { record, row, beside, layout, points } of datasets) {
      const { uuid } = record;
      fresh.add(uuid);
      const seek = points && (await this.packs.appendBytes({ seek: uuid }, points));
      const whole = seek === undefined ? record : { ...record, seek };
      this.#rows.push(completeRow(row, await this.packs.append(whole, layout)));
      this.#beside.push(beside);
    }
    this.#drop.push(...held.map((row) => row.uuid).filter((uuid) => !fresh.has(uuid)));
    if (held.length > 0) this.#tally.replaced += datasets.length;
    else this.#tally.ingested += datasets.length;
  }

  /** The datasets of a file, whose IDs are claimed; undefined when it is unchanged. */
  async #read(candidate: ImageFiles) {
    const root = deepestRoot(candidate.path, this.config.roots);
    if (!root) throw new VignetError('fatal', 'INTERNAL', 'a file was found outside all roots');
    const held = await this.known.rowsOf(root.name, pathBeneath(candidate.path, root.folder), this.#labels);
    const { stamps, companions } = await lookAt(candidate, root);
    const same = held.every((row) => row.stamps === stamps && row.companions === companions);
    const needsSeek = this.options.seek === true && (await this.known.lacksSeek(held));
    if (held.length > 0 && same && !needsSeek && !this.options.force) {
      this.#tally.unchanged += held.length;
      return undefined;
    }
    const plan = await planFile(candidate, root);
    const { layoutOf = readLayoutHere, seekOf = buildSeekHere, seek } = this.options;
    const { datasets, problems } = await readFileImages(
      plan,
      this.#labels,
      this.#scratch,
      layoutOf,
      seek === false ? undefined : seekOf,
    );
    const own = new Set(held.map((row) => row.uuid));
    for (const { record } of datasets) {
      const isFree =
        own.has(record.uuid) ||
        (await this.known.isFree(record.uuid, candidate.path, this.#labels.repo, this.config.roots));
      this.#claim(record.uuid, isFree);
    }
    for (const { hdu, error } of problems) this.#tally.fail(candidate.path, error, hdu);
    return { held, datasets };
  }

  /** An ID belongs to one file: two copies of a Butler file carry the same one. */
  #claim(uuid: string, isFree: boolean): void {
    if (!isFree || this.#claimed.has(uuid)) {
      throw new VignetError(
        'data',
        'DUPLICATE_ID',
        `the file has the same dataset ID as another file (${uuid}); it is left out`,
      );
    }
    this.#claimed.add(uuid);
  }

  async #publish(): Promise<void> {
    if (this.#rows.length === 0 && this.#drop.length === 0 && !this.#lacksIndex) return;
    const start = Date.now();
    await this.packs.sync();
    await this.lock.assertHeld();
    this.#tally.generation = await publish(this.archive, {
      drop: this.#drop,
      add: this.#rows,
      beside: this.#beside,
      skymaps: this.config.skymaps,
      database: this.config.catalog,
      end: this.packs.end,
    });
    this.#rows = [];
    this.#drop = [];
    this.#beside = [];
    this.#lacksIndex = false;
    this.#published = Date.now();
    this.#cost = this.#published - start;
    this.onProgress(this.#tally.report());
  }
}
