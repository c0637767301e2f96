// A folder as a byte store.
import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { coalesced } from '../../src/bytes/coalesce.ts';
import { LocalStore } from '../../src/bytes/local-store.ts';
import { folder } from '../support/archive.ts';
import { failure, type StoreUnderTest, storeSuite } from './suite.ts';

/** Seconds; every file that is written has a time of its own. */
let time = 1_700_000_000;

async function localStore(): Promise<StoreUnderTest> {
  const root = folder();
  return {
    store: new LocalStore(root),
    async put(key, bytes) {
      const path = join(root, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      await utimes(path, time, ++time);
    },
    remove: (key) => rm(join(root, key)),
  };
}

storeSuite('a folder', localStore);
storeSuite('a folder whose reads are coalesced', async () => {
  const { store, ...rest } = await localStore();
  return { store: coalesced(store, { gap: 64, most: 1000 }), ...rest };
});

it('follows links beneath its folder, never out of it, and opens nothing but files', async () => {
  const root = folder();
  const store = new LocalStore(root);
  await mkdir(join(root, 'inside'));
  await writeFile(join(root, 'inside/file'), 'bytes');
  await symlink('inside/file', join(root, 'link'));
  await symlink('/etc/passwd', join(root, 'escape'));
  await symlink('..', join(root, 'up'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  expect((await store.stat('link')).size).toBe(5);
  expect(await failure(store.stat('escape'))).toBe('data OUTSIDE_ROOT');
  expect(await failure(store.stat('up/x'))).toMatch(/OUTSIDE_ROOT|FILE_GONE/);
  expect(await failure(store.stat('inside'))).toBe('data NOT_A_FILE');
  // A pipe that nobody writes to does not hang.
  expect(await failure(store.stat('pipe'))).toBe('data NOT_A_FILE');
});
