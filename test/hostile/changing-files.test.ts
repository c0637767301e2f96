// A file changes while its answer is on its way: replaced, cut short, longer, written over. The answer breaks off, or it is whole and has the
// bytes of the file as it was; never a mixture that looks whole. Oracle: the answer before the change.
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ingest } from '../../src/ingest/index.ts';
import { datasets, type Got, type Listed, read, type Serving, serve, syncPath } from '../service/process.ts';
import { plainImage } from '../support/fits.ts';
import { settled } from './settled.ts';

const top = mkdtempSync(join(tmpdir(), 'vignet-changing-'));
const [files, archive] = [join(top, 'files'), join(top, 'archive')];
/** 40 MB: much more than the service has in its hands of one answer. */
const image = plainImage(4000, 2500);
let serving: Serving;

const changes: Record<string, (path: string) => void> = {
  replaced: (path) => {
    const other = Buffer.from(image);
    other.fill(0x55, 20_000_000, 40_000_000);
    writeFileSync(`${path}.new`, other);
    renameSync(`${path}.new`, path);
  },
  'cut short': (path) => truncateSync(path, 30_000_000),
  longer: (path) => appendFileSync(path, Buffer.alloc(28_800)),
  'written over in place': (path) => {
    const file = openSync(path, 'r+');
    for (let at = 20_000_000; at < 40_000_000; at += 50_000)
      writeSync(file, Buffer.alloc(64, 0x55), 0, 64, at);
    closeSync(file);
  },
};

beforeAll(async () => {
  mkdirSync(files);
  for (const name of Object.keys(changes)) writeFileSync(join(files, `${name}.fits`), image);
  await ingest(archive, [files], { collection: 'Changing', repo: 'changing' });
  serving = await serve(archive);
});
afterAll(async () => {
  serving.child.kill('SIGKILL');
  await serving.exited;
  rmSync(top, { recursive: true, force: true });
});

it.each(Object.entries(changes))('%s', async (name, change) => {
  const path = join(files, `${name}.fits`);
  const { id } = datasets(archive).find((row) => row.path.endsWith(`${name}.fits`)) as Listed;
  const url = serving.base + syncPath({ ID: id });
  const before = await read(url);
  expect([before.status, before.complete]).toEqual([200, true]);
  const during: Got = await read(url, {
    begun: (reply) => {
      // Some bytes are on their way; the client reads on after the change.
      reply.pause();
      change(path);
      reply.resume();
    },
  });
  if (during.complete) expect(during).toEqual(before);
  else expect(during.bytes).toBeLessThan(before.bytes);
  const after = await read(url);
  expect(after.status).toBe(500);
  expect(after.text).toMatch(/^Error: expected the file as it was ingested, received a changed one/);
  await settled(serving);
});
