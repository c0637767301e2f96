// Damage at random places of every file of an archive, and of the images: a reader gives what it gave, or an error of ours that is about the
// archive; never another number of datasets, another dataset, or other pixels. Oracle: the same questions to the undamaged archive.
// The seed is printed when it fails. In the long form hundreds of places in each file, other ones each time.

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANONYMOUS as principal } from '../../src/access/principal.ts';
import { VignetError } from '../../src/base/errors.ts';
import { ingest } from '../../src/ingest/index.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { imageAt } from '../support/archive.ts';

const top = mkdtempSync(join(tmpdir(), 'vignet-damage-'));
const [files, good, bad] = [join(top, 'files'), join(top, 'good'), join(top, 'bad')];
const DATASETS = 8;
const long = Boolean(process.env.VIGNET_LONG);

interface Known {
  readonly id: string;
  readonly at: readonly [number, number];
}
let known: Known[];
let truth: Map<string, string>;

/** All that an archive is asked for, each with its answer or the code of its error. */
async function look(archive: string): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  const put = async (question: string, ask: () => Promise<unknown>) => {
    const answer = await ask().catch((error: unknown) =>
      error instanceof VignetError && error.code !== 'INTERNAL' ? `error ${error.code}` : `bare ${error}`,
    );
    seen.set(question, String(answer));
  };
  let vignet: Vignet | undefined;
  await put('open', async () => {
    vignet = await Vignet.open(archive, { engine: { threads: 0 } });
  });
  if (!vignet) return seen;
  const opened = vignet;
  const view = opened.archive.as(principal);
  await put('count', () => view.count());
  await put('list', async () => {
    const ids: string[] = [];
    for await (const piece of view.list()) ids.push(...piece.map(({ id, s_ra }) => `${id} ${s_ra}`));
    return ids.join();
  });
  for (const { id, at } of known) {
    await put(`find ${id}`, async () => (await view.find({ point: at })).map((row) => row.id).join());
    await put(`cut ${id}`, async () => {
      const answer = await opened.cutout(id, { detail: 'MaskedImage' }, { principal });
      return createHash('sha256')
        .update((await answer?.bytes()) ?? '')
        .digest('hex');
    });
  }
  await opened.close();
  return seen;
}

beforeAll(async () => {
  mkdirSync(files);
  for (let n = 0; n < DATASETS; n++)
    writeFileSync(join(files, `${n}.fits`), imageAt(10 * n, 5, { OBJECT: `o${n}` }));
  const labels = { collection: 'Damage', repo: 'damage' };
  await ingest(good, [files], labels);
  // A second generation, and packs of more than one ingest.
  writeFileSync(join(files, 'more.fits'), imageAt(200, 5));
  await ingest(good, [files], labels);
  const vignet = await Vignet.open(good, { engine: { threads: 0 } });
  known = [];
  for await (const piece of vignet.archive.as(principal).list())
    known.push(...piece.map(({ id, s_ra, s_dec }) => ({ id, at: [s_ra, s_dec] as [number, number] })));
  await vignet.close();
  truth = await look(good);
  expect([...truth.values()].filter((answer) => /^(error|bare)/.test(answer))).toEqual([]);
  expect(known).toHaveLength(DATASETS + 1);
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const damages = fc.record({
  how: fc.constantFrom('bit', 'bit', 'bit', 'zeros', 'noise', 'cut'),
  /** Where in the file, as a fraction: headers and ends more often than chance has it. */
  where: fc.oneof(
    // `fc.double` would be near 0 almost always: it takes all doubles for equally likely.
    fc.integer({ min: 0, max: 2 ** 30 - 1 }).map((n) => n / 2 ** 30),
    fc.constantFrom(0, 0.0001, 0.001, 0.01, 0.999, 0.99999),
  ),
  by: fc.integer({ min: 0, max: 255 }),
});

function damaged(bytes: Buffer, { how, where, by }: { how: string; where: number; by: number }): Buffer {
  const at = Math.floor(where * bytes.length);
  if (how === 'cut') return bytes.subarray(0, at);
  const made = Buffer.from(bytes);
  if (how === 'bit') made[at] = (made[at] ?? 0) ^ (1 << (by % 8));
  else made.fill(how === 'zeros' ? 0 : by, at, Math.min(made.length, at + 512));
  return made;
}

const current = 'generations/2';
it.each([
  'archive.json',
  'CURRENT',
  `${current}/index.vgi`,
  `${current}/catalog.duckdb`,
  'packs/1.pack',
])('%s', async (name) => {
  const whole = readFileSync(join(good, name));
  rmSync(bad, { recursive: true, force: true });
  cpSync(good, bad, { recursive: true });
  await fc.assert(
    fc.asyncProperty(damages, async (damage) => {
      // Of a file that is mapped by nobody any more; another inode, as a copy from a broken disk has it.
      rmSync(join(bad, name));
      writeFileSync(join(bad, name), damaged(whole, damage));
      const seen = await look(bad);
      for (const [question, answer] of seen)
        if (!answer.startsWith('error ')) expect([question, answer]).toEqual([question, truth.get(question)]);
    }),
    { numRuns: long ? 400 : 12, ...(!long && { seed: 12 }) },
  );
});

it('an image: the dataset is refused, the others are as before', async () => {
  const [hit] = readdirSync(files);
  const path = join(files, hit as string);
  const whole = readFileSync(path);
  await fc.assert(
    fc.asyncProperty(damages, async (damage) => {
      writeFileSync(path, damaged(whole, damage));
      const seen = await look(good);
      const differ = [...truth].filter(([question, answer]) => seen.get(question) !== answer);
      expect(differ.map(([question]) => seen.get(question))).toEqual(['error FILE_CHANGED']);
    }),
    { numRuns: long ? 100 : 5, ...(!long && { seed: 12 }) },
  );
});
