/** A stack's FITS bytes: groups of rows that the pool fills, each once, and an end that waits for all of them. */

import { setImmediate } from 'node:timers/promises';
import type { StackFailure, StackJob } from '../../addon/stack.ts';
import { defined } from '../../base/defined.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import { stackTask } from '../../engine/tasks/stack.ts';
import type { ByteWindow } from '../answers/answer.ts';
import type { PlainFits } from '../answers/image-answers.ts';
import type { InputsOfAnswer } from '../answers/lost-inputs.ts';
import type { Outcome } from '../answers/outcome-columns.ts';
import type { StackForm, StackSection, Tally } from './form.ts';
import type { StackPlan } from './plan.ts';
import { pixelScale, type StackRow } from './row.ts';

/** Bytes of the rows that are filled in one window, if one row is not larger. */
const GROUP_BYTES = 1048576;
/** Rows that are filled in one task: what is known of them is written on the main thread, in one turn. */
const GROUP_ROWS = 64;

/** What one reader has seen so far. */
interface Run {
  readonly tally: Tally;
  /** By section, by row. */
  readonly failed: readonly Map<number, Outcome>[];
  readonly fills: Promise<unknown>[];
  /** When the rows before are written: those of several windows are not written in one turn. */
  turn: Promise<unknown>;
}

/** A section and where it lies in the answer. */
interface Placed extends StackSection {
  readonly number: number;
  readonly from: number;
  readonly firstRow: number;
  readonly to: number;
}

function placed({ rows, sections }: StackForm): Placed[] {
  let end = 0;
  return sections.map((section, number) => {
    const from = end;
    const firstRow = from + section.head.byteLength;
    end = firstRow + rows * section.rowBytes + section.padding;
    return { ...section, number, from, firstRow, to: end };
  });
}

/** Moments are in pixels²; on a common grid nothing is known of the light. */
function psfOf({ psf, place }: StackRow, grid: StackPlan['grid']): StackJob['psf'] {
  if (!psf) return undefined;
  const { ixx, iyy, ixy, weighted } = psf;
  const area = grid ? (pixelScale(place) / grid.pixelScale) ** 2 : 1;
  if (grid || weighted === undefined) return [ixx * area, iyy * area, ixy * area];
  return [ixx, iyy, ixy, weighted];
}

/** Everything of a job but where its pixels go. */
export function jobOf(row: StackRow, grid: StackPlan['grid']): Omit<StackJob, 'at' | 'parts'> {
  const { dataset, place, factor, flux, ra, dec } = row;
  return {
    layout: dataset.layout,
    sources: dataset.sources,
    ...defined({ seek: dataset.seek }),
    x: place.x,
    y: place.y,
    lon: ra,
    lat: dec,
    scale: factor,
    inverseVariance: dataset.inverseVariance,
    ...defined({ psf: psfOf(row, grid), nanojansky: flux?.scale }),
  };
}

/** The words of a plan-time problem go before those of the failure it led to. */
export function outcomeOf(row: StackRow | undefined, { code, reason }: StackFailure): Outcome {
  return row?.problem ? { code: row.problem.code, reason: row.problem.message } : { code, reason };
}

/** Of a plan, with what was seen when pixels were read. */
export function lostInputs(
  { rows, dropped }: Pick<StackPlan, 'rows' | 'dropped'>,
  failed: ReadonlyMap<number, Outcome>,
): InputsOfAnswer {
  const ofRows = rows.flatMap(({ dataset: { id }, problem }, n) => {
    const seen = failed.get(n) ?? (problem && { code: problem.code, reason: problem.message });
    return seen ? [{ id, ...seen }] : [];
  });
  const others = dropped.map(({ id, problem }) => ({ id, code: problem.code, reason: problem.message }));
  return { planned: rows.length + dropped.length, lost: [...ofRows, ...others] };
}

export class StackFits implements PlainFits {
  readonly size: number;
  readonly #plan: StackPlan;
  readonly #form: StackForm;
  readonly #sections: readonly Placed[];
  readonly #tailAt: number;
  readonly #runs = new WeakMap<EngineRequest, Run>();
  /** Of who came to the end last. */
  #failed: ReadonlyMap<number, Outcome> = new Map();

  constructor(plan: StackPlan, form: StackForm) {
    this.#plan = plan;
    this.#form = form;
    this.#sections = placed(form);
    this.#tailAt = this.#sections.at(-1)?.to ?? 0;
    this.size = this.#tailAt + form.tailBytes;
  }

