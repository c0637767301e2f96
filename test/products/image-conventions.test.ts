// Pixels are the same in a cutout, a stack and a mosaic, however a file stores its numbers: every BITPIX, BSCALE and BZERO (also those of
// unsigned integers), BLANK, and codec. Oracle: numbers drawn at random, written by astropy and read by the standard's formula (FITS 4.0,
// equation 3) in double precision (test/oracles/image_conventions.py): cutouts are equal, stacks and mosaics equal in float32.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseStack } from '../../src/vo/stack/request.ts';
import { Oracle } from '../accuracy/oracle.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vignet-images-'));
const files = join(scratch, 'files');
const oracle = new Oracle('image_conventions.py');
const caller = { principal: ANONYMOUS };
let names: string[];
let vignet: Vignet;
let ids: Map<string, string>;

beforeAll(async () => {
  mkdirSync(files);
  names = await oracle.ask('make', { folder: files });
  const archive = join(scratch, 'archive');
  const report = await ingest(archive, [files], { collection: 'images', repo: 'images' });
  expect(report.failures).toEqual([]);
  vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  ids = new Map();
  for await (const rows of vignet.archive.as(ANONYMOUS).list())
    for (const row of rows) ids.set(`${row.obs_id}.fits`, row.id);
});

afterAll(async () => {
  await Promise.all([oracle.close(), vignet?.close()]);
  rmSync(scratch, { recursive: true, force: true });
});

type Made = { bytes(): Promise<Uint8Array> } | undefined;
const id = (name: string) => ids.get(name) ?? '';
const parents = () => names.map((name) => join(files, name));
const allEqual = () => Object.fromEntries(names.map((name) => [name, 'equal']));

/** How the answers for each file differ from it. */
async function differences(kind: string, exact: boolean, answer: (name: string) => Promise<Made>) {
  const answers: string[] = [];
  for (const name of names) {
    const path = join(scratch, `${kind}-${name}`);
    writeFileSync(path, (await (await answer(name))?.bytes()) ?? '');
    answers.push(path);
  }
  const said = await oracle.ask('compare', { answers, parents: parents(), exact });
  return Object.fromEntries(names.map((name, n) => [name, said[n]]));
}

it('a cutout has the numbers of its parent', async () => {
  const stencil = { shape: 'circle', values: [150, 2, 0.0005] } as const;
  const answer = (name: string) => vignet.cutout(id(name), { stencil, detail: 'Image' }, caller);
  expect(await differences('cutout', true, answer)).toEqual(allEqual());
});

it('a mosaic on the same grid has them as float32', async () => {
  const answer = (name: string) =>
    vignet.mosaic(parseMosaic(Object.entries({ ID: id(name), ALIGN: id(name), UNIT: 'native' })), caller);
  expect(await differences('mosaic', false, answer)).toEqual(allEqual());
});

it('every row of a stack has them as float32', async () => {
  const asked = { RA: '150', DEC: '2', SIZE: '9', DPSUBTYPE: 'image', MAXREC: '100' };
  const stack = join(scratch, 'stack.fits');
  writeFileSync(stack, await (await vignet.stack(parseStack(Object.entries(asked)), caller)).bytes());
  const said = await oracle.ask('rows', { stack, parents: parents() });
  expect(said).toEqual(names.map(() => 'equal'));
});
