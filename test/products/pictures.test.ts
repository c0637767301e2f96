// Grey pictures of cutouts: curves and limits as astropy.visualization has them, the sky at a fifth of white by default.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS as principal } from '../../src/access/principal.ts';
import type { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseSodaSync } from '../../src/vo/soda/request.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { openVignet, scratch } from './stack-support.ts';

interface Compared {
  readonly size: boolean;
  readonly alpha: boolean;
  readonly sky: number;
  readonly worst?: number;
}

const oracle = new Oracle('picture_oracle.py');
const CIRCLE = '150.2987 2.38812 0.012';
let vignet: Vignet;
let id: string;
let parent: string;

const picture = async (more: Record<string, string>, name: string) => {
  const { id: _, ...request } = parseSodaSync(
    Object.entries({ ID: id, CIRCLE, RESPONSEFORMAT: 'png', ...more }),
  );
  const path = join(scratch, name);
  const answer = await vignet.cutout(id, request, { principal });
  writeFileSync(path, (await answer?.bytes()) ?? '');
  return path;
};

beforeAll(async () => {
  vignet = await openVignet();
  const found = await vignet.archive.as(principal).find({ point: [150.2987, 2.38812] });
  id = found.find(({ type, band }) => type === 'visit_image' && band === 'r')?.id ?? '';
  parent = await picture({ RESPONSEFORMAT: 'fits' }, 'parent.fits');
});
afterAll(() => oracle.close());

describe('a picture', () => {
  it('has its sky near a fifth of white by default', async () => {
    const png = await picture({}, 'default.png');
    const { size, alpha, sky } = await oracle.ask<Compared>('compare', { fits: parent, png });
    expect([size, alpha]).toEqual([true, true]);
    expect(Math.abs(sky - 0.2)).toBeLessThan(0.03);
  });

  const limits = ['99.5%', '1% 99%', 'zscale', '-300 9000'];
  const stretches = ['asinh', 'linear', 'sqrt', 'log'];
  it.each(
    limits.flatMap((one) => stretches.map((stretch) => [one, stretch] as const)),
  )('with LIMITS=%s and STRETCH=%s has the levels of astropy', async (LIMITS, STRETCH) => {
    const png = await picture({ LIMITS, STRETCH }, 'asked.png');
    const task = { fits: parent, png, limits: LIMITS, stretch: STRETCH };
    const { worst } = await oracle.ask<Compared>('compare', task);
    // Levels are rounded to whole ones; pixels are float32.
    expect(worst).toBeLessThan(0.51);
  });

  it.each([
    ['grey', {}, 1],
    ['grey, some of it beyond the image', { SIZE: '4000' }, 4],
    ['colours', { CMAP: 'hot' }, 3],
  ] as const)('has as a PNG the channels that it needs: %s', async (_, more, channels) => {
    const png = await picture(more, 'channels.png');
    expect((await sharp(png).metadata()).channels).toBe(channels);
  });

  it('is another answer with another look, of mosaics too', async () => {
    const tag = async (more: Record<string, string>) => {
      const pairs = Object.entries({ CIRCLE, BAND: 'r', RESPONSEFORMAT: 'png', ...more });
      return (await vignet.mosaic(parseMosaic(pairs), { principal }))?.etag;
    };
    const tags = await Promise.all(
      [{}, { CMAP: 'hot' }, { STRETCH: 'log' }, { LIMITS: '99%' }].map((one) => tag(one)),
    );
    expect(new Set(tags).size).toBe(4);
    expect(tags).not.toContain(undefined);
  });
});

describe('what does not go together', () => {
  it.each([
    [{ STRETCH: 'log', RESPONSEFORMAT: 'fits' }, /STRETCH, LIMITS and CMAP need a picture format/],
    [{ STRETCH: '5' }, /a number for STRETCH, and Q, need RGB/],
    [{ STRETCH: 'log', RGB: 'i,r,g' }, /RGB takes a number for STRETCH/],
    [{ CMAP: 'hot', RGB: 'i,r,g' }, /RGB takes a number for STRETCH, and neither LIMITS nor CMAP/],
    [{ STRETCH: 'wild' }, /expected one number .*asinh, linear, sqrt, log.* for STRETCH, received 'wild'/],
    [{ LIMITS: '5' }, /"low high".* for LIMITS, received '5'/],
    [{ LIMITS: '5 5' }, /for LIMITS, received '5 5'/],
    [{ LIMITS: '1% 101%' }, /for LIMITS, received '1% 101%'/],
    [{ LIMITS: '1% 5' }, /for LIMITS/],
    [{ CMAP: 'jet' }, /gray, gray_r, hot.* for CMAP, received 'jet'/],
  ] as const)('%j', (more, sentence) => {
    const pairs = Object.entries({
      ID: id || 'ivo://x/y?repo=a&id=00000000-0000-5000-8000-000000000000',
      CIRCLE,
      RESPONSEFORMAT: 'png',
      ...more,
    });
    expect(() => parseSodaSync(pairs)).toThrow(sentence);
  });
});