  inputsLost(): InputsOfAnswer {
    return lostInputs(this.#plan, this.#failed);
  }

  /** Groups of rows always begin at the same places; the tail needs all of them. */
  windows({ from, to }: ByteWindow): ByteWindow[] {
    const { size } = this;
    if (this.#form.seal) return [{ from: 0, to: size }];
    const edges = this.#sections.flatMap((section) => {
      const group = Math.max(1, Math.floor(GROUP_BYTES / section.rowBytes));
      const starts = [section.from];
      for (let row = 0; row < this.#form.rows; row += group)
        starts.push(section.firstRow + row * section.rowBytes);
      return starts;
    });
    edges.push(this.#tailAt, size);
    const all = edges.slice(1).map((end, n) => ({ from: edges[n] as number, to: end }));
    if (to > this.#tailAt) return all;
    return all.filter((one) => one.to > from && one.from < to);
  }

  fill(request: EngineRequest, begin: number, out: Uint8Array): Promise<unknown> {
    const run = this.#runOf(request);
    if (begin === this.#tailAt && !this.#form.seal) return this.#fillTail(run, out);
    const fill = this.#fillSections(request, run, begin, out);
    run.fills.push(fill);
    return fill;
  }

  #runOf(request: EngineRequest): Run {
    const known = this.#runs.get(request);
    if (known) return known;
    const run: Run = {
      tally: this.#form.tally(),
      failed: this.#sections.map(() => new Map()),
      fills: [],
      turn: Promise.resolve(),
    };
    this.#runs.set(request, run);
    return run;
  }

  /** A window of sections; the whole answer where it is sealed. */
  async #fillSections(request: EngineRequest, run: Run, begin: number, out: Uint8Array): Promise<void> {
    const end = begin + out.byteLength;
    for (const section of this.#sections)
      if (section.from < end && section.to > begin) await this.#fillRows(request, run, section, begin, out);
    if (!this.#form.seal) return;
    out.set(this.#tail(run), this.#tailAt);
    this.#form.seal(out);
  }

  /** The head of a section, rows of it or both, with the padding where the last row is among them. */
  async #fillRows(
    request: EngineRequest,
    run: Run,
    section: Placed,
    begin: number,
    out: Uint8Array,
  ): Promise<void> {
    const { rows } = this.#form;
    const { rowBytes } = section;
    const end = begin + out.byteLength;
    if (begin <= section.from) out.set(section.head, section.from - begin);
    const first = Math.max(0, Math.floor((begin - section.firstRow) / rowBytes));
    const last = Math.min(rows, Math.floor((end - section.firstRow) / rowBytes));
    const offset = section.firstRow - begin;
    const rowsEnd = offset + last * rowBytes;
    // The padding counts as zeros: what a buffer held before must not be seen.
    if (last === rows) out.fill(0, Math.max(rowsEnd, 0), Math.min(section.to, end) - begin);
    if (last <= first) return;
    for (let from = first; from < last; from += GROUP_ROWS) {
      run.turn = run.turn.then(() => setImmediate());
      await run.turn;
      const to = Math.min(last, from + GROUP_ROWS);
      await this.#fillStamps(request, run, section, { first: from, last: to, offset, out });
    }
    run.tally.look(first, out.subarray(offset + first * rowBytes, rowsEnd), section.number);
  }

  async #fillStamps(
    request: EngineRequest,
    run: Run,
    section: Placed,
    { first, last, offset, out }: { first: number; last: number; offset: number; out: Uint8Array },
  ): Promise<void> {
    const { size, maskNames, maskBits, rows, grid } = this.#plan;
    const group = rows.slice(first, last);
    const jobs = group.map((row, n): StackJob => {
      const place = section.row(first + n, out, offset + (first + n) * section.rowBytes);
      return { ...jobOf(row, grid), ...place };
    });
    const task = { size, maskNames, maskBits, jobs, ...defined({ grid }) };
    const { failures } = await request.run(stackTask, { task, out });
    for (const failure of failures)
      run.failed[section.number]?.set(first + failure.job, outcomeOf(group[failure.job], failure));
  }

  async #fillTail(run: Run, out: Uint8Array): Promise<void> {
    await Promise.all(run.fills);
    out.set(this.#tail(run));
  }

  /** What went wrong with a row first, in the order of the answer. */
  #tail({ tally, failed }: Run): Uint8Array {
    this.#failed = new Map([...failed].reverse().flatMap((rows) => [...rows]));
    return tally.tail(this.#failed);
  }
}
