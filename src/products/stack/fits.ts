/** A stack's FITS bytes: groups of rows that the pool fills, each once, and an end that waits for all of them. */
import type { EngineRequest } from '../../engine/engine.ts';
import type { StackFailure, StackJob } from '../../engine/native.ts';
import type { ByteWindow } from '../answer.ts';
import type { PlainFits } from '../cutout-answers.ts';
import type { Outcome, StackForm, Tally } from './form.ts';
import { together } from './locate.ts';
import type { StackPlan } from './plan.ts';
import type { StackRow } from './row.ts';

/** Bytes of the rows that are filled in one task, if one row is not larger. */
const GROUP_BYTES = 1048576;

/** What one reader has seen so far. */
interface Run {
  readonly tally: Tally;
  readonly failed: Map<number, Outcome>;
  readonly fills: Promise<unknown>[];
}

/** Everything of a job but where its pixels go. */
export function jobOf(row: StackRow, layout: Uint8Array): Omit<StackJob, 'at' | 'parts'> {
  const { dataset, place, factor, psf, ra, dec } = row;
  return {
    layout,
    sources: dataset.sources,
    ...(dataset.seek && { seek: dataset.seek }),
    x: place.x,
    y: place.y,
    lon: ra,
    lat: dec,
    scale: factor,
    ...(psf && { psf: [psf.ixx, psf.iyy, psf.ixy] as const }),
  };
}

/** The words of a plan-time problem go before those of the failure it led to. */
export function outcomeOf(row: StackRow | undefined, { code, reason }: StackFailure): Outcome {
  return row?.problem ? { code: row.problem.code, reason: row.problem.message } : { code, reason };
}

export class StackFits implements PlainFits {
  readonly size: number;
  readonly #plan: StackPlan;
  readonly #form: StackForm;
  /** Rows of a group. */
  readonly #group: number;
  readonly #tailAt: number;
  readonly #runs = new WeakMap<EngineRequest, Run>();

  constructor(plan: StackPlan, form: StackForm) {
    this.#plan = plan;
    this.#form = form;
    this.#group = Math.max(1, Math.floor(GROUP_BYTES / form.rowBytes));
    this.#tailAt = form.head.byteLength + form.rows * form.rowBytes + form.padding;
    this.size = this.#tailAt + form.tailBytes;
  }

  /** Groups of rows always begin at the same places; the tail needs all of them. */
  windows({ from, to }: ByteWindow): ByteWindow[] {
    const { size } = this;
    if (this.#form.seal) return [{ from: 0, to: size }];
    const { head, rows, rowBytes } = this.#form;
    const edges = [0];
    for (let row = 0; row < rows; row += this.#group) edges.push(head.byteLength + row * rowBytes);
    edges.push(this.#tailAt, size);
    const all = edges.slice(1).map((end, n) => ({ from: edges[n] as number, to: end }));
    if (to > this.#tailAt) return all;
    return all.filter((one) => one.to > from && one.from < to);
  }

  fill(request: EngineRequest, begin: number, out: Uint8Array): Promise<unknown> {
    const run = this.#runOf(request);
    if (begin === this.#tailAt && !this.#form.seal) return this.#fillTail(run, out);
    const fill = this.#fillRows(request, run, begin, out);
    run.fills.push(fill);
    return fill;
  }

  #runOf(request: EngineRequest): Run {
    const known = this.#runs.get(request);
    if (known) return known;
    const run: Run = { tally: this.#form.tally(), failed: new Map(), fills: [] };
    this.#runs.set(request, run);
    return run;
  }

  /** The head, rows or both, with the padding where the last row is among them; the whole answer where it is sealed. */
  async #fillRows(request: EngineRequest, run: Run, begin: number, out: Uint8Array): Promise<void> {
    const { head, rows, rowBytes, seal } = this.#form;
    const end = begin + out.byteLength;
    if (begin === 0) out.set(head);
    const first = Math.max(0, Math.floor((begin - head.byteLength) / rowBytes));
    const last = Math.min(rows, Math.floor((end - head.byteLength) / rowBytes));
    const offset = head.byteLength - begin;
    const rowsEnd = offset + last * rowBytes;
    // The padding counts as zeros: what a buffer held before must not be seen.
    if (last === rows) out.fill(0, Math.max(rowsEnd, 0), Math.min(this.#tailAt, end) - begin);
    if (last > first) {
      await this.#fillStamps(request, run, { first, last, offset, out });
      run.tally.look(first, out.subarray(offset + first * rowBytes, rowsEnd));
    }
    if (!seal) return;
    out.set(run.tally.tail(run.failed), this.#tailAt);
    seal(out);
  }

  async #fillStamps(
    request: EngineRequest,
    run: Run,
    { first, last, offset, out }: { first: number; last: number; offset: number; out: Uint8Array },
  ): Promise<void> {
    const { size, maskNames, maskBits, rows } = this.#plan;
    const group = rows.slice(first, last);
    const layouts = together(group.map(({ dataset }) => dataset.layout));
    const jobs = group.map((row, n): StackJob => {
      const place = this.#form.row(first + n, out, offset + (first + n) * this.#form.rowBytes);
      return { ...jobOf(row, layouts[n] as Uint8Array), ...place };
    });
    const task = { size, maskNames, maskBits, jobs };
    const { failures } = await request.run({ kind: 'stack', task, out });
    for (const failure of failures)
      run.failed.set(first + failure.job, outcomeOf(group[failure.job], failure));
  }

  async #fillTail(run: Run, out: Uint8Array): Promise<void> {
    await Promise.all(run.fills);
    out.set(run.tally.tail(run.failed));
  }
}
