/** When an image was taken, from its cards: MJD UTC of start and end, and the exposure time. */
import {
  type Moment,
  mjdUtc,
  momentOfMjd,
  parseFitsDate,
  type TimeScale,
  timeScaleOf,
} from '../../astronomy/time.ts';
import { type Cards, numberOf, textOf } from './cards.ts';

export interface When {
  /** MJD UTC. */
  readonly tMin: number | null;
  readonly tMax: number | null;
  /** Seconds. */
  readonly exposure: number | null;
}

/** No telescope has taken a digital image before (MJD of 1970-01-02): such dates are fill values. */
const EARLIEST = 40_588;

function moment(
  cards: Cards,
  scale: TimeScale,
  date: readonly string[],
  mjd: readonly string[],
): Moment | undefined {
  for (const keyword of date) {
    const text = textOf(cards, keyword);
    const found = text === undefined ? undefined : parseFitsDate(text);
    // A date without a time of day is as good as none when a time of day is given elsewhere.
    if (found && (found.seconds > 0 || !hasTimeOfDay(cards, mjd))) return withClock(cards, keyword, found);
  }
  for (const keyword of mjd) {
    const number = numberOf(cards, keyword);
    if (number !== undefined && number > 0 && number < 1e6) return momentOfMjd(number, scale);
  }
  return undefined;
}

function hasTimeOfDay(cards: Cards, mjd: readonly string[]): boolean {
  return mjd.some((keyword) => numberOf(cards, keyword) !== undefined);
}

/** Older headers hold the date in DATE-OBS and the time of day in TIME-OBS or UT. */
function withClock(cards: Cards, keyword: string, day: Moment): Moment {
  if (keyword !== 'DATE-OBS' || day.seconds > 0) return day;
  const clock = /^(\d\d):(\d\d):(\d\d(?:\.\d*)?)$/.exec(textOf(cards, 'TIME-OBS', 'UT') ?? '');
  if (!clock) return day;
  return { day: day.day, seconds: Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) };
}

/**
 * Start and end by DATE-BEG/DATE-END (or MJD-BEG/MJD-END), else by the middle (DATE-AVG) and the exposure time, else by the start
 * (DATE-OBS or MJD-OBS) and the exposure time. TIMESYS says the scale, UTC when absent.
 */
export function whenTaken(cards: Cards): When {
  const exposure = numberOf(cards, 'EXPTIME', 'XPOSURE', 'EXPOSURE', 'TEXPTIME') ?? null;
  const scale = timeScaleOf(cards.TIMESYS);
  const unknown: When = { tMin: null, tMax: null, exposure };
  if (scale === undefined) return unknown;
  const length = exposure !== null && exposure > 0 ? exposure : 0;
  const begin = moment(cards, scale, ['DATE-BEG'], ['MJD-BEG']);
  const end = moment(cards, scale, ['DATE-END'], ['MJD-END']);
  const middle = moment(cards, scale, ['DATE-AVG'], ['MJD-AVG']);
  const start = moment(cards, scale, ['DATE-OBS'], ['MJD-OBS']);
  let range: [number, number];
  if (begin && end) range = [mjdUtc(begin, scale), mjdUtc(end, scale)];
  else if (begin) range = [mjdUtc(begin, scale), mjdUtc(begin, scale, length)];
  else if (middle) range = [mjdUtc(middle, scale, -length / 2), mjdUtc(middle, scale, length / 2)];
  else if (start) range = [mjdUtc(start, scale), mjdUtc(start, scale, length)];
  else return unknown;
  if (!(range[0] >= EARLIEST) || range[1] < range[0]) return unknown;
  return { tMin: range[0], tMax: range[1], exposure };
}
