// Masks mean the same in a cutout, a stack and a mosaic, however a file stores its integers: 8, 16, 32 and 64 bits,
// plain or with the top bit inverted by BZERO, in every codec that astropy writes. Oracle: astropy, which wrote them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { parseMosaic } from '../../src/vo/mosaic/request.ts';
import { parseStack } from '../../src/vo/stack/request.ts';

const oracle = resolve(import.meta.dirname, '../oracles/mask_conventions.py');
const scratch = mkdtempSync(join(tmpdir(), 'vignet-masks-'));
const asked = { principal: ANONYMOUS };
let names: string[];
let vignet: Vignet;
let ids: Map<string, string>;

const python = (...args: string[]) =>
  execFileSync('/usr/bin/python3', ['-W', 'ignore', oracle, ...args], { encoding: 'utf8' })
    .trim()
    .split('\n');

beforeAll(async () => {
  const files = join(scratch, 'files');
  mkdirSync(files);
  names = python('make', files);
  const archive = join(scratch, 'archive');
  await ingest(archive, [files], { collection: 'masks', repo: 'masks' });
  vignet = await Vignet.open(archive, { engine: { threads: 2 } });
  ids = new Map();
  for await (const rows of vignet.archive.as(ANONYMOUS).list())
    for (const row of rows) ids.set(`${row.obs_id}.fits`, row.id);
});

afterAll(async () => {
  await vignet?.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** The bytes of an answer that must be there. */
function made(answer: { bytes(): Promise<Uint8Array> } | undefined): Promise<Uint8Array> {
  if (!answer) throw new Error('no overlap');
  return answer.bytes();
}

const id = (name: string) => ids.get(name) as string;

/** What astropy reads of the masks of one answer for each file, beside what it wrote. */
async function flags(
  answer: (name: string) => Promise<Parameters<typeof made>[0]>,
): Promise<Record<string, string>> {
  const paths = await Promise.all(
    names.map(async (name) => {
      const path = join(scratch, `answer-${name}`);
      writeFileSync(path, await made(await answer(name)));
      return path;
    }),
  );
  const lines = python('flags', ...paths);
  return Object.fromEntries(names.map((name, n) => [name, lines[n] ?? 'no answer']));
}

const asWritten = () => Object.fromEntries(names.map((name) => [name, 'equal equal equal']));

it('a cutout has the flags of its parent', async () => {
  const stencil = { shape: 'circle', values: [150, 2, 1] } as const;
  const answer = (name: string) => vignet.cutout(id(name), { stencil, detail: 'MaskedImage' }, asked);
  expect(await flags(answer)).toEqual(asWritten());
});

it('a mosaic of one image has its flags', async () => {
  const answer = (name: string) =>
    vignet.mosaic(
      parseMosaic([
        ['ID', id(name)],
        ['CUTOUTDETAIL', 'MaskedImage'],
      ]),
      asked,
    );
  expect(await flags(answer)).toEqual(asWritten());
});

it('a combination has the flags of its inputs', async () => {
  const other = id('mask_32_plain_none.fits');
  const answer = (name: string) =>
    vignet.mosaic(
      parseMosaic([
        ['ID', id(name)],
        ['ID', id(name) === other ? id('mask_16_plain_none.fits') : other],
        ['ALIGN', other],
        ['COMBINE', 'mean'],
        ['CUTOUTDETAIL', 'MaskedImage'],
      ]),
      asked,
    );
  expect(await flags(answer)).toEqual(asWritten());
});

it('every row of a stack has the flags of its image', async () => {
  const stack = await vignet.stack(
    parseStack([
      ['POS', 'CIRCLE 150 2 0.0005'],
      ['DPSUBTYPE', 'image'],
      ['CUTOUTDETAIL', 'MaskedImage'],
      ['MAXREC', '100'],
    ]),
    asked,
  );
  const path = join(scratch, 'stack.fits');
  writeFileSync(path, await stack.bytes());
  expect(python('rows', path)).toEqual(names.map(() => 'equal equal equal'));
});
