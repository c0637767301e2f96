/**
 * Reads the files of datasets that were catalogued without, and publishes them as an ingest of their Butler would have done. Files are read
 * without the lock of the archive, which is held only while what was read is published.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { readConfig } from '../archive/config.ts';
import { currentGeneration } from '../archive/generation.ts';
import { PackReader } from '../archive/pack-reader.ts';
import { requireSameDataset } from '../archive/record.ts';
import { VignetError } from '../base/errors.ts';
import { mapConcurrently } from '../base/map-concurrently.ts';
import { toVignetError } from '../base/to-vignet-error.ts';
import { Scratch } from '../bytes/scratch.ts';
import { and, equals, isNull, lessThan, not } from '../catalog/predicate.ts';
import { type CatalogRow, COLUMN_NAMES } from '../catalog/schema.ts';
import type { FileReading } from './ingest-file.ts';
import { IngestLock } from './lock.ts';
import { all, type Completed, type Order, type Outcome, withCatalog } from './pending-worker.ts';
import { readUnread } from './unread.ts';
import { writeFailure } from './write-failure.ts';

export interface PendingOptions {
  readonly reading: (signal: AbortSignal) => FileReading;
  readonly signal: AbortSignal;
  /** Datasets that are left out: their files could not be read before. */
  readonly leaveOut?: (uuid: string, stamps: string) => boolean;
  readonly onFailure?: (uuid: string, stamps: string, error: VignetError) => void;
}

export interface PendingReport {
  readonly read: number;
  readonly failed: number;
  /** The last that was published, or looked at. */
  readonly generation: number;
}

/** Datasets in work at a time, and rows that are asked for at once. */
const AT_ONCE = 2;
const ROWS = 256;
/** What waits for a publication, at most. */
const MOST_WAITING = 1000;
const MOST_BYTES = 64 * 2 ** 20;
/** Between publications, unless more waits; and never more than a tenth of the time goes into them. */
const PUBLISH_EVERY_MS = 10_000;
const TRY_AGAIN_MS = 2000;

/** Each dataset once. Throws VignetError transient INGEST_RUNNING where another process reads them already, CANNOT_WRITE. */
export async function readPending(archive: string, options: PendingOptions): Promise<PendingReport> {
  const generation = currentGeneration(archive);
  if (generation === 0) return { read: 0, failed: 0, generation };
  if (!(await pendingRows(archive, '', 1)).length) return { read: 0, failed: 0, generation };
  let lock: IngestLock;
  try {
    lock = await IngestLock.take(join(archive, 'reading.lock'));
  } catch (error) {
    throw writeFailure(error);
  }
  const round = new Round(archive, options);
  try {
    return await round.run();
  } finally {
    await round.close();
    await lock.release();
  }
}

async function pendingRows(archive: string, after: string, most: number): Promise<CatalogRow[]> {
  const isLater = and(not(lessThan('uuid', after)), not(equals('uuid', after)));
  const where = and(isNull('planes'), equals('state', 'online'), isLater);
  return withCatalog(archive, (catalog) =>
    all(catalog.select({ columns: COLUMN_NAMES, where, order: ['uuid'], most })),
  );
}

/** The compiled worker, also when this file itself runs uncompiled (under vitest). */
function workerFile(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const compiled = isSource ? '../../dist/ingest/pending-worker.js' : './pending-worker.js';
  return fileURLToPath(new URL(compiled, import.meta.url));
}

class Round {
  readonly #archive: string;
  readonly #options: PendingOptions;
  readonly #packs: PackReader;
  readonly #scratch: Scratch;
  readonly #thread = new Piscina<Order, Outcome>({
    ...{ filename: workerFile(), minThreads: 0, maxThreads: 1, recordTiming: false },
  });
  #waiting: Completed[] = [];
  #bytes = 0;
  #read = 0;
  #failed = 0;
  #published = performance.now();
  #cost = 0;

  constructor(archive: string, options: PendingOptions) {
    this.#archive = archive;
    this.#options = options;
    this.#packs = new PackReader(join(archive, 'packs'), 1);
    this.#scratch = new Scratch(join(archive, 'scratch'));
  }

  async run(): Promise<PendingReport> {
    const { signal, leaveOut = () => false } = this.#options;
    for (let after = ''; !signal.aborted; ) {
      const rows = await pendingRows(this.#archive, after, ROWS);
      const last = rows.at(-1);
      if (!last) break;
      after = last.uuid;
      const wanted = rows.filter(({ uuid, stamps }) => !leaveOut(uuid, stamps));
      const roots = (await readConfig(this.#archive))?.roots ?? {};
      await mapConcurrently(wanted, AT_ONCE, async (row) => {
        if (!signal.aborted) await this.#one(row, roots);
      });
    }
    // What was read before a stop is not lost, if it can be published at once.
    await this.#publish();
    return {
      ...{ read: this.#read, failed: this.#failed },
      generation: currentGeneration(this.#archive),
    };
  }

  async #one(row: CatalogRow, roots: Readonly<Record<string, string>>): Promise<void> {
    const { signal, reading, onFailure } = this.#options;
    const { uuid, pack, pack_offset: offset, pack_length: length } = row;
    try {
      const { record } = await this.#packs.read({ pack, offset, length });
      requireSameDataset(uuid, record);
      const dataset = await readUnread(record, { roots, scratch: this.#scratch }, reading(signal), signal, {
        dataRights: row.data_rights,
        ...(row.obs_release_date !== null && { releaseDate: row.obs_release_date }),
        ...(row.owner !== null && { owner: row.owner }),
        ...(row.grp !== null && { group: row.grp }),
      });
      this.#waiting.push({ stamps: row.stamps, dataset });
      this.#bytes += dataset.layout.length + (dataset.points?.length ?? 0);
    } catch (error) {
      if (signal.aborted) return;
      this.#failed += 1;
      onFailure?.(uuid, row.stamps, toVignetError(error));
      return;
    }
    const isDue = performance.now() - this.#published >= Math.max(PUBLISH_EVERY_MS, 10 * this.#cost);
    if (isDue || this.#waiting.length >= MOST_WAITING || this.#bytes >= MOST_BYTES) await this.#publish();
  }

  /** One at a time. */
  #publishing: Promise<void> = Promise.resolve();

  #publish(): Promise<void> {
    const next = this.#publishing.then(() => this.#publishNow());
    this.#publishing = next.catch(() => undefined);
    return next;
  }

  /** Waits for an ingest to end: nothing more is read meanwhile. */
  async #publishNow(): Promise<void> {
    const completed = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    while (completed.length > 0) {
      const start = performance.now();
      const outcome = await this.#thread.run({ archive: this.#archive, completed });
      if ('read' in outcome) {
        this.#read += outcome.read;
        this.#published = performance.now();
        this.#cost = this.#published - start;
        return;
      }
      const { kind, code, detail } = outcome.error;
      if (code !== 'INGEST_RUNNING') throw new VignetError(kind, code, detail);
      const { signal } = this.#options;
      if (signal.aborted) return;
      await pause(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#thread.destroy();
    await this.#packs.close();
  }
}
