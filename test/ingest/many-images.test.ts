// A file of very many images, the layout of each of which has all HDUs, is refused with a sentence: an ingest of 11 MB would take minutes and
// write gigabytes. Files of as many images as cameras have detectors are taken. Numbers computed here.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import { folder } from '../support/archive.ts';
import { data, floats, header, tan } from '../support/fits.ts';

const primary = header([
  ['SIMPLE', true],
  ['BITPIX', 8],
  ['NAXIS', 0],
  ['EXTEND', true],
]);

const fileOf = (images: number) =>
  Buffer.concat([
    primary,
    ...Array.from({ length: images }, (_, n) =>
      Buffer.concat([
        header([
          ['XTENSION', 'IMAGE'],
          ['BITPIX', -32],
          ['NAXIS', 2],
          ['NAXIS1', 4],
          ['NAXIS2', 3],
          ['PCOUNT', 0],
          ['GCOUNT', 1],
          ['EXTNAME', `C${n}`],
          ...tan(4, 3, 10 + n / 100),
        ]),
        data(floats(12)),
      ]),
    ),
  ]);

it.each([
  [50, 50, []],
  [1000, 0, ['TOO_MANY_HDUS']],
])('of %i images %i are ingested', async (images, ingested, codes) => {
  const files = folder();
  writeFileSync(join(files, 'many.fits'), fileOf(images));
  const report = await ingest(folder(), [files], { collection: 'many', repo: 'many' });
  expect(report.ingested).toBe(ingested);
  expect(report.failures.map(({ code }) => code)).toEqual(codes);
  for (const { reason } of report.failures)
    expect(reason).toContain('received 1000 times 1001; split the file');
});
