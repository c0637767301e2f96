/** A mosaic as a FITS file: headers and tables that are known, windows of pixels that are not, and what became of both at the end. */

import type { FileHandle } from 'node:fs/promises';
import type {
  Assignment,
  MosaicFailure,
  MosaicPlan,
  MosaicRows,
  MosaicTask,
  Resampling,
  Rings,
} from '../../addon/mosaic.ts';
import { defined } from '../../base/defined.ts';
import { VignetError } from '../../base/errors.ts';
import { mapConcurrently } from '../../base/map-concurrently.ts';
import { inTurns } from '../../base/steps.ts';
import { discard } from '../../engine/buffers.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import { mosaicTask } from '../../engine/tasks/mosaic.ts';
import { mosaicSaveTask } from '../../engine/tasks/mosaic-save.ts';
import { BLOCK, padded } from '../../fits/cards.ts';
import { addSum, joinSums } from '../../fits/checksum.ts';
import type { Combination, Missing } from '../../vo/mosaic/parameters.ts';
import type { ByteWindow } from '../answers/answer.ts';
import type { PlainFits } from '../answers/image-answers.ts';
import type { InputsOfAnswer } from '../answers/lost-inputs.ts';
import { writeToFile } from '../answers/write.ts';
import type { UnreadInput } from '../select/mosaic-inputs.ts';
import { taskInput } from './place.ts';
import {
  type HduSum,
  type Level,
  outcomeOf,
  type PlannedInput,
  provenanceBytes,
  provenanceSteps,
  statusBytes,
  statusSteps,
} from './tables.ts';
import type { WindowOutcome, WindowOutcomes } from './window-cache.ts';

type Cell = ByteWindow &
  (
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | { readonly kind: 'rows'; readonly plane: number; readonly y0: number; readonly y1: number }
    | { readonly kind: 'provenance' }
    | { readonly kind: 'status' }
  );

export interface MosaicFileDeps {
  readonly plan: MosaicPlan;
  readonly inputs: readonly PlannedInput[];
  /** What has no part in it, though it might. */
  readonly unread: readonly UnreadInput[];
  readonly skymap: Rings | undefined;
  readonly resampling: Resampling;
  readonly missing: Missing;
  readonly outcomes: WindowOutcomes;
  readonly combine?: Combination | undefined;
  /** Detectors as they lie in the camera. */
  readonly camera: boolean;
  /** Measured when the first pixel is asked for. */
  readonly levels: (request: EngineRequest) => Promise<readonly Level[]>;
}

/** Where a file goes. */
export interface SaveTo {
  readonly file: FileHandle;
  readonly threads: number;
  /** Told of bytes that were written. */
  readonly progress?: ((bytes: number) => void) | undefined;
}

/** Pixels of a plane that are written together, at least. */
const STRIP = 4 * 1024 ** 2;
const NOTHING: WindowOutcome = { sum: 0, failures: [] };

/** Pixels around a window that its own depend on, when inputs are combined. */
const AROUND = 2;

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/**
 * Windows are always filled whole, at places that the plan fixes. The STATUS table is made of what came of all of them: who asks for it
 * alone waits until every window was filled once, unless somebody has asked for the same mosaic before.
 */
export class MosaicFile implements PlainFits {
  readonly size: number;
  readonly #deps: MosaicFileDeps;
  readonly #cells: readonly Cell[];
  readonly #assignment: Assignment;
  /** Of who came to the end last, by the number of the input. */
  #failures: ReadonlyMap<number, MosaicFailure> = new Map();

  constructor(deps: MosaicFileDeps) {
    this.#deps = deps;
    this.#assignment = assignmentOf(deps);
    this.#cells = this.#layOut();
    this.size = this.#cells.at(-1)?.to ?? 0;
  }

