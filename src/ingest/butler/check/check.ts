/** Checks a Butler repository without an archive: what of it cannot be read, is missing, was changed, is there twice, or has no place or time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../../../addon/addon.ts';
import { nearline } from '../../../archive/first-use.ts';
import { pixelsOf } from '../../../archive/pixel-digest.ts';
import { VignetError } from '../../../base/errors.ts';
import { mapConcurrently } from '../../../base/map-concurrently.ts';
import { callNative, toVignetError } from '../../../base/to-vignet-error.ts';
import { deepestRoot } from '../../../bytes/roots.ts';
import { Scratch } from '../../../bytes/scratch.ts';
import {
  type LayoutReader,
  planFile,
  readFileImages,
  readingHere,
  readLayoutHere,
} from '../../ingest-file.ts';
import type { Candidate, Found, Roots } from '../../source.ts';
import { ButlerCandidates, type ButlerSelection } from '../source.ts';
import { repeatedDataIds } from './data-ids.ts';

/**
 * Something that is wrong with a Butler repository.
 * @example
 * ```ts
 * import type { ButlerFault } from 'vignet';
 *
 * const lineOf = ({ path, error }: ButlerFault) => `${path ?? 'repository'}: ${error.message} [${error.code}]`;
 * ```
 */
export interface ButlerFault {
  /** The repository as a whole, its registry or datastores, or one dataset. */
  readonly part: 'repository' | 'dataset';
  readonly uuid?: string;
  /** Path of its file, or its type and data ID. */
  readonly path?: string;
  readonly error: VignetError;
}

/**
 * How a Butler repository is checked.
 * @example
 * ```ts
 * import type { ButlerCheckOptions } from 'vignet';
 *
 * const whole: ButlerCheckOptions = { pixels: true };
 * ```
 */
export interface ButlerCheckOptions {
  /** Reads the pixels of every image, and says which are there twice. */
  readonly pixels?: boolean;
  /** Files in work at a time. Default 4. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  /** Default: in this thread. */
  readonly layoutOf?: LayoutReader;
  readonly onProgress?: (datasets: number) => void;
}

const BATCH = 64;
/** As `ingest` is told; nothing of it is kept. */
const LABELS = { collection: 'check', repo: 'check' };

