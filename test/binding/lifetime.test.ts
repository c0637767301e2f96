// Memory and environments: nothing dangles under forced garbage collection, nothing falls when a thread dies in a call.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { beforeAll, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import { type Simulated, simulated } from '../products/support.ts';

const support = new URL('support.mjs', import.meta.url);
let image: Simulated;
let data: { layout: Uint8Array; sources: readonly unknown[]; size: number };
beforeAll(async () => {
  image = await simulated(0.05);
  const { layout, sources } = image.dataset;
  const { size } = native.planCutout(layout, {
    box: { x0: 5, y0: 5, x1: 40, y1: 40 },
    detail: 'MaskedImage',
  });
  data = { layout, sources, size };
});

it('answers stay right, and memory flat, under forced garbage collection', () => {
  const script = `
    import { round } from ${JSON.stringify(support.href)};
    const data = JSON.parse(process.argv[1]);
    data.layout = Uint8Array.from(Buffer.from(data.layout, 'base64'));
    const first = Buffer.from(round(data).target);
    const kept = [];
    for (let i = 0; i < 50; i++) round(data);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 300; i++) {
      const { progress, target } = round(data);
      if (progress.done !== data.size || !first.equals(target)) throw new Error('different bytes in round ' + i);
      if (i % 50 === 0) kept.push(target);
    }
    globalThis.gc();
    if (!kept.every((target) => first.equals(target))) throw new Error('a kept answer changed');
    console.log(process.memoryUsage().rss - before);
  `;
  const argument = JSON.stringify({ ...data, layout: Buffer.from(data.layout).toString('base64') });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', script, argument],
    { encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  expect(Number(stdout)).toBeLessThan(32 * 1048576);
});

it('threads may die in the middle of calls, many times over, and others go on', async () => {
  for (let i = 0; i < 25; i++) {
    const worker = new Worker(fileURLToPath(support), { workerData: data });
    await once(worker, 'message');
    await new Promise((resolve) => setTimeout(resolve, i % 7));
    await worker.terminate();
  }
  expect(native.describeLayout(image.dataset.layout).planes).toHaveLength(3);
});

it('an index lives as long as its methods, closed or not', () => {
  const script = `
    import { native } from ${JSON.stringify(support.href)};
    import { mkdtempSync } from 'node:fs';
    const path = mkdtempSync('/tmp/vignet-index-') + '/index';
    const numbers = Float64Array.of(0, 0, 1, NaN, NaN, NaN, NaN, 6, 10, 10, 11, 10, 11, 11);
    native.buildIndex(path, { uuids: Buffer.from('00000000000040008000000000000001', 'hex'), origins: new Uint8Array(24), numbers });
    // Finalizers run from the event loop, after a collection.
    const collected = async () => {
      globalThis.gc();
      await new Promise((resolve) => setImmediate(resolve));
    };
    const { find } = native.openIndex(path);
    for (let i = 0; i < 2000; i++) {
      native.openIndex(path);
      if (i % 100 === 99) await collected();
    }
    if (find('00000000-0000-4000-8000-000000000001') !== 0) throw new Error('not found');
    const maps = (await import('node:fs')).readFileSync('/proc/self/maps', 'utf8').split('vignet-index-').length - 1;
    console.log(maps);
  `;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  // The one whose method is still held, and what a last collection may not have reached.
  expect(Number(stdout)).toBeLessThan(10);
});
