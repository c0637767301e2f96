// Windows of mosaics that make way and are taken up again, against the same ones made at once.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { native } from '../../src/addon/addon.ts';
import type { MosaicTask } from '../../src/addon/mosaic.ts';
import type { AddonSource } from '../../src/addon/sources.ts';
import { joinSums } from '../../src/fits/checksum.ts';
import { Vignet } from '../../src/products/vignet.ts';
import { archiveOf, asked } from './mosaic-support.ts';

afterEach(() => vi.restoreAllMocks());

/**
 * A control word that another thread turns to "make way" now and again: it waits for word[1] turns of its
 * loop in between. Whoever gets no step done asks for twice as many, as the scheduler gives twice the time.
 */
function restless() {
  const word = new Int32Array(new SharedArrayBuffer(8));
  const code = `const { workerData: word } = require('node:worker_threads');
    for (let rest = 0; Atomics.load(word, 0) !== 2; rest--)
      if (rest <= 0) {
        Atomics.compareExchange(word, 0, 0, 1);
        rest = Atomics.load(word, 1);
      }`;
  const thread = new Worker(code, { eval: true, workerData: word });
  const stop = () => {
    Atomics.store(word, 0, 2);
    return new Promise((done) => thread.once('exit', done));
  };
  return { word, stop };
}

it('have the same pixels and the same sum, however often they make way', async () => {
  const { archive, sky } = await archiveOf();
  const { center } = JSON.parse(readFileSync(join(sky, 'truth/settings.json'), 'utf8'));
  // In this thread, so that its calls of the addon can be watched.
  const vignet = await Vignet.open(archive, { engine: { threads: 0 } });
  const calls: { task: MosaicTask<AddonSource>; bytes: Uint8Array }[] = [];
  const { fillMosaic } = native;
  vi.spyOn(native, 'fillMosaic').mockImplementation((task, out, ...rest) => {
    const progress = fillMosaic(task, out, ...rest);
    calls.push({ task, bytes: out.slice() });
    return progress;
  });
  try {
    const around = { CIRCLE: `${center.ra} ${center.dec} 0.012`, CUTOUTDETAIL: 'MaskedImage' };
    for (const more of [{ INDEX: 'true' }, { ROTATION: '20' }, { COMBINE: 'mean' }])
      await (await vignet.mosaic(asked({ ...around, ...more }), { principal: ANONYMOUS }))?.bytes();
  } finally {
    await vignet.close();
  }
  expect(calls.length).toBeGreaterThan(8);

  const { word, stop } = restless();
  let resumed = 0;
  try {
    for (let pass = 0; pass < 100 && resumed < 10; pass++) {
      for (const { task, bytes } of calls) {
        const out = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
        let [cursor, sum] = [0, 0];
        while (cursor < out.byteLength) {
          Atomics.store(word, 0, 0);
          const progress = fillMosaic(task, out, cursor, word, 60_000);
          if (progress.done > cursor && progress.done < out.byteLength) resumed += 1;
          const rest = Atomics.load(word, 1);
          Atomics.store(word, 1, progress.done > cursor ? rest >> 1 : Math.min(2 * rest + 1024, 2 ** 30));
          cursor = progress.done;
          sum = joinSums(sum, progress.sum);
        }
        expect(Buffer.compare(out, bytes)).toBe(0);
        expect(sum).toBe(native.dataSum(bytes));
      }
    }
  } finally {
    await stop();
  }
  expect(resumed).toBeGreaterThanOrEqual(10);
});
