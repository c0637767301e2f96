// Colour pictures against astropy's make_lupton_rgb, of the mosaics of the three bands.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import type { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseSodaSync } from '../../src/vo/soda/request.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { openVignet, type Parameters, pairsOf, scratch, variableStar } from './stack-support.ts';

const oracle = new Oracle('film_oracle.py');
let vignet: Vignet;
const { place } = variableStar();
const CIRCLE = `${place.RA} ${place.DEC} 0.008`;
const bands = ['i', 'r', 'g'];

beforeAll(async () => {
  vignet = await openVignet();
});
afterAll(() => oracle.close());

async function mosaic(parameters: Parameters) {
  const answer = await vignet.mosaic(parseMosaic(pairsOf({ CIRCLE, ...parameters })), {
    principal: ANONYMOUS,
  });
  if (!answer) throw new Error('nothing there');
  return answer;
}

it.each([
  {},
  { PIXSCALE: '0.5', ROTATION: '30', RESAMPLE: 'exact' },
])('are what astropy makes of the same pixels: %j', async (grid) => {
  const channels: string[] = [];
  for (const BAND of bands) {
    const path = join(scratch, `${BAND}.fits`);
    writeFileSync(path, await (await mosaic({ ...grid, BAND })).bytes());
    channels.push(path);
  }
  const asked = { ...grid, RGB: 'i,r,g', STRETCH: '40', Q: '5', RESPONSEFORMAT: 'image/png' };
  const picture = join(scratch, 'rgb.png');
  const answer = await mosaic(asked);
  const bytes = await answer.bytes();
  writeFileSync(picture, bytes);
  const task = { picture, channels, stretch: 40, q: 5 };
  const found = await oracle.ask<{ size: number[]; worst: number; alpha: boolean; mean: number }>(
    'colour',
    task,
  );
  expect(found.size).toEqual([answer.summary.width, answer.summary.height]);
  expect(found.alpha).toBe(true);
  expect(found.worst).toBeLessThanOrEqual(1);
  expect(found.mean).toBeGreaterThan(2);
  const again = await mosaic(asked);
  expect(again.etag).toBe(answer.etag);
  expect(Buffer.from(await again.bytes()).equals(bytes)).toBe(true);
});

it('are of a collection, whichever of its bands the ID is of, as WebP too', async () => {
  const collections = await vignet.archive.as(ANONYMOUS).collections();
  const pictures: string[] = [];
  for (const { id } of collections.filter(({ band }) => band === 'r' || band === 'g')) {
    const { id: key, ...request } = parseSodaSync(
      pairsOf({ ID: id, CIRCLE, RGB: 'i r g', RESPONSEFORMAT: 'webp' }),
    );
    const answer = await vignet.cutout(key, request, { principal: ANONYMOUS });
    expect(answer?.contentType).toBe('image/webp');
    pictures.push(Buffer.from((await answer?.bytes()) ?? []).toString('base64'));
  }
  expect(pictures).toHaveLength(2);
  expect(pictures[0]).toBe(pictures[1]);
});

it('say what is wrong with a request', async () => {
  const RESPONSEFORMAT = 'png';
  await expect(mosaic({ RGB: 'i,r,x', RESPONSEFORMAT })).rejects.toMatchObject({ code: 'NO_BAND' });
  for (const wrong of [
    { RGB: 'i,r,g' },
    { RGB: 'i,r,g', BAND: 'r', RESPONSEFORMAT },
    { Q: '3', RESPONSEFORMAT },
  ])
    await expect(mosaic(wrong)).rejects.toMatchObject({ code: 'CONTRADICTION' });
  for (const RGB of ['i,r', 'i,r,g,u', '1,2,3'])
    await expect(mosaic({ RGB, RESPONSEFORMAT })).rejects.toMatchObject({ code: 'BAD_VALUE' });
  const [dataset] = (await vignet.archive
    .as(ANONYMOUS)
    .observations(
      [{ region: { shape: 'circle', values: [Number(place.RA), Number(place.DEC), 1e-4] } }],
      {},
    )) as { dataset?: { id: string } }[];
  const { id, ...request } = parseSodaSync(
    pairsOf({ ID: dataset?.dataset?.id ?? '', CIRCLE, RGB: 'i,r,g', RESPONSEFORMAT }),
  );
  await expect(vignet.cutout(id, request, { principal: ANONYMOUS })).rejects.toMatchObject({
    code: 'ONE_BAND',
  });
});
