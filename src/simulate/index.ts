/** A sky from a seed, observed: FITS files in the afw layout, and the truth beside them. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { VignetError } from '../base/errors.ts';
import { writeButler } from './butler/repository.ts';
import type { Calibration } from './calibrations.ts';
import { type Dataset, datasetsOf } from './datasets.ts';
import type { SimulationWritten } from './native.ts';
import { type SimulateOptions, settingsOf } from './options.ts';
import { releaseOf } from './release.ts';
import work, { type Order, type Outcome } from './simulate-worker.ts';
import { type Made, writeTruth } from './truth.ts';

export {
  DATASET_TYPES,
  PRESET_NAMES,
  type Preset,
  type SimulatedType,
  type SimulateOptions,
} from './options.ts';

export interface SimulateProgress {
  readonly done: number;
  readonly total: number;
  /** Of the files made so far. */
  readonly bytes: number;
  /** The file just finished, below the output folder. */
  readonly path: string;
}

export interface SimulatedFile {
  readonly id: string;
  readonly path: string;
  readonly type: string;
  readonly bytes: number;
}

/**
 * What was written.
 * @example
 * ```ts
 * import type { SimulateResult } from 'vignet';
 *
 * const describe = ({ files, bytes, truth }: SimulateResult) =>
 *   `${files.length} files of ${bytes} bytes, their truth in ${truth}`;
 * ```
 */
export interface SimulateResult {
  readonly files: readonly SimulatedFile[];
  readonly bytes: number;
  /** Folder of the truth tables. */
  readonly truth: string;
  /** Of a release: the folder of the Butler repository around it, and the name of its collection. */
  readonly butler?: { readonly repository: string; readonly collection: string };
}

/**
 * Simulates into `options.out`. Files are a pure function of the options: the same bytes every time, with any
 * number of workers. Each is written under a temporary name first.
 * @throws VignetError usage BAD_SIMULATION for options that make no sense, transient CANNOT_WRITE when a file cannot be written.
 * @example
 * ```ts
 * import { simulate } from 'vignet';
 *
 * const small = { scale: 0.02, visits: 1, detectors: 1, tracts: 1, patches: 1, fullSize: 0 };
 * const { files } = await simulate({ out: 'small-sky', seed: 7, ...small });
 * console.log(files.map(({ path, type }) => `${type} ${path}`));
 * ```
 */
export async function simulate(
  options: SimulateOptions,
  onProgress: (progress: SimulateProgress) => void = () => {},
): Promise<SimulateResult> {
  const settings = settingsOf(options);
  const out = resolve(options.out);
  const release = settings.release === undefined ? undefined : releaseOf(settings);
  const items = release ? [...release.datasets, ...release.calibrations] : datasetsOf(settings);
  await makeFolders(out, new Set(items.map(({ path }) => dirname(path))));

  const crew = crewOf(options.workers ?? availableParallelism());
  let done = 0;
  let bytes = 0;
  const make = async (item: Item): Promise<Made<Item>> => {
    const written = await crew.run({ item, settings, out });
    done++;
    bytes += written.bytes;
    onProgress({ done, total: items.length, bytes, path: item.path });
    return { item, written };
  };
  try {
    // The largest first, so that no thread is left with a long one at the end.
    const order = [...items.keys()].sort((a, b) => areaOf(items[b]) - areaOf(items[a]) || a - b);
    const files = new Array<Made<Item>>(items.length);
    await Promise.all(
      order.map(async (i) => {
        files[i] = await make(items[i] as Item);
      }),
    );
    await writeTruth(settings, files, out);
    if (release) await writeButler(out, settings, release, files);
    return {
      files: files.map(({ item, written }) => ({
        ...{ id: item.uuid, path: item.path, type: item.type },
        bytes: written.bytes,
      })),
      bytes,
      truth: join(out, 'truth'),
      ...(settings.release !== undefined && { butler: { repository: out, collection: settings.release } }),
    };
  } finally {
    await crew.close();
  }
}

async function makeFolders(out: string, folders: ReadonlySet<string>): Promise<void> {
  try {
    for (const folder of folders) await mkdir(join(out, folder), { recursive: true });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new VignetError(
      'transient',
      'CANNOT_WRITE',
      `the output folder cannot be created (${reason}); check its permissions and the free space`,
      { cause },
    );
  }
}

type Item = Dataset | Calibration;

const areaOf = (item: Item | undefined): number => (item ? item.width * item.height : 0);

interface Crew {
  run(order: Order): Promise<SimulationWritten>;
  close(): Promise<void>;
}

/** Threads, or the caller's own where none are wanted or the sources run uncompiled. */
function crewOf(workers: number): Crew {
  const script = fileURLToPath(new URL('./simulate-worker.js', import.meta.url));
  if (workers < 1 || !existsSync(script))
    return { run: async (order) => unwrap(work(order)), close: async () => {} };
  const pool = new Piscina({ filename: script, minThreads: workers, maxThreads: workers });
  return { run: async (order) => unwrap((await pool.run(order)) as Outcome), close: () => pool.destroy() };
}

function unwrap(outcome: Outcome): SimulationWritten {
  if ('written' in outcome) return outcome.written;
  const { kind, code, detail } = outcome.error;
  throw new VignetError(kind, code, detail);
}
