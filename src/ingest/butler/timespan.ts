/** Timespans of a registry: nanoseconds of TAI since 1970-01-01T00:00:00 TAI, the end exclusive (lsst.daf.butler `time_utils`). */
import { type Moment, mjdUtc, parseFitsDate, UNIX_EPOCH_MJD } from '../../astronomy/time.ts';
import type { Row } from './database.ts';

/** MJD; null: without a bound on this side. */
export interface Timespan {
  readonly begin: number | null;
  readonly end: number | null;
}

const DAY_NS = 86_400_000_000_000n;
/** What stands for no bound: the epoch, and 2100-01-01 TAI. */
const FIRST = 0n;
const LAST = 4_102_444_800_000_000_000n;

/** Nanoseconds of TAI as a moment of TAI. */
function taiMoment(ns: bigint): Moment {
  const day = ns / DAY_NS;
  return { day: UNIX_EPOCH_MJD + Number(day), seconds: Number(ns - day * DAY_NS) / 1e9 };
}

/** Nanoseconds of TAI as MJD UTC. */
export const mjdOfNanoseconds = (ns: bigint): number => mjdUtc(taiMoment(ns), 'TAI');

/** Nanoseconds of TAI as MJD TAI. */
function taiOfNanoseconds(ns: bigint): number {
  const day = ns / DAY_NS;
  return UNIX_EPOCH_MJD + Number(day) + Number(ns - day * DAY_NS) / Number(DAY_NS);
}

const RANGE = /^\[(-?\d{1,19})?,(-?\d{1,19})?\)$/;

const nanoseconds = (value: unknown) =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
    ? BigInt(value)
    : undefined;

/** The sides of a row's timespan: two columns in SQLite, one INT8RANGE in PostgreSQL, which leaves out what has no bound. */
function sidesOf(row: Row): { begin: bigint | undefined; end: bigint | undefined } {
  const range = typeof row.timespan === 'string' ? RANGE.exec(row.timespan) : undefined;
  if (range) return { begin: BigInt(range[1] ?? FIRST), end: BigInt(range[2] ?? LAST) };
  return { begin: nanoseconds(row.timespan_begin), end: nanoseconds(row.timespan_end) };
}

/** `mjd` is of the time scale that is wanted. */
function spanOf(row: Row, mjd: (ns: bigint) => number): Timespan | undefined {
  const { begin, end } = sidesOf(row);
  if (begin === undefined || end === undefined || begin >= end) return undefined;
  return { begin: begin <= FIRST ? null : mjd(begin), end: end >= LAST ? null : mjd(end) };
}

/** One side as a moment of TAI; undefined without a bound. */
export function boundOf(row: Row, side: 'begin' | 'end'): Moment | undefined {
  const ns = sidesOf(row)[side];
  return ns === undefined || ns <= FIRST || ns >= LAST ? undefined : taiMoment(ns);
}

/** The timespan of a row, MJD UTC. Undefined where the row has none, or an empty one, which holds no moment. */
export const timespanOf = (row: Row): Timespan | undefined => spanOf(row, mjdOfNanoseconds);

/** The same, MJD TAI. */
export const taiSpanOf = (row: Row): Timespan | undefined => spanOf(row, taiOfNanoseconds);

/** `ingest_date` of either form as MJD UTC: nanoseconds of TAI, or a timestamp in UTC; undefined for anything else. */
export function ingestDateOf(value: Row[string] | undefined): number | undefined {
  const ns = nanoseconds(value);
  if (ns !== undefined) return mjdOfNanoseconds(ns);
  const moment = typeof value === 'string' ? parseFitsDate(value) : undefined;
  return moment && mjdUtc(moment, 'UTC');
}
