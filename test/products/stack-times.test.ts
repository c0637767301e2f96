// Times of a stack against astropy's: barycentric light times with its builtin ephemeris, scales across a leap second.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import { mjdUtcOfTai } from '../../src/astronomy/time.ts';

interface Case {
  readonly tai: number;
  readonly ra: number;
  readonly dec: number;
  readonly site: readonly [number, number, number] | null;
}

const program = `
import json, sys
import astropy.units as u
from astropy.coordinates import EarthLocation, SkyCoord
from astropy.time import Time
from astropy.utils import iers
iers.conf.auto_download = False
iers.conf.iers_degraded_accuracy = 'ignore'
out = []
for c in json.load(sys.stdin):
    site = c['site']
    place = EarthLocation.from_geodetic(*site) if site else EarthLocation.from_geocentric(0, 0, 0, unit='m')
    t = Time(c['tai'], format='mjd', scale='tai', location=place)
    target = SkyCoord(c['ra'], c['dec'], unit='deg')
    b = t.tdb + t.light_travel_time(target, 'barycentric', ephemeris='builtin')
    out.append([b.jd1, b.jd2, t.utc.mjd])
json.dump(out, sys.stdout)
`;

function cases(): Case[] {
  const sites = [null, [-70.749417, -30.244639, 2663], [-155.4761, 19.8255, 4139]] as const;
  return Array.from({ length: 300 }, (_, n) => ({
    tai: 45_000 + ((n * 107.61803) % 32_000),
    ra: (n * 137.508) % 360,
    dec: ((n * 61.8034) % 180) - 90,
    site: sites[n % 3] ?? null,
  }));
}

describe('BJD_TDB', () => {
  const all = cases();
  const input = JSON.stringify(all);
  const theirs = JSON.parse(
    execFileSync('/usr/bin/python3', ['-W', 'ignore', '-c', program], { input, encoding: 'utf8' }),
  ) as [number, number, number][];

  it('agrees with astropy within 0.1 ms, from the ground and from the centre of the Earth', () => {
    const worst = all.map(({ tai, ra, dec, site }, n) => {
      const [jd1, jd2] = theirs[n] as [number, number, number];
      return Math.abs((native.bjdTdb(tai, ra, dec, site) ?? Number.NaN) - jd1 - jd2) * 86_400_000;
    });
    expect(worst.every(Number.isFinite)).toBe(true);
    expect(Math.max(...worst)).toBeLessThan(0.1);
  });

  it('is unknown where the ephemeris does not hold', () => {
    expect(native.bjdTdb(15_000, 10, 20, null)).toBeUndefined();
    expect(native.bjdTdb(88_100, 10, 20, null)).toBeUndefined();
    expect(native.bjdTdb(Number.NaN, 10, 20, null)).toBeUndefined();
  });

  it('has MJD UTC as astropy has it', () => {
    for (const [n, { tai }] of all.entries()) {
      expect(Math.abs(mjdUtcOfTai(tai) - (theirs[n]?.[2] ?? Number.NaN))).toBeLessThan(1e-9);
    }
  });
});
