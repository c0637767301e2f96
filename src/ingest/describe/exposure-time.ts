/** When an image was taken, by the cards that its survey description names: MJD UTC of start and end, and the exposure time. */
import {
  type Moment,
  mjdUtc,
  momentOfMjd,
  parseFitsDate,
  type TimeScale,
  timeScaleOf,
} from '../../astronomy/time.ts';
import { clip } from '../../base/clip.ts';
import type { SurveyDescription, TimeCard } from '../survey/schema.ts';
import { generalSurvey } from '../surveys.ts';
import { type Cards, numberOf, textOf } from './cards.ts';

export interface When {
  /** MJD UTC. */
  readonly tMin: number | null;
  readonly tMax: number | null;
  /** Seconds. */
  readonly exposure: number | null;
  /** The middle is not known where only the start is: tMax is the start then. */
  readonly hasMiddle: boolean;
  /** What the cards say that cannot be taken for a time. */
  readonly notes: readonly string[];
}

/** No telescope has taken a digital image before (MJD of 1970-01-02): such dates are fill values. */
const EARLIEST = 40_588;
/** Seconds of a year: no image was exposed for longer. */
const LONGEST = 366 * 86_400;

interface Read {
  readonly moment: Moment;
  readonly scale: TimeScale;
}

const CLOCK = /^(\d{1,2})[: ](\d{1,2})[: ](\d{1,2}(?:\.\d*)?)$/;

/** Seconds of the day. */
function clockOf(text: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = CLOCK.exec(text ?? '') ?? [];
  const parts = [hours, minutes, seconds].map(Number) as [number, number, number];
  const [h, m, s] = parts;
  if (!parts.every(Number.isFinite) || h > 23 || m > 59 || s >= 61) return undefined;
  return 3600 * h + 60 * m + s;
}

/** A date without a time of day, of which none is known, is no time: it would be wrong by up to a day. */
function ofDate(cards: Cards, time: TimeCard, scale: TimeScale | undefined, notes: string[]) {
  const text = textOf(cards, time.card);
  const moment = text === undefined ? undefined : parseFitsDate(text);
  if (text === undefined || !moment) return undefined;
  if (/\d[T ]\d/.test(text)) return scale && { moment, scale };
  for (const clock of time.clock ?? []) {
    const seconds = clockOf(textOf(cards, clock.card));
    const own = clock.scale ?? scale;
    if (seconds !== undefined && own) return { moment: { day: moment.day, seconds }, scale: own };
  }
  notes.push(`${time.card} is a date without a time of day`);
  return undefined;
}

function read(cards: Cards, time: TimeCard, timesys: TimeScale | undefined, notes: string[]) {
  const scale = time.scale ?? timesys;
  if (time.form === 'date') return ofDate(cards, time, scale, notes);
  const number = numberOf(cards, time.card);
  const mjd = number === undefined || time.form === 'MJD' ? number : number - 2_400_000.5;
  if (mjd === undefined || !scale || !(mjd > 0 && mjd < 1e6)) return undefined;
  return { moment: momentOfMjd(mjd, scale), scale };
}

/** Seconds; null when no card says it, or none that can be right. */
export function exposureOf(cards: Cards, survey: SurveyDescription, notes: string[] = []): number | null {
  for (const { card, unit } of survey.exposure ?? []) {
    const value = numberOf(cards, card);
    if (value === undefined) continue;
    const seconds = unit === 'd' ? value * 86_400 : value;
    if (seconds >= 0 && seconds <= LONGEST) return seconds;
    notes.push(`expected 0 s to a year for ${card}, received ${clip(String(value))}`);
    return null;
  }
  return null;
}

/**
 * Start and end by cards for both, else by the middle and the exposure time, else by the start and the exposure time. TIMESYS says the
 * scale, UTC when absent, where the description does not.
 */
export function whenTaken(cards: Cards, survey: SurveyDescription = generalSurvey()): When {
  const [notes, ofTimes]: [string[], string[]] = [[], []];
  const exposure = exposureOf(cards, survey, notes);
  const timesys = timeScaleOf(cards.TIMESYS);
  const found = (of: TimeCard['of']): Read | undefined => {
    for (const time of survey.times ?? []) {
      const one = time.of === of ? read(cards, time, timesys, ofTimes) : undefined;
      if (one) return one;
    }
    return undefined;
  };
  const at = ({ moment, scale }: Read, shift = 0) => mjdUtc(moment, scale, shift);
  const length = exposure ?? 0;
  const [begin, end] = [found('begin'), found('end')];
  const middle = begin ? undefined : found('middle');
  const start = begin ?? (middle ? undefined : found('start'));
  let range: readonly [number, number] = [Number.NaN, Number.NaN];
  if (begin && end) range = [at(begin), at(end)];
  else if (middle) range = [at(middle, -length / 2), at(middle, length / 2)];
  else if (start) range = [at(start), at(start, length)];
  const known = range[0] >= EARLIEST && range[1] >= range[0];
  const hasMiddle =
    known && (exposure !== null || middle !== undefined || (begin !== undefined && end !== undefined));
  if (known) return { tMin: range[0], tMax: range[1], exposure, hasMiddle, notes };
  if (timesys === undefined)
    ofTimes.push(`TIMESYS = ${clip(String(cards.TIMESYS))} cannot be brought to UTC`);
  return { tMin: null, tMax: null, exposure, hasMiddle, notes: [...notes, ...new Set(ofTimes)] };
}