  #layOut(): Cell[] {
    const { plan } = this.#deps;
    const cells: Cell[] = [];
    let at = 0;
    const place = (size: number) => {
      at += size;
      return { from: at - size, to: at };
    };
    let bytes: Uint8Array = latin1(plan.primary);
    for (const [n, plane] of plan.planes.entries()) {
      bytes = Buffer.concat([bytes, latin1(plane.header)]);
      cells.push({ kind: 'bytes', bytes, ...place(bytes.byteLength) });
      const rowBytes = (plan.frame.width * Math.abs(plane.bitpix)) / 8;
      for (const [i, y1] of plane.cuts.slice(1).entries()) {
        const y0 = plane.cuts[i] ?? 0;
        cells.push({ kind: 'rows', plane: n, y0, y1, ...place((y1 - y0) * rowBytes) });
      }
      bytes = Buffer.alloc(padded(at) - at);
    }
    if (bytes.byteLength > 0) cells.push({ kind: 'bytes', bytes, ...place(bytes.byteLength) });
    cells.push({ kind: 'provenance', ...place(provenanceBytes(this.#deps)) });
    cells.push({ kind: 'status', ...place(statusBytes(this.#deps, this.#sums([], 0))) });
    return cells;
  }

  #provenance(levels: readonly Level[]): Promise<Uint8Array> {
    return inTurns(provenanceSteps(this.#deps, levels));
  }

  inputsLost(): InputsOfAnswer {
    const { inputs, unread } = this.#deps;
    const lost = inputs.flatMap((input, at) => {
      const { code, reason } = outcomeOf(input, this.#failures.get(at + 1));
      return code === '' ? [] : [{ id: input.dataset.id, code, reason }];
    });
    const others = unread.map(({ id, problem }) => ({ id, code: problem.code, reason: problem.message }));
    return { planned: inputs.length + unread.length, lost: [...lost, ...others] };
  }

  windows({ from, to }: ByteWindow): readonly ByteWindow[] {
    return this.#cells.filter((cell) => cell.from < to && cell.to > from);
  }

  /** Writes all of it into an open file, several planes at a time and in whatever order. */
  async save(request: EngineRequest, { file, threads, progress }: SaveTo): Promise<void> {
    const levels = await this.#deps.levels(request);
    const outcomes = await mapConcurrently(this.#strips(threads), threads + 1, async ({ y0, y1 }) => {
      if (request.signal.aborted) throw request.signal.reason;
      const task = { ...this.#rowsOf(y0, y1, levels), file: file.fd, planes: this.#planes() };
      const saved = await request.run(mosaicSaveTask, task);
      const failure = saved.flatMap(({ planes }) => planes.flatMap((plane) => plane.failures))[0];
      if (failure && this.#deps.missing === 'fail') throw this.#missing(failure);
      request.stopClock()();
      progress?.(task.planes.reduce((sum, { rowBytes }) => sum + rowBytes * (y1 - y0), 0));
      return saved.map(({ planes }) => planes);
    });
    const parts = outcomes.flat();
    const planes = this.#deps.plan.planes.map((_, p) => parts.map((part) => part[p] ?? NOTHING));
    const provenance = await this.#provenance(levels);
    for (const cell of this.#cells) {
      if (cell.kind === 'rows') continue;
      const bytes =
        cell.kind === 'bytes'
          ? cell.bytes
          : cell.kind === 'provenance'
            ? provenance
            : await this.#status(planes, provenance);
      await writeToFile(file, bytes, cell.from);
    }
  }

  /** The planes, and where their pixels begin. */
  #planes() {
    const { plan } = this.#deps;
    return plan.planes.map(({ kind, bitpix }, p) => ({
      plane: kind,
      wide: Math.abs(bitpix) === 64,
      at: this.#cells.find((cell) => cell.kind === 'rows' && cell.plane === p)?.from ?? 0,
      rowBytes: (plan.frame.width * Math.abs(bitpix)) / 8,
    }));
  }

  /** Rows that are best written together: some of the image's windows, at the end one by one, so that no thread is long the last. */
  #strips(threads: number): { y0: number; y1: number }[] {
    const { width } = this.#deps.plan.frame;
    const strips: { y0: number; y1: number }[] = [];
    let y0 = 0;
    const cuts = this.#deps.plan.planes[0]?.cuts.slice(1) ?? [];
    for (const [i, y1] of cuts.entries()) {
      const last = i + 1 >= cuts.length - 4 * (threads - 1);
      if ((y1 - y0) * width < STRIP && !last) continue;
      strips.push({ y0, y1 });
      y0 = y1;
    }
    return strips;
  }

  async fill(request: EngineRequest, begin: number, out: Uint8Array): Promise<void> {
    const number = this.#cellAt(begin);
    const cell = this.#cells[number];
    if (cell?.from !== begin || cell.to - cell.from !== out.byteLength)
      throw new VignetError('fatal', 'BAD_WINDOW', 'the window is not one of the mosaic');
    if (cell.kind === 'bytes') out.set(cell.bytes);
    else if (cell.kind === 'provenance') out.set(await this.#provenance(await this.#deps.levels(request)));
    else if (cell.kind === 'status') out.set(await this.#finish(request));
    else await this.#rows(request, number, cell, out);
  }

  #cellAt(begin: number): number {
    let [low, high] = [0, this.#cells.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#cells[middle]?.from ?? 0) <= begin) low = middle;
      else high = middle;
    }
    return low;
  }

  /** What is under way for this file: the end waits for it. */
  readonly #underWay = new Map<number, Promise<WindowOutcome>>();

  async #rows(
    request: EngineRequest,
    number: number,
    cell: Extract<Cell, { kind: 'rows' }>,
    out: Uint8Array,
  ): Promise<WindowOutcome> {
    const filling = async () => {
      const task = this.#task(cell, await this.#deps.levels(request));
      const calls = await request.run(mosaicTask, { task, out });
      return {
        sum: calls.map(({ sum }) => sum).reduce(joinSums),
        failures: calls.flatMap(({ failures }) => failures),
      };
    };
    const known = filling();
    this.#underWay.set(number, known);
    try {
      const outcome = await known;
      const [failure] = outcome.failures;
      if (failure && this.#deps.missing === 'fail') throw this.#missing(failure);
      this.#deps.outcomes.set(number, outcome);
      return outcome;
    } finally {
      this.#underWay.delete(number);
    }
  }

  #missing({ number, code, reason }: MosaicFailure): VignetError {
    return missingInput(this.#deps.inputs[number - 1]?.dataset.id, code, reason);
  }

  #task({ plane, y0, y1 }: Extract<Cell, { kind: 'rows' }>, levels: readonly Level[]): MosaicTask {
    const { kind = 'image', bitpix = -32 } = this.#deps.plan.planes[plane] ?? {};
    return { ...this.#rowsOf(y0, y1, levels), plane: kind, wide: Math.abs(bitpix) === 64 };
  }

  /** The inputs as tasks have them; made once for all windows. */
  #parts: MosaicRows['inputs'] | undefined;

  #inputsOf(levels: readonly Level[]): MosaicRows['inputs'] {
    const { skymap, camera, inputs } = this.#deps;
    this.#parts ??= inputs.flatMap((input, at) => {
      const { box, quarterTurns } = input.placement;
      if (!box) return [];
      const patch = skymap && (input.dataset.patch ?? undefined);
      const rotated = camera && quarterTurns ? quarterTurns : undefined;
      return [
        { ...taskInput(input, at + 1, box), ...levels[at], ...defined({ patch, quarterTurns: rotated }) },
      ];
    });
    return this.#parts;
  }

  #rowsOf(y0: number, y1: number, levels: readonly Level[]): MosaicRows {
    const { plan, resampling, combine } = this.#deps;
    const around = combine ? AROUND : 0;
    const meets = ({ box }: MosaicRows['inputs'][number]) =>
      box && box.y0 < y1 + around && box.y1 > y0 - around;
    const inputs = this.#inputsOf(levels).filter(meets);
    const { frame, maskNames } = plan;
    return { frame, assignment: this.#assignment, inputs, resampling, y0, y1, maskNames };
  }

  /** The STATUS table, when every window has been filled. */
  async #finish(request: EngineRequest): Promise<Uint8Array> {
    const all: WindowOutcome[][] = this.#deps.plan.planes.map(() => []);
    // For pixels that no reader asked for: one window after the other, in the memory of one.
    let aside: SharedArrayBuffer | undefined;
    try {
      for (const [number, cell] of this.#cells.entries()) {
        if (cell.kind !== 'rows') continue;
        let outcome =
          (await this.#underWay.get(number)?.catch(() => undefined)) ?? this.#deps.outcomes.get(number);
        if (!outcome) {
          if (request.signal.aborted) throw request.signal.reason;
          request.stopClock()();
          aside ??= new SharedArrayBuffer(this.#largestWindow());
          outcome = await this.#rows(request, number, cell, new Uint8Array(aside, 0, cell.to - cell.from));
        }
        all[cell.plane]?.push(outcome);
      }
    } finally {
      if (aside) discard(aside);
    }
    return this.#status(all, await this.#provenance(await this.#deps.levels(request)));
  }

  #largestWindow(): number {
    return this.#cells.reduce(
      (most, { kind, from, to }) => (kind === 'rows' ? Math.max(most, to - from) : most),
      0,
    );
  }

  /** `outcomes`: of each plane, of its rows in order. */
  #status(outcomes: readonly (readonly WindowOutcome[])[], provenance: Uint8Array): Promise<Uint8Array> {
    const failures = new Map<number, MosaicFailure>();
    for (const failure of outcomes.flat().flatMap((outcome) => outcome.failures)) {
      if (!failures.has(failure.number)) failures.set(failure.number, failure);
    }
    this.#failures = failures;
    const tableData = provenance.subarray(headerBytes(provenance));
    return inTurns(statusSteps(this.#deps, failures, this.#sums(outcomes, addSum(tableData))));
  }

  #sums(outcomes: readonly (readonly WindowOutcome[])[], provenance: number): HduSum[] {
    const { planes } = this.#deps.plan;
    const ofPlanes = planes.map(({ kind }, p) => ({
      hdu: p + 1,
      name: kind.toUpperCase(),
      sum: outcomes[p]?.reduce((sum, outcome) => joinSums(sum, outcome.sum), 0) ?? 0,
    }));
    return [...ofPlanes, { hdu: planes.length + 1, name: 'PROVENANCE', sum: provenance }];
  }
}

/** Of a mosaic with a single input, nobody has the pixels that this one has not; a patch that could not be read owns its own. */
function assignmentOf({ plan, inputs, unread, skymap, combine, camera }: MosaicFileDeps): Assignment {
  if (combine) return { by: 'combine', combine };
  if (camera) return { by: 'camera' };
  const placed = inputs.filter(({ placement }) => placement.box);
  const isSingle = placed.length === 1 && !(skymap && unread.length > 0);
  if (isSingle && !plan.planes.some(({ kind }) => kind === 'owner')) return { by: 'single' };
  return skymap ? { by: 'skymap', skymap } : { by: 'nearest' };
}

export function missingInput(id: string | undefined, code: string, reason: string): VignetError {
  const detail = `MISSING=fail: ${id ?? 'an input'} cannot be used: ${reason} (${code})`;
  return new VignetError('data', 'MISSING_INPUT', detail);
}

/** Bytes of the header that a whole HDU begins with. */
function headerBytes(hdu: Uint8Array): number {
  const text = Buffer.from(hdu.buffer, hdu.byteOffset, hdu.byteLength);
  for (let at = 0; at < text.length; at += 80) {
    if (text.toString('latin1', at, at + 8) === 'END     ') return Math.ceil((at + 80) / BLOCK) * BLOCK;
  }
  return text.length;
}
