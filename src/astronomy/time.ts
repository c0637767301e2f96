/**
 * Times of observation as MJD in UTC, with the one table of leap seconds.
 *
 * MJD UTC follows the SOFA/ERFA (and astropy) convention: a day that ends in a leap second is 86,401 s long, so that the
 * fraction of such a day is counted in 86,401ths. Source of the table: IERS Bulletin C; it holds until the next leap second is announced.
 */

/** First UTC day (MJD) of each value of TAI − UTC, in seconds. */
const LEAPS: readonly (readonly [mjd: number, taiMinusUtc: number])[] = [
  [41317, 10],
  [41499, 11],
  [41683, 12],
  [42048, 13],
  [42413, 14],
  [42778, 15],
  [43144, 16],
  [43509, 17],
  [43874, 18],
  [44239, 19],
  [44786, 20],
  [45151, 21],
  [45516, 22],
  [46247, 23],
  [47161, 24],
  [47892, 25],
  [48257, 26],
  [48804, 27],
  [49169, 28],
  [49534, 29],
  [50083, 30],
  [50630, 31],
  [51179, 32],
  [53736, 33],
  [54832, 34],
  [56109, 35],
  [57204, 36],
  [57754, 37],
];

const DAY = 86_400;
/** MJD of 1970-01-01. */
export const UNIX_EPOCH_MJD = 40_587;
const TT_MINUS_TAI = 32.184;
const TAI_MINUS_GPS = 19;

/** A moment in some time scale: whole days (MJD) and seconds of that day, apart so that no digits are lost. */
export interface Moment {
  readonly day: number;
  readonly seconds: number;
}

/** TAI − UTC in seconds on a UTC day. Before 1972 the value of 1972 (right to 10 s). */
export function taiMinusUtc(day: number): number {
  return LEAPS.findLast(([from]) => day >= from)?.[1] ?? 10;
}

/** Length of a UTC day in seconds: 86,401 when it ends in a leap second. */
export function dayLength(day: number): number {
  return DAY + taiMinusUtc(day + 1) - taiMinusUtc(day);
}

function utcToMjd({ day, seconds }: Moment): number {
  return day + seconds / dayLength(day);
}

/** The UTC moment of a TAI moment. `seconds` may lie outside the day. */
export function taiToUtc({ day, seconds }: Moment): Moment {
  const whole = day + Math.floor(seconds / DAY);
  const rest = seconds - Math.floor(seconds / DAY) * DAY;
  // UTC is behind TAI by 10 to some 40 s: the UTC day is this one or the one before.
  const here = rest - taiMinusUtc(whole);
  if (here >= 0) return { day: whole, seconds: here };
  const before = whole - 1;
  const inBefore = rest + DAY - taiMinusUtc(before);
  return { day: before, seconds: inBefore };
}

/** The TAI moment of a UTC moment. */
export function utcToTai({ day, seconds }: Moment): Moment {
  return { day, seconds: seconds + taiMinusUtc(day) };
}

/** MJD UTC as MJD TAI. */
export function taiOfUtc(mjd: number): number {
  const { day, seconds } = utcToTai(momentOfMjd(mjd, 'UTC'));
  return day + seconds / DAY;
}

/** MJD UTC of MJD TAI. */
export function mjdUtcOfTai(tai: number): number {
  const day = Math.floor(tai);
  return mjdUtc({ day, seconds: (tai - day) * DAY }, 'TAI');
}

/** Time scales this module can bring to UTC. UT1 is taken as UTC (right to 0.9 s), TDB as TT (to 2 ms). */
export type TimeScale = 'UTC' | 'TAI' | 'TT' | 'GPS';

/** The scale that a TIMESYS card names; no card means UTC, as FITS says. Undefined for scales tied to a place. */
export function timeScaleOf(timesys: unknown): TimeScale | undefined {
  if (timesys === undefined || timesys === '') return 'UTC';
  const word = String(timesys).trim().toUpperCase().split(/[\s(]/)[0] ?? '';
  if (['UTC', 'GMT', 'UT', 'UT1', 'Z'].includes(word)) return 'UTC';
  if (['TAI', 'IAT'].includes(word)) return 'TAI';
  if (['TT', 'TDT', 'ET', 'TDB'].includes(word)) return 'TT';
  if (word === 'GPS') return 'GPS';
  return undefined;
}

/** A moment of `scale` plus `shift` seconds of duration, as MJD UTC. */
export function mjdUtc(moment: Moment, scale: TimeScale, shift = 0): number {
  if (scale === 'UTC' && shift === 0) return utcToMjd(moment);
  const tai = scale === 'UTC' ? utcToTai(moment) : moment;
  const toTai = scale === 'TT' ? -TT_MINUS_TAI : scale === 'GPS' ? TAI_MINUS_GPS : 0;
  return utcToMjd(taiToUtc({ day: tai.day, seconds: tai.seconds + toTai + shift }));
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d*)?))?)?Z?$/;
const OLD = /^(\d\d)\/(\d\d)\/(\d\d)$/;

/** A FITS date: `YYYY-MM-DD[Thh:mm:ss[.s…]]`, or the `DD/MM/YY` of the last century. Undefined when it is none. */
export function parseFitsDate(text: string): Moment | undefined {
  const old = OLD.exec(text.trim());
  if (old) return parseFitsDate(`19${old[3]}-${old[2]}-${old[1]}`);
  const match = ISO.exec(text.trim());
  if (!match) return undefined;
  const [year, month, date, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Date.UTC(2000, 0, 1) + (Date.UTC(year, month - 1, date) - Date.UTC(2000, 0, 1));
  const back = new Date(ms);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== date) return undefined;
  if (hour > 23 || minute > 59 || second >= 61) return undefined;
  return { day: Math.round(ms / 86_400_000) + UNIX_EPOCH_MJD, seconds: hour * 3600 + minute * 60 + second };
}

/** An MJD of a header card as a moment. */
export function momentOfMjd(mjd: number, scale: TimeScale): Moment {
  const day = Math.floor(mjd);
  return { day, seconds: (mjd - day) * (scale === 'UTC' ? dayLength(day) : DAY) };
}

/** For calendars: the date of an MJD, to the next millisecond. */
export function dateOfMjd(mjd: number): Date {
  return new Date(Math.round((mjd - UNIX_EPOCH_MJD) * 86_400_000));
}
