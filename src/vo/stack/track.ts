/** TRACK: where a moving target is at given times, one point a value or all of them in a VOTable. */
import type { EpochScale, TrackPoint } from '../../base/track-point.ts';
import { parseNumbers } from '../dali/numbers.ts';
import { badValue } from '../dali/parameter.ts';
import { readVotable } from '../dali/votable-read.ts';

const shape = 'TRACK=mjd_utc ra dec, for example TRACK=60676.25 12.5 -3.2,';

/** Days from the origin of JD to that of MJD. */
const MJD_ORIGIN = 2_400_000.5;

function point(text: string, epoch: number, scale: EpochScale, ra: number, dec: number): TrackPoint {
  if (!(epoch >= 0 && epoch < 1e6)) throw badValue('TRACK', text, `epoch ${epoch} is no MJD`);
  if (!(ra >= -360 && ra <= 360))
    throw badValue('TRACK', text, `right ascension ${ra} is outside [-360, 360]`);
  if (!(dec >= -90 && dec <= 90)) throw badValue('TRACK', text, `declination ${dec} is outside [-90, 90]`);
  return { epoch, scale, ra, dec };
}

/** One value of TRACK. A value that begins with `<` is a VOTable. Throws usage BAD_VALUE, VALUE_TOO_LONG. */
export function parseTrack(text: string): readonly TrackPoint[] {
  if (text.trimStart().startsWith('<') || text.startsWith('\ufeff<')) return fromVotable(text);
  const numbers = parseNumbers('TRACK', text.slice(0, 1000), shape);
  const [epoch, ra, dec] = numbers;
  if (epoch === undefined || ra === undefined || dec === undefined || numbers.length !== 3) {
    throw badValue('TRACK', text, `${numbers.length} numbers instead of 3; ${shape} is right`);
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

function fromVotable(text: string): TrackPoint[] {
  const { fields, rows, timeSystems } = readVotable(text, 'TRACK');
  const find = (what: keyof typeof columns) => {
    const { ucd, name } = columns[what];
    const at = fields.findIndex((field) => ucd.test(field.ucd ?? ''));
    const found = at >= 0 ? at : fields.findIndex((field) => name.test(field.name));
    const field = fields[found];
    if (!field) {
      throw badValue('TRACK', text, `the VOTable has no column of ${what}; give one the UCD ${ucdOf[what]}`);
    }
    return { at: found, field };
  };
  const epoch = find('epoch');
  const ra = find('ra');
  const dec = find('dec');
  for (const { field } of [ra, dec]) {
    if (field.unit !== undefined && !/^deg(rees?)?$/i.test(field.unit))
      throw badValue('TRACK', text, `column ${field.name} is in '${field.unit}'; degrees are right`);
  }
  const system = timeSystems.get(epoch.field.ref ?? '');
  const scale = scales[(system?.scale ?? 'UTC').toUpperCase()];
  if (!scale)
    throw badValue('TRACK', text, `time scale '${system?.scale}' is not known; UTC, TAI or TT is right`);
  const origin =
    system?.origin ?? (/jd/i.test(epoch.field.name) && !/mjd/i.test(epoch.field.name) ? 0 : MJD_ORIGIN);
  return rows.map((row, n) => {
    const number = (at: number) => {
      const cell = row[at]?.trim() ?? '';
      const value = cell === '' ? Number.NaN : Number(cell);
      if (!Number.isFinite(value))
        throw badValue('TRACK', text, `row ${n + 1} of the VOTable has no number in ${fields[at]?.name}`);
      return value;
    };
    return point(text, number(epoch.at) + origin - MJD_ORIGIN, scale, number(ra.at), number(dec.at));
  });
}

const ucdOf = { epoch: 'time.epoch', ra: 'pos.eq.ra', dec: 'pos.eq.dec' } as const;
