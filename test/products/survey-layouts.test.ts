// Each survey's layout from ingest to products: one dataset with its planes, band and time; a cutout with them; its row in a stack; a mosaic.
// Oracle: astropy, which writes the files as the survey's documents say and reads the answers (test/oracles/survey_layouts.py: pixels of
// cutouts bit for bit, 1e-6 in stacks and mosaics, positions 1e-9 degree, times 1 ms); fitsverify.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import type { ListedDataset } from '../../src/archive/dataset-search.ts';
import { ingest } from '../../src/ingest/index.ts';
import type { Answer } from '../../src/products/answers/answer.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseSodaSync } from '../../src/vo/soda/request.ts';
import { parseStack } from '../../src/vo/stack/request.ts';
import { Oracle } from '../accuracy/oracle.ts';
import { verify } from '../accuracy/verify.ts';

interface Layout {
  /** Meaning → file and HDU. */
  readonly planes: Readonly<Record<string, readonly [string, number]>>;
  readonly row: { readonly band?: string; readonly begins?: boolean; readonly unnamed?: boolean };
}

const SURVEYS = [
  ...['lsst-afw', 'hsc', 'decam', 'mosaic', 'bok', 'legacy-survey', 'des', 'ztf', 'panstarrs', 'sdss'],
  ...['skymapper', 'hst', 'hst-drz', 'jwst', 'euclid-vis', 'euclid-mer', 'tess', 'unwise'],
];
const scratch = mkdtempSync(join(tmpdir(), 'vignet-layouts-'));
const oracle = new Oracle('survey_layouts.py');
const caller = { principal: ANONYMOUS };
let layouts: Readonly<Record<string, Layout>>;
let vignet: Vignet;
let rows: ListedDataset[];

beforeAll(async () => {
  const files = join(scratch, 'files');
  layouts = await oracle.ask('make', { folder: files });
  const archive = join(scratch, 'archive');
  const report = await ingest(archive, [files], { collection: 'surveys', repo: 'surveys' });
  expect(report.failures).toEqual([]);
  vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  rows = [];
  for await (const piece of vignet.archive.as(ANONYMOUS).list()) rows.push(...piece);
});

afterAll(async () => {
  await Promise.all([oracle.close(), vignet?.close()]);
  rmSync(scratch, { recursive: true, force: true });
});

const of = (survey: string) => rows.filter(({ absolutePath }) => absolutePath.includes(`/${survey}/`));

/** What the oracle finds wrong with an answer, and fitsverify. */
async function findings(survey: string, kind: string, answer: Answer | undefined) {
  const file = join(scratch, `${survey}-${kind}.fits`);
  writeFileSync(file, (await answer?.bytes()) ?? '');
  const wrong = await oracle.ask<string[]>(kind, { file, ...layouts[survey] });
  return [...wrong, ...((await verify([file])).get(file) ?? [])];
}

describe.each(SURVEYS)('%s', (survey) => {
  it('is one dataset with its planes, band and time', () => {
    const found = of(survey);
    expect(found).toHaveLength(1);
    const [row] = found;
    const layout = layouts[survey];
    expect(row?.planes?.split(',').sort()).toEqual(Object.keys(layout?.planes ?? {}).sort());
    if (layout?.row.band) expect(row?.lsst_band).toBe(layout.row.band);
    if (layout?.row.begins) expect(row?.t_min).toBeCloseTo(58850.125, 8);
    else expect(row?.t_min).toBeNull();
  });

  it('is cut with its planes', async () => {
    const asked = parseSodaSync([
      ['ID', of(survey)[0]?.id ?? ''],
      ['CIRCLE', '150 2 0.0005'],
      ['CUTOUTDETAIL', 'MaskedImage'],
    ]);
    expect(await findings(survey, 'cutout', await vignet.cutout(asked.id, asked, caller))).toEqual([]);
  });

  it('is a row of a stack', async () => {
    const asked = {
      RA: '150',
      DEC: '2',
      SIZE: '9',
      CUTOUTDETAIL: 'MaskedImage',
      ID: of(survey)[0]?.id ?? '',
    };
    const stack = await vignet.stack(parseStack(Object.entries(asked)), caller);
    expect(await findings(survey, 'stack', stack)).toEqual([]);
  });

  it('is a mosaic on its own grid', async () => {
    const id = of(survey)[0]?.id ?? '';
    const asked = { ID: id, ALIGN: id, CUTOUTDETAIL: 'MaskedImage', UNIT: 'native' };
    const mosaic = await vignet.mosaic(parseMosaic(Object.entries(asked)), caller);
    expect(await findings(survey, 'mosaic', mosaic)).toEqual([]);
  });
});
