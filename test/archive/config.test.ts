// archive.json: written with a checksum, read without one, and never read damaged. Oracle: what was written.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkArchive } from '../../src/archive/check.ts';
import { type ArchiveConfig, keepConfig, readConfig } from '../../src/archive/config.ts';
import { ingest } from '../../src/ingest/index.ts';
import { folder, imageAt } from '../support/archive.ts';

const config: ArchiveConfig = {
  version: 1,
  authority: 'data.example.org',
  roots: { über: '/data/über', b: '/data/"b"' },
  repos: { dp1: { path: 'releases/dp1' } },
  skymaps: {
    rings: { name: 'rings', rings: 120, raStart: 0, pixelScale: 0.2, tractOverlap: 1 / 60, inner: 3000 },
  },
  catalog: { url: 'postgresql://host/database', schema: 'vignet_1' },
};

async function written(): Promise<{ dir: string; path: string; bytes: Buffer }> {
  const dir = folder();
  await keepConfig(dir, config);
  const path = join(dir, 'archive.json');
  return { dir, path, bytes: readFileSync(path) };
}

it('is read as it was written', async () => {
  const { dir, path, bytes } = await written();
  expect(await readConfig(dir)).toEqual(config);
  // Laid out by an editor.
  writeFileSync(path, JSON.stringify(JSON.parse(bytes.toString()), null, 7));
  expect(await readConfig(dir)).toEqual(config);
});

it('every bit turned, every byte lost, every end and every block of noise or zeros: refused, or the same', async () => {
  const { dir, path, bytes } = await written();
  let refused = 0;
  const reads = async (damaged: Uint8Array) => {
    writeFileSync(path, damaged);
    const read = await readConfig(dir).catch((error: { code: string }) => error.code);
    if (read === 'BAD_ARCHIVE') refused += 1;
    else expect(read, Buffer.from(damaged).toString()).toEqual(config);
  };
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ (1 << bit);
      await reads(turned);
    }
    await reads(bytes.subarray(0, at));
    await reads(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
    for (const by of [0, 0x20, 0x31, 0x61])
      await reads(Buffer.from(bytes).fill(by, at, Math.min(at + 16, bytes.length)));
  }
  expect(refused).toBeGreaterThan(10 * bytes.length);
});

it('any member that was changed is told, with what to do', async () => {
  const { dir, path, bytes } = await written();
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[a-z0-9]{3,12}\.org$/), async (authority) => {
      fc.pre(authority !== config.authority);
      writeFileSync(path, bytes.toString().replace(config.authority, authority));
      await expect(readConfig(dir)).rejects.toThrow(
        /checksum; if it was edited, remove the member 'checksum'/,
      );
    }),
  );
});

it('without a checksum it is read, and the next ingest writes one; `vignet check` tells of one that does not agree', async () => {
  const [dir, files] = [folder(), folder()];
  writeFileSync(join(files, 'a.fits'), imageAt(10, 5));
  const labels = { collection: 'Test', repo: 'test' };
  await ingest(dir, [files], labels);
  const path = join(dir, 'archive.json');
  const sealed = readFileSync(path, 'utf8');
  const edited = sealed.replace(/\n *"checksum".*/, '').replace('vignet.example', 'data.example.org');
  expect(edited).not.toContain('checksum');
  writeFileSync(path, edited);
  expect(await readConfig(dir)).toMatchObject({ authority: 'data.example.org' });
  await ingest(dir, [files], labels);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    authority: 'data.example.org',
    checksum: expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  writeFileSync(path, readFileSync(path, 'utf8').replace('data.example.org', 'date.example.org'));
  const parts: string[] = [];
  for await (const { part, error } of checkArchive(dir)) parts.push(`${part} ${error.code}`);
  expect(parts).toEqual(['configuration BAD_ARCHIVE']);
});
