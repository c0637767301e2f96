/** TRACK: where a moving target is at given times, one point a value or all of them in a VOTable. */

import { clip } from '../../base/clip.ts';
import { usageError, type VignetError } from '../../base/errors.ts';
import { type Steps, VALUE } from '../../base/steps.ts';
import type { EpochScale, TrackPoint } from '../../base/track-point.ts';
import { parseNumbers } from '../dali/numbers.ts';
import { badValue } from '../dali/parameter.ts';
import { votableSteps } from '../dali/votable-read.ts';

const expected = 'mjd_utc ra dec (such as 60676.25 12.5 -3.2)';

/** Points of a track, unless a caller of the library says otherwise. */
export const maxTrackPoints = 2_000;

/** `received`: how many, where that is known. */
export function tooManyPoints(most: number, received?: number): VignetError {
  const had = received === undefined ? 'more' : String(received);
  return usageError(
    'TOO_MANY',
    `expected at most ${most} points for TRACK (maxTrackPoints), received ${had}; give fewer, up to a day apart, or ask for a part of the track at a time`,
  );
}

/** Days from the origin of JD to that of MJD. */
const MJD_ORIGIN = 2_400_000.5;

function point(text: string, epoch: number, scale: EpochScale, ra: number, dec: number): TrackPoint {
  const wrong = (why: string) => badValue('TRACK', text, expected, { why });
  if (!(epoch >= 0 && epoch < 1e6)) throw wrong(`epoch ${epoch} is outside [0, 1000000)`);
  if (!(ra >= -360 && ra <= 360)) throw wrong(`right ascension ${ra} is outside [-360, 360]`);
  if (!(dec >= -90 && dec <= 90)) throw wrong(`declination ${dec} is outside [-90, 90]`);
  return { epoch, scale, ra, dec };
}

/** Of a VOTable: a track of as many points as are allowed, in two dozen columns. */
const MOST_ELEMENTS = 25 * maxTrackPoints;

const isVotable = (text: string) => text.trimStart().startsWith('<');

/** One value of TRACK. A value that begins with `<` is a VOTable. Throws usage BAD_VALUE, VALUE_TOO_LONG, TOO_MANY. */
export function* trackSteps(text: string): Steps<readonly TrackPoint[]> {
  if (isVotable(text)) return yield* fromVotable(text);
  yield VALUE + text.length;
  const numbers = parseNumbers('TRACK', text.slice(0, 1000), expected);
  const [epoch, ra, dec] = numbers;
  if (epoch === undefined || ra === undefined || dec === undefined || numbers.length !== 3) {
    throw badValue('TRACK', text, expected, { why: `${numbers.length} numbers instead of 3` });
  }
  return [point(text, epoch, 'UTC', ra, dec)];
}

const scales: Readonly<Record<string, EpochScale>> = {
  UTC: 'UTC',
  TAI: 'TAI',
  TT: 'TT',
  TDB: 'TT',
  TDT: 'TT',
};

/** Columns are known by their UCD, else by their name. */
const columns = {
  epoch: { ucd: /^time\.epoch/i, name: /^(mjd|mjd_utc|epoch|time|jd|datetime_jd)$/i },
  ra: { ucd: /^pos\.eq\.ra/i, name: /^(ra|raj2000|right_ascension)$/i },
  dec: { ucd: /^pos\.eq\.dec/i, name: /^(de|dec|dej2000|declination)$/i },
};

function* fromVotable(text: string): Steps<readonly TrackPoint[]> {
  const tooManyRows = () => tooManyPoints(maxTrackPoints);
  const { fields, rows, timeSystems } = yield* votableSteps(text, 'TRACK', {
    maxRows: maxTrackPoints,
    maxElements: MOST_ELEMENTS,
    tooManyRows,
  });
  const wrong = (why: string, hint?: string) =>
    badValue('TRACK', text, 'a VOTable with epoch, right ascension and declination', { why, hint });
  const find = (what: keyof typeof columns) => {
    const { ucd, name } = columns[what];
    const at = fields.findIndex((field) => ucd.test(field.ucd ?? ''));
    const found = at >= 0 ? at : fields.findIndex((field) => name.test(field.name));
    const field = fields[found];
    if (!field) {
      throw wrong(`no column is ${what}`, `give one of them the UCD ${ucdOf[what]}`);
    }
    return { at: found, field };
  };
  const epoch = find('epoch');
  const ra = find('ra');
  const dec = find('dec');
  for (const { field } of [ra, dec]) {
    if (field.unit !== undefined && !/^deg(rees?)?$/i.test(field.unit))
      throw wrong(`expected degrees for column ${clip(field.name)}, received '${clip(field.unit)}'`);
  }
  const system = timeSystems.get(epoch.field.ref ?? '');
  const scale = scales[(system?.scale ?? 'UTC').toUpperCase()];
  if (!scale)
    throw wrong(`expected UTC, TAI, TT or TDB for the time scale, received '${clip(system?.scale ?? '')}'`);
  const origin =
    system?.origin ?? (/jd/i.test(epoch.field.name) && !/mjd/i.test(epoch.field.name) ? 0 : MJD_ORIGIN);
  const points: TrackPoint[] = [];
  for (const [n, row] of rows.entries()) {
    const number = (at: number) => {
      const cell = row[at]?.trim() ?? '';
      const value = cell === '' ? Number.NaN : Number(cell);
      if (!Number.isFinite(value))
        throw wrong(`row ${n + 1} has no number in column ${clip(fields[at]?.name ?? '')}`);
      return value;
    };
    points.push(point(text, number(epoch.at) + origin - MJD_ORIGIN, scale, number(ra.at), number(dec.at)));
    yield VALUE;
  }
  return points;
}

const ucdOf = { epoch: 'time.epoch', ra: 'pos.eq.ra', dec: 'pos.eq.dec' } as const;
