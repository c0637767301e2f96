/** What a stack will hold, before any pixel is read. */

import { setImmediate } from 'node:timers/promises';
import { native } from '../../addon/addon.ts';
import type { StackTask } from '../../addon/stack.ts';
import type { ArchiveView } from '../../archive/view.ts';
import { isNanojansky } from '../../astronomy/observation.ts';
import { count } from '../../base/count.ts';
import { usageError, type VignetError } from '../../base/errors.ts';
import { inTurns, type Steps } from '../../base/steps.ts';
import type { Engine, RequestOptions } from '../../engine/engine.ts';
import { printIntervals } from '../../vo/dali/numbers.ts';
import { maxStampSide, type StackOrder } from '../../vo/stack/parameters.ts';
import type { StackRequest } from '../../vo/stack/request.ts';
import { type Conserved, conserved, refuseLogarithms } from '../conserve.ts';
import type { Limits } from '../limits.ts';
import { type FoundEpochs, findEpochs } from '../select/epochs.ts';
import { type Located, locate, locateCircle } from './locate.ts';
import { probed } from './probe.ts';
import { type Epoch, pixelScale, rowOf, type StackRow, type StampPlace } from './row.ts';

/** An input that gives no row, and why. */
export interface Dropped {
  readonly id: string;
  readonly problem: VignetError;
}

export interface StackPlan {
  readonly request: StackRequest;
  /** TIME as it was asked for, in words. */
  readonly times: string;
  /** Side of the stamps, pixels. */
  readonly size: number;
  readonly rows: readonly StackRow[];
  readonly dropped: readonly Dropped[];
  /** Whether MAXREC left rows out. */
  readonly overflow: boolean;
  /** Images there that were left out because their time is not known. */
  readonly untimed: number;
  /** Of a default type: what there is of other types, in words; empty: nothing. */
  readonly others: string;
  /** Whether one of them is of single-epoch calibrated images too. */
  readonly rivals: boolean;
  /** Unit of all pixels; null where it is not known. */
  readonly unit: string | null;
  /** The mask dictionary of all rows: index is bit. Empty where masks were not asked for. */
  readonly maskNames: readonly string[];
  readonly maskBits: 32 | 64;
  readonly collections: readonly string[];
  readonly types: readonly string[];
  /** What all stamps are resampled onto; absent: they keep their own pixels. */
  readonly grid: StackTask['grid'];
  /** What is kept on that grid. */
  readonly conserved: Conserved | undefined;
}

export interface PlanDeps {
  readonly view: ArchiveView;
  readonly engine: Engine;
  readonly limits: Limits;
}

