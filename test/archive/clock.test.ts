// A clock that is set back: what is published is still seen. Only the fake clock counts, so that nothing depends on speed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { folder, imageAt } from '../support/archive.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('sees a new generation a second later, whatever the time of day is by then', async () => {
  const [root, dir] = [folder(), folder()];
  const add = async (visit: number) => {
    writeFileSync(join(root, `${visit}.fits`), imageAt(10, visit * 1e-3, { EXPNUM: visit }));
    await ingest(dir, [root], { collection: 'Test', repo: 'test' });
  };
  await add(0);
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const archive = await openArchive(dir);
  const view = archive.as(ANONYMOUS);
  await add(1);
  expect(await view.count()).toBe(1);
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(999);
  expect(await view.count()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await view.count()).toBe(2);
  await archive.close();
});
