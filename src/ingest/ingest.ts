/** Ingest: from files to a new generation of the catalog. */

import { join } from 'node:path';
import { type ArchiveConfig, DEFAULT_AUTHORITY } from '../archive/config.ts';
import { currentGeneration } from '../archive/generation.ts';
import { PackWriter } from '../archive/pack-writer.ts';
import { usageError, VignetError } from '../base/errors.ts';
import { toVignetError } from '../base/to-vignet-error.ts';
import { withMember } from '../bytes/file-record.ts';
import { pathBeneath } from '../bytes/files.ts';
import { deepestRoot, type Root } from '../bytes/roots.ts';
import { SCRATCH_LIMITS, Scratch } from '../bytes/scratch.ts';
import type { CatalogRow } from '../catalog/schema.ts';
import type { RowsBeside } from './beside/rows.ts';
import { checkOptions } from './check-options.ts';
import type { Labels } from './describe/labels.ts';
import { completeRow } from './describe/row.ts';
import { FileCandidates } from './files/source.ts';
import { fileDigest, stateDigest } from './index-rows.ts';
import {
  buildSeekHere,
  listImagesHere,
  lookAt,
  planFile,
  readFileImages,
  readLayoutHere,
} from './ingest-file.ts';
import type { IngestedFiles, IngestedRow } from './ingested-files.ts';
import type { IngestLock } from './lock.ts';
import { withLockedArchive } from './locked-archive.ts';
import type { IngestOptions } from './options.ts';
import { isMergeDue, publish } from './publish.ts';
import { type IngestReport, IngestTally } from './report.ts';
import type { Candidate, CandidateSource, Roots } from './source.ts';
import { seenElsewhere, unreadDataset } from './unread.ts';

/** The root of what is not on a disk of this machine. */
const NOWHERE: Root = { name: '', folder: '' };
const BATCH = 256;
/** Rows kept in memory until the next publication. */
const MAX_PENDING = 25_000;

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
  return ingestFrom(archive, new FileCandidates(paths, options.root, options.survey), options, onProgress);
}

/** The same for any source, which is closed in the end. */
export async function ingestFrom(
  archive: string,
  source: CandidateSource,
  options: IngestOptions,
  onProgress: (report: IngestReport) => void = () => undefined,
): Promise<IngestReport> {
  try {
    checkOptions(options);
    if (options.layouts === 'later' && !source.registry) throw noRegistry();
    return await withLockedArchive(
      archive,
      options.catalog,
      async (config) => settle(config, await source.roots(config.roots), options),
      async ({ config, lock, known }) => {
        const packs = await PackWriter.open(join(archive, 'packs'), await known.packEnd());
        try {
          if (options.force) known.verifyIndex();
          const run = new Ingest(archive, config, options, lock, known, packs, onProgress);
          return await run.run(source);
        } finally {
          await packs.close();
        }
      },
    );
  } finally {
    await source.close();
  }
}

/** Where a candidate's image is, as a report says it. */
const placeOf = ({ path, members }: Candidate) => withMember(path, members?.[0]?.name);

function noRegistry(): VignetError {
  return usageError(
    'CONTRADICTION',
    'expected a Butler for layouts that are made later, received files, of which nothing is known before they are read; leave it out',
  );
}

function settle(config: ArchiveConfig, roots: Roots, options: IngestOptions): ArchiveConfig {
  const label = options.repo.toLowerCase();
  const repos = { ...config.repos, [label]: config.repos[label] ?? { path: label } };
  return {
    ...config,
    authority: options.authority ?? config.authority ?? DEFAULT_AUTHORITY,
    roots,
    repos,
    ...(options.skymap && { skymaps: { ...config.skymaps, [options.skymap.name]: options.skymap } }),
  };
}

