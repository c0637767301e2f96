// Co-adds of the real epochs: stars lie where they lie in each file, and so on each other.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { closeLater, mosaicOf, oracle, scratch } from './combine-support.ts';

const data = process.env.VIGNET_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data');

// Two stars that Bok blends and Mosaic-3 separates; what DECam has there is a single one.
const sets = [
  {
    ...{ name: 'bok-mosaic-epochs', epochs: 12, scale: 0.453, radius: 11 },
    stars: [
      [352.078761, 0.207749],
      [352.079092, 0.206978],
    ],
  },
  { name: 'decam-epochs', epochs: 8, scale: 0.262, radius: 7, stars: [[244.77973, 12.07234]] },
] as const;

function gridAt([ra, dec]: readonly [number, number], scale: number): string {
  const step = (scale / 3600).toExponential(12);
  return [
    ...["CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", `CRVAL1  = ${ra}`, `CRVAL2  = ${dec}`],
    ...['CRPIX1  = 1', 'CRPIX2  = 1', `CD1_1   = -${step}`, `CD2_2   = ${step}`],
  ].join('\n');
}

const rms = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
};

describe.skipIf(!existsSync(data))('real epochs', () => {
  it.each(sets)('of $name line up to 0.1 pixel', async ({ name, epochs, stars, scale, radius }) => {
    const archive = join(scratch, name);
    await ingest(archive, [join(data, name, 'images')], { collection: 'real', repo: 'real' });
    const vignet = await Vignet.open(archive, { engine: { threads: 2 } });
    closeLater(vignet);
    const rows = [];
    for await (const piece of vignet.archive.as(ANONYMOUS).list()) rows.push(...piece);
    expect(rows).toHaveLength(epochs);
    const [star] = stars;
    const asked = { WCS: gridAt(star, scale), CIRCLE: `${star.join(' ')} ${(14 * scale) / 3600}` };
    const mosaics: string[] = [];
    for (const { id } of rows) mosaics.push(await mosaicOf(vignet, { ...asked, ID: id }));
    const files = rows.map(({ absolutePath }) => absolutePath);
    const task = { mosaics, files, stars, scale, radius };
    const found = await oracle.ask<[[number, number], [number, number]][]>('aligned', task);
    for (const [at, [ours, theirs]] of found.entries())
      expect(Math.hypot(ours[0] - theirs[0], ours[1] - theirs[1]), rows[at]?.id).toBeLessThan(0.05);
    // Among each other they differ by the files' own astrometry, of up to 0.09" (0.3 pixel), and by nothing else.
    for (const axis of [0, 1] as const) {
      const [ours, theirs] = [rms(found.map(([one]) => one[axis])), rms(found.map(([, one]) => one[axis]))];
      expect(Math.abs(ours - theirs)).toBeLessThan(0.01);
      expect(ours).toBeLessThan(0.15);
    }

    const ids = rows.map(({ id }) => ['ID', id] as const);
    const pairs = [...ids, ...Object.entries({ ...asked, COMBINE: 'clipped', BACKGROUND: 'match' })];
    const coadd = await vignet.mosaic(parseMosaic(pairs), { principal: ANONYMOUS });
    expect(coadd?.summary.datasets).toHaveLength(epochs);
    expect((await coadd?.bytes())?.length).toBe(coadd?.summary.bytes);
  });
});
