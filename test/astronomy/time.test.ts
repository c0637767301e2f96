// Leap seconds and time scales, against astropy.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  dayLength,
  mjdUtc,
  momentOfMjd,
  parseFitsDate,
  taiMinusUtc,
  timeScaleOf,
} from '../../src/astronomy/time.ts';

const moment = (text: string) => {
  const found = parseFitsDate(text);
  if (!found) throw new Error(`${text} is no date`);
  return found;
};

describe('the table of leap seconds', () => {
  it('crosses 2016-12-31', () => {
    expect(taiMinusUtc(57753)).toBe(36);
    expect(taiMinusUtc(57754)).toBe(37);
    expect(dayLength(57753)).toBe(86_401);
    expect(dayLength(57754)).toBe(86_400);
  });

  it('is the one astropy has', () => {
    const script = `
from astropy.utils import iers
from erfa import leap_seconds
print(' '.join('%d:%d' % (r['year'] * 12 + r['month'] - 1, r['tai_utc']) for r in leap_seconds.get() if r['year'] >= 1972))`;
    const theirs = execFileSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' }).trim().split(' ');
    for (const entry of theirs) {
      const [months, offset] = entry.split(':').map(Number) as [number, number];
      const first = Date.UTC(Math.floor(months / 12), months % 12, 1) / 86_400_000 + 40_587;
      expect(taiMinusUtc(first), entry).toBe(offset);
      expect(taiMinusUtc(first - 1), entry).toBe(offset === 10 ? 10 : offset - 1);
    }
  });
});

describe('times of observation in MJD UTC', () => {
  const cases = [
    ['2016-12-31T23:59:35.5', 'tai'],
    ['2017-01-01T00:00:35.25', 'tai'],
    ['2017-01-01T00:00:36', 'tai'],
    ['2017-01-01T00:00:36.75', 'tai'],
    ['2017-01-01T00:00:37', 'tai'],
    ['2017-01-01T00:00:38', 'tai'],
    ['2016-12-31T12:00:00', 'utc'],
    ['2016-12-31T23:59:60.5', 'utc'],
    ['2017-01-01T00:00:00', 'utc'],
    ['2025-06-14T03:21:09.123456', 'tai'],
    ['2000-03-26T00:20:55', 'tt'],
    ['1999-01-01T00:00:31.5', 'tai'],
    ['2012-07-01T00:00:34.9', 'tai'],
    ['2015-03-29T08:32:55.752081', 'utc'],
  ] as const;

  it('agree with astropy to a microsecond', () => {
    const script = `
import sys
from astropy.time import Time
for line in sys.stdin:
    text, scale = line.split()
    t = Time(text, format='isot', scale=scale, precision=9).utc
    print(repr(float(t.mjd)))`;
    const input = cases.map((one) => one.join(' ')).join('\n');
    const theirs = execFileSync('/usr/bin/python3', ['-c', script], { input, encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
    cases.forEach(([text, scale], n) => {
      const ours = mjdUtc(moment(text), scale.toUpperCase() as 'TAI' | 'UTC' | 'TT');
      expect(Math.abs(ours - (theirs[n] ?? 0)) * 86_400, `${text} ${scale}`).toBeLessThan(2e-6);
    });
  });

  it('shifts by true seconds over a leap second', () => {
    const start = moment('2016-12-31T23:59:50');
    const end = mjdUtc(start, 'UTC', 20);
    expect((end - 57754) * 86_400).toBeCloseTo(9, 5);
  });

  it('takes MJD cards of a scale', () => {
    expect(mjdUtc(momentOfMjd(57754.5, 'TAI'), 'TAI')).toBeCloseTo(57754.5 - 37 / 86_400, 9);
    expect(mjdUtc(momentOfMjd(57753.25, 'UTC'), 'UTC')).toBeCloseTo(57753.25, 9);
  });
});

describe('FITS dates', () => {
  it('reads the forms there are', () => {
    expect(parseFitsDate('2017-01-01')).toEqual({ day: 57754, seconds: 0 });
    expect(parseFitsDate('31/12/99')).toEqual({ day: 51543, seconds: 0 });
    expect(parseFitsDate(' 2017-01-01T00:00:01.5Z ')).toEqual({ day: 57754, seconds: 1.5 });
  });

  it('refuses what is none', () => {
    for (const text of [
      '',
      '2017',
      '2017-13-01',
      '2017-02-30',
      '2017-01-01T25:00:00',
      '2017-01-01T00:00:61',
      'now',
    ]) {
      expect(parseFitsDate(text), text).toBeUndefined();
    }
  });

  it('knows the scales that people write', () => {
    expect(timeScaleOf(undefined)).toBe('UTC');
    expect(timeScaleOf('UTC approximate')).toBe('UTC');
    expect(timeScaleOf('TT(TAI)')).toBe('TT');
    expect(timeScaleOf('LOCAL')).toBeUndefined();
  });
});