class Ingest {
  readonly #tally: IngestTally;
  readonly #labels: Labels;
  readonly #scratch: Scratch;
  /** Image files met in this run, or datasets of a source that knows them. */
  readonly #met = new Set<string>();
  /** IDs of the datasets of this run. */
  readonly #claimed = new Set<string>();
  #rows: CatalogRow[] = [];
  #drop: string[] = [];
  #beside: RowsBeside[] = [];
  /** Whether a generation of this ingest has a new index where the one before was damaged. */
  #isIndexRenewed = false;
  #published = performance.now();
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
    this.#labels = { ...options, repo: options.repo.toLowerCase() };
    this.#scratch = new Scratch(join(archive, 'scratch'), options.scratchLimits ?? SCRATCH_LIMITS);
  }

  async run(source: CandidateSource): Promise<IngestReport> {
    try {
      await this.#takeAll(source);
      await this.#dropGone(source);
    } catch (error) {
      // A source that fails, such as a registry that is away: what was done before is not lost.
      if (error instanceof VignetError && error.kind !== 'fatal') await this.#publish();
      // A question to a registry ends where the ingest is stopped.
      const isStopped = this.options.signal?.aborted && toVignetError(error).code === 'REGISTRY_BUSY';
      if (!isStopped) throw error;
    }
    await this.#publish();
    await this.#merge();
    return this.#tally.report();
  }

  async #takeAll(source: CandidateSource): Promise<void> {
    for (const { path, note } of source.notes ?? []) this.#tally.note(path, note);
    let batch: Candidate[] = [];
    for await (const found of source.candidates(this.#labels.collection)) {
      if (this.options.signal?.aborted) break;
      if ('problem' in found) this.#tally.fail(found.problem.path, found.problem.error);
      else if (this.#isNew(found.candidate)) batch.push(found.candidate);
      if (batch.length >= BATCH) {
        await this.#batch(batch);
        batch = [];
      }
    }
    await this.#batch(batch);
  }

  /** A path may be named twice, and a dataset be in several collections. */
  #isNew({ path, facts }: Candidate): boolean {
    const name = facts?.uuid ?? path;
    if (this.#met.has(name)) return false;
    this.#met.add(name);
    return true;
  }

  /** Datasets that the source gave before and no longer has. An ingest that was stopped has not seen all that there is. */
  async #dropGone({ registry }: CandidateSource): Promise<void> {
    if (!registry || this.options.signal?.aborted) return;
    const isMet = (uuid: string) => this.#met.has(uuid);
    const gone = await registry.gone(await this.known.recorded(registry.name, this.#labels, isMet));
    this.#drop.push(...gone);
    this.#tally.gone += gone.length;
  }

  async #batch(batch: readonly Candidate[]): Promise<void> {
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
    if (performance.now() - this.#published >= wait || this.#rows.length >= MAX_PENDING)
      await this.#publish();
  }

  /** Whatever is wrong with a file is its own; only an archive that cannot be written ends an ingest. */
  async #one(candidate: Candidate): Promise<void> {
    const found = await this.#read(candidate).catch((error: unknown) => {
      this.#tally.fail(placeOf(candidate), toVignetError(error));
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
  async #read(candidate: Candidate) {
    const { path, facts, nearline } = candidate;
    const root = nearline ? NOWHERE : deepestRoot(path, this.config.roots);
    if (!root) throw new VignetError('fatal', 'INTERNAL', 'a file was found outside all roots');
    const file = this.#fileOf(candidate, root);
    const held = facts
      ? await this.known.rowsWith(facts.uuid, file, this.#labels)
      : await this.known.rowsOf(file);
    const seen = nearline ? seenElsewhere(candidate) : await lookAt(candidate, root);
    const later = facts && (nearline || this.options.layouts === 'later');
    const [read, unread] = [stateDigest(seen, true), stateDigest(seen, false)];
    const same = held.every(({ state }) => state === read || state === unread);
    const needsFile = !later && (held.some(({ state }) => state === unread) || (await this.#needsSeek(held)));
    if (held.length > 0 && same && !needsFile && !this.options.force) {
      this.#tally.unchanged += held.length;
      return undefined;
    }
    const { datasets, problems } = later
      ? { datasets: [unreadDataset(candidate, facts, seen, this.#labels)], problems: [] }
      : await this.#readFiles(candidate, root);
    const own = new Set(held.map((row) => row.uuid));
    for (const { record } of datasets) {
      const isFree =
        own.has(record.uuid) ||
        (await this.known.isFree(record.uuid, candidate.path, this.#labels.repo, this.config.roots));
      this.#claim(record.uuid, isFree);
    }
    for (const { hdu, error } of problems) this.#tally.fail(placeOf(candidate), error, hdu);
    for (const { notes } of datasets) for (const note of notes) this.#tally.note(placeOf(candidate), note);
    return { held, datasets };
  }

  /** What the index has of a file that it holds. */
  #fileOf({ path, members, nearline }: Candidate, { name, folder }: Root): string {
    const { collection: obs_collection, repo } = this.#labels;
    const own = nearline ? path : withMember(pathBeneath(path, folder), members?.[0]?.name);
    return fileDigest({ repo, obs_collection, root: name, path: own });
  }

  async #readFiles(candidate: Candidate, root: Root) {
    const {
      imagesOf = listImagesHere,
      layoutOf = readLayoutHere,
      seekOf = buildSeekHere,
      seek,
    } = this.options;
    const reading = { imagesOf, layoutOf, seekOf: seek === false ? undefined : seekOf };
    return readFileImages(await planFile(candidate, root), this.#labels, this.#scratch, reading);
  }

  async #needsSeek(held: readonly IngestedRow[]): Promise<boolean> {
    return this.options.seek === true && (await this.known.lacksSeek(held));
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
    const isRenewed = this.known.lacksIndex && !this.#isIndexRenewed;
    if (this.#rows.length === 0 && this.#drop.length === 0 && !isRenewed) return;
    await this.#publishNow();
  }

  /** What was brought can be seen by now: the next ingests will have less to write. */
  async #merge(): Promise<void> {
    if (!this.options.signal?.aborted && isMergeDue(this.archive, this.options.merging))
      await this.#publishNow();
  }

  async #publishNow(): Promise<void> {
    const start = performance.now();
    await this.packs.sync();
    await this.lock.assertHeld();
    this.#tally.generation = await publish(this.archive, {
      drop: this.#drop,
      add: this.#rows,
      beside: this.#beside,
      skymaps: this.config.skymaps,
      database: this.config.catalog,
      keep: this.known.generation,
      end: this.packs.end,
      renewIndex: this.known.lacksIndex && !this.#isIndexRenewed,
      merging: this.options.merging,
    });
    this.#rows = [];
    this.#drop = [];
    this.#beside = [];
    this.#isIndexRenewed = this.known.lacksIndex;
    this.#published = performance.now();
    this.#cost = this.#published - start;
    this.onProgress(this.#tally.report());
  }
}
