/** All stamps of a stack in memory, for pictures of them. */

import { native } from '../../addon/addon.ts';
import type { StackJob } from '../../addon/stack.ts';
import { dateOfMjd } from '../../astronomy/time.ts';
import { defined } from '../../base/defined.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import type { SheetDrawing } from '../../engine/tasks/sheet.ts';
import { stackTask } from '../../engine/tasks/stack.ts';
import { header, integer, logical, padded } from '../../fits/cards.ts';
import type { Outcome } from '../answers/outcome-columns.ts';
import { jobOf, outcomeOf } from './fits.ts';
import type { StackPlan } from './plan.ts';
import type { StackRow } from './row.ts';

/** Bytes of what is measured of a stamp, before its pixels; SKY and NOISE among it. */
const { bytes: RECORD, columns: measured } = native.stackRecord();
const offsetOf = (name: string) => measured.find((column) => column.name === name)?.offset ?? 0;
const [SKY, NOISE] = [offsetOf('SKY'), offsetOf('NOISE')];

/** Stamps of one task. */
const GROUP = 64;

/** `2025-11-03 r`, by the UTC date of the middle of the exposure. */
export function labelOf({ utc, dataset }: StackRow): string {
  const date = utc === null ? '?' : dateOfMjd(utc).toISOString().slice(0, 10);
  return `${date} ${dataset.observation.band ?? '?'}`.slice(0, 20);
}

/** Sky and noise of a stamp, NaN where they could not be measured. */
export interface Level {
  readonly sky: number;
  readonly noise: number;
}

/** Stamps side by side in one image, first row on top. */
export class StampMosaic {
  readonly columns: number;
  readonly lines: number;
  readonly #plan: StackPlan;
  readonly #area: number;

  constructor(plan: StackPlan) {
    this.columns = Math.max(1, Math.ceil(Math.sqrt(plan.rows.length)));
    this.lines = Math.max(1, Math.ceil(plan.rows.length / this.columns));
    this.#plan = plan;
    this.#area = RECORD + 4 * plan.size * plan.size;
  }

  /** What `fill` needs to work in. */
  get bytes(): number {
    const { size, rows } = this.#plan;
    const pixels = this.columns * size * this.lines * size;
    return rows.length * this.#area + this.#header().length + padded(4 * pixels);
  }

  /** Reads the stamps. They are drawn as (value - sky) / noise of the level that `levelOf` makes of the measured ones. */
  async fill(
    request: EngineRequest,
    bytes: Uint8Array,
    levelOf: (measured: readonly Level[]) => (n: number) => Level,
  ): Promise<Omit<SheetDrawing, 'labels' | 'grid'> & { readonly failed: ReadonlyMap<number, Outcome> }> {
    const { size, rows } = this.#plan;
    const stamps = bytes.subarray(0, rows.length * this.#area);
    const failed = await this.#read(request, stamps);
    const top = this.#header();
    const fits = bytes.subarray(stamps.length);
    fits.set(top);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const measuredLevels = rows.map((_, n) => ({
      sky: view.getFloat32(n * this.#area + SKY),
      noise: view.getFloat32(n * this.#area + NOISE),
    }));
    const level = levelOf(measuredLevels);
    const levels = new Float64Array(rows.flatMap((_, n) => [level(n).sky, level(n).noise]));
    const { columns, lines } = this;
    return {
      stamps: { bytes: stamps, size, stride: this.#area, skip: RECORD, levels },
      ...{ fits, headerBytes: top.length, columns, lines, failed },
    };
  }

  /** All stamps one after another; gives the rows that failed. */
  async #read(request: EngineRequest, out: Uint8Array): Promise<Map<number, Outcome>> {
    const { size, rows, grid } = this.#plan;
    const lost = new Map<number, Outcome>();
    const tasks: Promise<unknown>[] = [];
    for (let from = 0; from < rows.length; from += GROUP) {
      const group = rows.slice(from, from + GROUP);
      const jobs = group.map(
        (row, n): StackJob => ({
          ...jobOf(row, grid),
          at: (from + n) * this.#area,
          parts: ['record', 'image'],
        }),
      );
      const task = { size, maskNames: ['NO_DATA'], maskBits: 32, ...defined({ grid }), jobs } as const;
      tasks.push(
        request.run(stackTask, { task, out }).then(({ failures }) => {
          for (const failure of failures)
            lost.set(from + failure.job, outcomeOf(group[failure.job], failure));
        }),
      );
    }
    const failed = (await Promise.allSettled(tasks)).find((task) => task.status === 'rejected');
    if (failed) throw failed.reason;
    return lost;
  }

  #header(): Uint8Array {
    const { size } = this.#plan;
    return header([
      logical('SIMPLE', true),
      integer('BITPIX', -32),
      integer('NAXIS', 2),
      integer('NAXIS1', this.columns * size),
      integer('NAXIS2', this.lines * size),
    ]);
  }
}