function numberOrLast(value: number | null): number {
  return value ?? Number.POSITIVE_INFINITY;
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Times that are not known come last; the rest of the order only makes it definite. */
function comparing(order: StackOrder): (a: StackRow, b: StackRow) => number {
  const sign = order === '-time' ? -1 : 1;
  const byTime = (a: StackRow, b: StackRow) => {
    if (a.tai === null || b.tai === null) return Number(a.tai === null) - Number(b.tai === null);
    return sign * (a.tai - b.tai);
  };
  const of = (row: StackRow) => row.dataset.observation;
  return (a, b) =>
    (order === 'band' ? compareText(of(a).band ?? '~', of(b).band ?? '~') : 0) ||
    byTime(a, b) ||
    numberOrLast(of(a).detector) - numberOrLast(of(b).detector) ||
    compareText(a.dataset.key.uuid, b.dataset.key.uuid);
}

/** One row per visit and detector, of the first type that holds it. */
function oneOfEach(rows: readonly StackRow[], types: readonly string[]): StackRow[] {
  const best = new Map<string, StackRow>();
  const rank = (row: StackRow) => types.indexOf(row.dataset.type);
  for (const row of rows) {
    const { key, collection, observation } = row.dataset;
    const { visit, detector } = observation;
    const name =
      visit === null || detector === null ? key.uuid : JSON.stringify([collection, visit, detector]);
    const other = best.get(name);
    const before =
      other && (rank(other) - rank(row) || compareText(other.dataset.key.uuid, row.dataset.key.uuid)) <= 0;
    if (!before) best.set(name, row);
  }
  return [...best.values()];
}

/** Throws usage MIXED_UNITS, NO_CALIBRATION. */
function unitOf(rows: readonly StackRow[], unit: StackRequest['unit']): string | null {
  if (unit === 'nJy') {
    const without = rows.filter((row) => row.flux === null);
    const [first] = without;
    if (!first) return 'nJy';
    throw usageError(
      'NO_CALIBRATION',
      `UNIT=nJy: ${without.length} of ${rows.length} images have no photometric calibration, among them ${first.dataset.id}; ` +
        'leave UNIT out, or choose other images by BAND, DPSUBTYPE or ID',
    );
  }
  const counts = new Map<string, number>();
  for (const row of rows) {
    const name = isNanojansky(row.unit) ? 'nJy' : (row.unit ?? 'unknown');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size > 1) {
    const mixture = [...counts].map(([name, count]) => `${count} in ${name}`).join(', ');
    throw usageError(
      'MIXED_UNITS',
      `the images have different units (${mixture}); give UNIT=nJy, or choose images of one unit by BAND or ID`,
    );
  }
  const [name = 'unknown'] = counts.keys();
  return name === 'unknown' ? null : name;
}

/** Old names mapped to new ones, in the order of the alphabet; what lies outside an image is always NO_DATA. */
function dictionaryOf(rows: readonly StackRow[]): { maskNames: string[]; maskBits: 32 | 64 } {
  const { maskNameChanges } = native.stackRecord();
  const names = new Set(['NO_DATA']);
  for (const { dataset } of rows)
    for (const name of dataset.maskNames) names.add(maskNameChanges[name] ?? name);
  if (names.size > 63)
    throw usageError(
      'TOO_MANY_MASK_PLANES',
      `the images have ${names.size} different mask planes, the limit is 63; choose fewer images by ID or DPSUBTYPE`,
    );
  return { maskNames: [...names].sort(), maskBits: names.size > 31 ? 64 : 32 };
}

/** The largest square of an image that is resampled for one stamp, pixels. */
const maxInputSide = 4096;

/** The side of the stamps in their own pixels, or on the common grid. Throws usage TOO_LARGE. */
function gridOf(
  { grid, target }: StackRequest,
  size: number,
  rows: readonly StackRow[],
  unit: string | null,
): Pick<StackPlan, 'size' | 'grid' | 'conserved'> {
  if (!grid) return { size, grid: undefined, conserved: undefined };
  const scales = rows.map(({ place }) => pixelScale(place)).sort((a, b) => a - b);
  const median = scales[Math.floor(scales.length / 2)] ?? 1;
  const wanted = grid.pixelScale ?? Number(median.toPrecision(6));
  const radius = target.kind === 'fixed' ? target.radius : undefined;
  const side = radius === undefined ? size : 2 * Math.ceil((radius * 3600) / wanted) + 1;
  if (side > maxStampSide) throw tooLargeStamp(side);
  const across = (side * wanted * Math.SQRT2) / (scales[0] ?? wanted);
  if (across > maxInputSide - 16)
    throw usageError(
      'TOO_LARGE',
      `a stamp would cover ${Math.ceil(across)} pixels of an image on a side, the limit is ${maxInputSide - 16}; ask for a smaller SIZE or PIXSCALE`,
    );
  refuseLogarithms(unit, 'leave GRID=common out, or choose other images');
  const { kernel, conserve, positionError } = grid;
  const how = conserved(conserve, unit);
  const resampling = { kernel, flux: how.what === 'flux', positionError };
  return { size: side, grid: { pixelScale: wanted, ...resampling }, conserved: how };
}

function tooLargeStamp(size: number): VignetError {
  return usageError(
    'TOO_LARGE',
    `the circle needs stamps of ${size} pixels on a side, the limit maxStampSide is ${maxStampSide}; ask for a smaller radius`,
  );
}

/** What it costs to make a row, in the measure of `Steps`. */
const ROW = 300;

/** Rows of the epochs whose places are of a state `least` or better. */
function* rowSteps(
  epochs: readonly Epoch[],
  places: readonly StampPlace[],
  least: number,
  unit: StackRequest['unit'],
): Steps<StackRow[]> {
  const rows: StackRow[] = [];
  for (const [n, epoch] of epochs.entries()) {
    const place = places[n];
    if (!place || place.state < least) continue;
    rows.push(rowOf(epoch, place, unit));
    yield ROW;
  }
  return rows;
}

/**
 * Plans a stack. Throws VignetError usage: as `findEpochs`; TOO_MANY, TOO_LARGE, MIXED_UNITS, NO_CALIBRATION,
 * TOO_MANY_MASK_PLANES; transient BUSY, CANCELLED, DEADLINE.
 */
export async function planRows(
  { view, engine, limits }: PlanDeps,
  asked: StackRequest,
  options: RequestOptions,
): Promise<StackPlan> {
  const found = await findEpochs(view, asked, { ...limits, most: 5 * limits.maxStackRows }, options);
  const { size, places } = await placesOf(engine, asked, found.epochs, options);
  if (size > maxStampSide) throw tooLargeStamp(size);
  const least = asked.edge ? 1 : 2;
  const rowsIn = (unit: StackRequest['unit']) => inTurns(rowSteps(found.epochs, places, least, unit));
  const unscaled = await rowsIn(asked.unit);
  // On a common grid fluxes are to be compared.
  const scaled =
    asked.grid && asked.defaulted.includes('UNIT') && unscaled.every(({ flux }) => flux !== null);
  const request: StackRequest = scaled ? { ...asked, unit: 'nJy' } : asked;
  const seen = scaled ? await rowsIn('nJy') : unscaled;
  const chosen = found.choice?.byDefault ? oneOfEach(seen, found.choice.types) : seen;
  const sorted = chosen.sort(comparing(request.order));
  const rows = request.maxRec === undefined ? sorted : sorted.slice(0, request.maxRec);
  if (rows.length > limits.maxStackRows)
    throw usageError(
      'TOO_MANY',
      `the stack would have ${count(rows.length, 'row')}, the limit maxStackRows is ${limits.maxStackRows}; narrow it by BAND or TIME, or give MAXREC`,
    );
  await setImmediate();
  const unit = unitOf(rows, request.unit);
  const masked = request.detail === 'MaskedImage';
  return {
    request,
    times: await inTurns(printIntervals(request.times)),
    rows: await probed(engine, rows, options),
    dropped: found.unreadable.flatMap(({ id = '', problem }) => (problem ? [{ id, problem }] : [])),
    overflow: rows.length < sorted.length,
    untimed: await countUntimed(engine, asked, found.untimed, options),
    others: found.others,
    rivals: found.rivals,
    unit,
    ...(masked ? dictionaryOf(rows) : { maskNames: [], maskBits: 32 }),
    collections: found.choice?.collections ?? [],
    types: found.choice?.types ?? [],
    ...gridOf(request, size, rows, unit),
  };
}

/** How many there are at the place, of those whose place is known. */
async function countUntimed(
  engine: Engine,
  asked: StackRequest,
  untimed: FoundEpochs['untimed'],
  options: RequestOptions,
): Promise<number> {
  const placed = untimed.filter((epoch) => epoch !== undefined);
  const { places } = placed.length > 0 ? await placesOf(engine, asked, placed, options) : { places: [] };
  const there = places.filter(({ state }) => state >= (asked.edge ? 1 : 2));
  return untimed.length - placed.length + there.length;
}

async function placesOf(
  engine: Engine,
  { size, target, grid }: StackRequest,
  epochs: readonly Epoch[],
  options: RequestOptions,
): Promise<Located> {
  if (size !== undefined) return locate(engine, epochs, size, options);
  const radius = (target.kind === 'fixed' ? target.radius : undefined) ?? 0;
  const located = await locateCircle(engine, epochs, radius, maxStampSide, options);
  // The common grid has a size of its own.
  return grid && located.size > maxStampSide ? locate(engine, epochs, maxStampSide, options) : located;
}
