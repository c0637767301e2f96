// A service that dies: it ends at once, whatever killed it, and `--restart` brings it back with the same answers. Oracle: the answers before.
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import { datasets, read, type Serving, serve, syncPath } from '../service/process.ts';
import { imageAt } from '../support/archive.ts';
import { until } from '../support/until.ts';

const top = mkdtempSync(join(tmpdir(), 'vignet-death-'));
const archive = join(top, 'archive');
const DATASETS = 400; // More than fit into one page of the index.
let paths: string[];
let far: string;
let serving: Serving | undefined;

beforeAll(async () => {
  for (let n = 0; n < DATASETS; n++) writeFileSync(join(top, `${n}.fits`), imageAt((n * 0.9) % 360, 5));
  await ingest(archive, [top], { collection: 'Death', repo: 'death' });
  const all = datasets(archive).map(({ id }) => syncPath({ ID: id }));
  paths = all.slice(0, 3);
  far = all.at(-1) ?? '';
});
afterEach(async () => {
  serving?.child.kill('SIGKILL');
  await serving?.exited;
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** Processes whose parent this one is. */
const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);

it('--restart brings it back, with the same answers, after any death', async () => {
  const first = await serve(archive, {}, { options: ['--restart'] });
  serving = first;
  const parent = first.child.pid as number;
  // A port that the system chooses is another one each time.
  const starts = () =>
    [...first.log().matchAll(/^Vignet serves .* at (\S+)\/$/gm)].map(([, base = '']) => base);
  const ask = () => paths.map((path) => read(`${starts().at(-1)}${path}`));
  const answers = async () => Promise.all(ask());
  const before = await answers();
  expect(before.map(({ status, complete }) => [status, complete])).toEqual(paths.map(() => [200, true]));
  let times = 1;
  for (const signal of ['SIGKILL', 'SIGSEGV'] as const) {
    const [service] = childrenOf(parent);
    // In the middle of answers.
    const asked = Promise.allSettled(ask());
    process.kill(service as number, signal);
    await asked;
    times += 1;
    await until(() => starts().length === times);
    expect(childrenOf(parent)).not.toEqual([service]);
    expect(await answers()).toEqual(before);
  }
  expect(await first.stop()).toBe(0);
});

it('an index that is cut short under it ends the process, and does not leave it deaf', async () => {
  serving = await serve(archive);
  const [generation] = readdirSync(join(archive, 'generations'));
  const index = join(archive, 'generations', generation as string, 'index.vgi');
  const whole = readFileSync(index);
  truncateSync(index, 100);
  await read(serving.base + far).catch(() => undefined);
  expect(await serving.exited).toBe('SIGBUS');
  // Restored, it is served again.
  writeFileSync(index, whole);
  serving = await serve(archive);
  expect((await read(serving.base + far)).status).toBe(200);
});