/** `checkButler` of the library. */
export async function* checkRepository(
  selection: ButlerSelection,
  options: ButlerCheckOptions = {},
): AsyncGenerator<ButlerFault, void, undefined> {
  const scratch = await mkdtemp(join(tmpdir(), 'vignet-check-'));
  let source: ButlerCandidates | undefined;
  try {
    source = await ButlerCandidates.open(selection, { signal: options.signal });
    yield* repeatedDataIds(source.pages());
    yield* new Check(new Scratch(scratch), await source.roots({}), options).run(source);
  } catch (error) {
    const fault = toVignetError(error);
    if (fault.kind === 'usage' || options.signal?.aborted) throw fault;
    yield { part: 'repository', error: fault };
  } finally {
    await source?.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

class Check {
  /** The first dataset that has a file, or pixels. */
  readonly #files = new Map<string, string>();
  readonly #pixels = new Map<string, string>();
  #done = 0;

  constructor(
    readonly scratch: Scratch,
    readonly roots: Roots,
    readonly options: ButlerCheckOptions,
  ) {}

  async *run(source: ButlerCandidates): AsyncGenerator<ButlerFault, void, undefined> {
    let batch: Found[] = [];
    for await (const found of source.candidates(LABELS.collection)) {
      if (this.options.signal?.aborted) return;
      batch.push(found);
      if (batch.length < BATCH) continue;
      yield* await this.#batch(batch);
      batch = [];
    }
    yield* await this.#batch(batch);
  }

  /** What is there twice is told in the order of the datasets, whichever was read first. */
  async #batch(batch: readonly Found[]): Promise<ButlerFault[]> {
    const all = await mapConcurrently(batch, this.options.jobs ?? 4, (found) => this.#look(found));
    this.#done += batch.length;
    this.options.onProgress?.(this.#done);
    return all.flatMap(({ path, uuid, errors, images }) => {
      const repeated = images.flatMap((image) => this.#repeated(image));
      return [...errors, ...repeated].map((error) => ({
        part: 'dataset' as const,
        path,
        ...(uuid !== undefined && { uuid }),
        error,
      }));
    });
  }

  async #look(found: Found): Promise<Looked> {
    if ('problem' in found) {
      const { path, error, uuid } = found.problem;
      return { path, uuid, errors: [error], images: [] };
    }
    const { path, facts } = found.candidate;
    const read = await this.#read(found.candidate).catch((error: unknown) => ({
      errors: [toVignetError(error)],
      images: [],
    }));
    return { path, uuid: facts?.uuid, ...read };
  }

  async #read(candidate: Candidate): Promise<Pick<Looked, 'errors' | 'images'>> {
    const { path, nearline: elsewhere } = candidate;
    if (elsewhere) return { errors: [nearline(elsewhere.where)], images: [] };
    const root = deepestRoot(path, this.roots);
    if (!root) throw new VignetError('fatal', 'INTERNAL', 'a file was found outside all roots');
    const plan = await planFile(candidate, root);
    const { layoutOf = readLayoutHere } = this.options;
    const reading = { ...readingHere, layoutOf };
    const { datasets, problems } = await readFileImages(plan, LABELS, this.scratch, reading);
    const errors = problems.map(({ error }) => error);
    const images: Image[] = [];
    for (const { row, layout } of datasets) {
      errors.push(...lacks(candidate, row));
      const isRead = this.options.pixels === true && plan.files[0]?.gzip === false && !plan.files[0].member;
      const info = () => callNative(() => native.describeLayout(layout));
      const pixels = isRead ? await pixelsOf(path, info()) : undefined;
      images.push({ uuid: row.uuid, file: `${row.path} ${row.hdu}`, pixels });
    }
    return { errors, images };
  }

  #repeated({ uuid, file, pixels }: Image): VignetError[] {
    const first = firstOf(this.#files, file, uuid);
    const same = pixels === undefined ? undefined : firstOf(this.#pixels, pixels, uuid);
    return [
      ...(first === undefined ? [] : [twice('file', first)]),
      ...(same === undefined ? [] : [twice('pixels', same)]),
    ];
  }
}

interface Image {
  readonly uuid: string;
  /** With the HDU. */
  readonly file: string;
  /** A digest. */
  readonly pixels: string | undefined;
}

interface Looked {
  readonly path: string;
  readonly uuid: string | undefined;
  readonly errors: readonly VignetError[];
  readonly images: readonly Image[];
}

/** Another dataset that had it before. */
function firstOf(seen: Map<string, string>, key: string, uuid: string): string | undefined {
  const first = seen.get(key);
  if (first === undefined) seen.set(key, uuid);
  return first === uuid ? undefined : first;
}

const twice = (what: string, first: string) =>
  new VignetError(
    'data',
    'DUPLICATE_DATASET',
    `expected ${what} of its own for every dataset, received the ${what} of dataset ${first} once more; check which of them is meant`,
  );

/** A sky position and a time, where the data ID is of an image of the sky. */
function lacks(
  { facts }: Candidate,
  row: { s_region_origin: string | null; t_min: number | null },
): VignetError[] {
  if (!facts?.isOfSky) return [];
  const errors: VignetError[] = [];
  if (row.s_region_origin !== 'wcs')
    errors.push(
      new VignetError(
        'data',
        'NO_WCS',
        'expected a celestial WCS in the file of an image of the sky, received none that can be used; its position is that of the registry, if it has one',
      ),
    );
  if (facts.visit !== undefined && row.t_min === null)
    errors.push(
      new VignetError(
        'data',
        'NO_TIME',
        'expected a time of the exposure, received none from the registry and the file; searches by time do not find it',
      ),
    );
  return errors;
}
