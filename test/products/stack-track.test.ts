// The curve through a track, against orbits that are known.
import { describe, expect, it } from 'vitest';
import { Track } from '../../src/astronomy/track.ts';
import { untilDone } from '../../src/base/steps.ts';
import type { TrackPoint } from '../../src/base/track-point.ts';

const DEG = Math.PI / 180;

/** A great circle that wobbles, some degrees a day: through a pole's neighbourhood and over 0h. */
function truth(tai: number): { ra: number; dec: number } {
  const u = 0.06 * (tai - 60_000) + 0.002 * Math.sin(2.1 * (tai - 60_000));
  const tilt = 1.4;
  const [x, y, z] = [Math.cos(u), Math.sin(u) * Math.cos(tilt), Math.sin(u) * Math.sin(tilt)];
  return { ra: (Math.atan2(y, x) / DEG + 360) % 360, dec: Math.asin(z) / DEG };
}

const points = (times: readonly number[]): TrackPoint[] =>
  times.map((epoch) => ({ epoch, scale: 'TAI', ...truth(epoch) }));

function offset(a: { ra: number; dec: number }, b: { ra: number; dec: number }): number {
  const across = ((((a.ra - b.ra + 540) % 360) - 180) * Math.cos(b.dec * DEG)) ** 2;
  return 3600 * Math.sqrt(across + (a.dec - b.dec) ** 2);
}

function worst(step: number): number {
  const times = Array.from({ length: Math.round(24 / step) + 1 }, (_, n) => 60_000 + n * step);
  const track = untilDone(Track.through(points(times)));
  let most = 0;
  for (let tai = 60_000; tai <= (times.at(-1) ?? 0); tai += 0.037) {
    const at = track.at(tai);
    most = Math.max(most, at ? offset(at, truth(tai)) : Number.POSITIVE_INFINITY);
  }
  return most;
}

describe('a track', () => {
  it('goes through its points', () => {
    const times = [60_000, 60_000.3, 60_000.35, 60_001.1];
    const track = untilDone(Track.through(points([...times].reverse())));
    for (const tai of times)
      expect(offset(track.at(tai) ?? { ra: 0, dec: 0 }, truth(tai))).toBeLessThan(1e-6);
  });

  it('is of fourth order between them, up to its ends', () => {
    const [half, quarter, eighth] = [worst(0.5), worst(0.25), worst(0.125)];
    // Sixteenfold where points are dense.
    expect(half / quarter).toBeGreaterThan(10);
    expect(quarter / eighth).toBeGreaterThan(13);
    expect(eighth).toBeLessThan(0.05);
  });

  it('ends at its ends and stops at gaps of more than a day', () => {
    const track = untilDone(Track.through(points([60_000, 60_000.5, 60_001.6, 60_002])));
    expect(track.at(59_999.999)).toBeUndefined();
    expect(track.at(60_002.001)).toBeUndefined();
    expect(track.at(60_001)).toBeUndefined();
    expect(track.at(60_000.25)).toBeDefined();
    expect(track.at(60_001.8)).toBeDefined();
  });

  it('takes a single point as a place at one moment, and of two with one epoch the first', () => {
    const [point] = points([60_000]) as [TrackPoint];
    const track = untilDone(Track.through([point, { ...point, ra: 5 }]));
    expect(track.at(60_000)?.ra).toBeCloseTo(point.ra, 9);
    expect(track.at(60_000.1)).toBeUndefined();
  });

  it('lies within its circles', () => {
    const track = untilDone(Track.through(points([60_000, 60_000.7, 60_001.2, 60_002])));
    for (const { centre, radius, time } of untilDone(track.circles())) {
      for (let n = 0; n <= 20; n++) {
        const at = track.at(time[0] + ((time[1] - time[0]) * n) / 20);
        expect(offset(at ?? { ra: 0, dec: 0 }, centre)).toBeLessThanOrEqual(radius * 3600);
      }
    }
  });
});
