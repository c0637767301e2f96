/** Timespans of a registry: nanoseconds of TAI since 1970-01-01T00:00:00 TAI, the end exclusive (lsst.daf.butler `time_utils`). */
import { mjdUtc, parseFitsDate, UNIX_EPOCH_MJD } from '../../astronomy/time.ts';
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

/** Nanoseconds of TAI as MJD UTC. */
export function mjdOfNanoseconds(ns: bigint): number {
  const day = ns / DAY_NS;
  const seconds = Number(ns - day * DAY_NS) / 1e9;
  return mjdUtc({ day: UNIX_EPOCH_MJD + Number(day), seconds }, 'TAI');
}

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

/** The timespan of a row: two columns in SQLite, one INT8RANGE in PostgreSQL. `mjd` is of the time scale that is wanted. */
function spanOf(row: Row, mjd: (ns: bigint) => number): Timespan | undefined {
  const range = typeof row.timespan === 'string' ? RANGE.exec(row.timespan) : undefined;
  const begin = range ? BigInt(range[1] ?? FIRST) : nanoseconds(row.timespan_begin);
  const end = range ? BigInt(range[2] ?? LAST) : nanoseconds(row.timespan_end);
  if (begin === undefined || end === undefined || begin >= end) return undefined;
  return { begin: begin <= FIRST ? null : mjd(begin), end: end >= LAST ? null : mjd(end) };
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
