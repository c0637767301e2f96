// Files that lie, through the whole house: ingest lists each with its reason and goes on; what could be laid out gives
// an error in SODA's form; and the next request is answered as ever.

import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { type IngestReport, ingest } from '../../src/ingest/index.ts';
import { loadConfig } from '../../src/service/config.ts';
import { type RunningService, startService } from '../../src/service/server.ts';
import { plainImage } from '../support/fits.ts';
import { badFiles, badSkies } from './bad-files.ts';

const top = mkdtempSync(join(tmpdir(), 'vignet-hostile-'));
const [root, outside, archive] = [join(top, 'root'), join(top, 'outside'), join(top, 'archive')];
/** Kept for the core's own test of the same files, which runs under AddressSanitizer. */
const kept = fileURLToPath(new URL('../../.vignet/test/hostile', import.meta.url));

const fileName = (name: string) => `${name.replaceAll(/[^A-Za-z0-9=_-]+/g, '_')}.fits`;
const files = badFiles();
const skies = badSkies();
const good = plainImage();

/** Files and what is no file, by name; and what an ingest says of each. */
const oddities: [string, RegExp][] = [
  ['out-link.fits', /leads out of the ingested folder/],
  ['device-link.fits', /leads out of the ingested folder/],
  ['up-link.fits', /leads out of the ingested folder/],
  ['dangling-link.fits', /leads out of the ingested folder/],
  ['loop-link.fits', /leads out of the ingested folder/],
  ['bomb.fits.gz', /inflates to more than/],
  ['bomb-inside.fits', /inflates to more than/],
  ['cut.fits.gz', /gzipped file is damaged/],
  ['noise.fits.gz', /gzipped file is damaged/],
  ['not-fits.fits.gz', /expected a FITS file in the gzipped file/],
  ['gzip-in-gzip.fits.gz', /expected a FITS file in the gzipped file/],
  ['lying.fits.gz', /HDU 0: expected .* for BITPIX, received 12/],
];
/** Never opened and never named: a walk takes regular files only. */
const passedOver = ['pipe.fits', 'folder.fits'];

/** Datasets that are good when they are ingested, and what becomes of their file afterwards. */
const changes: [string, (path: string) => void, RegExp][] = [
  ['vanished.fits', unlinkSync, /expected the file that was ingested/],
  ['truncated.fits', (path) => truncateSync(path, 3000), /changed/],
  ['longer.fits', (path) => writeFileSync(path, Buffer.concat([good, good])), /changed/],
  [
    'replaced.fits',
    (path) => {
      writeFileSync(`${path}.new`, plainImage(40, 30, { CRVAL1: 54 }));
      renameSync(`${path}.new`, path);
      utimesSync(path, 1, 1);
    },
    /changed/,
  ],
  [
    'now-a-pipe.fits',
    (path) => {
      unlinkSync(path);
      execFileSync('mkfifo', [path]);
    },
    /regular file/,
  ],
  [
    'now-a-folder.fits',
    (path) => {
      unlinkSync(path);
      mkdirSync(path);
    },
    /regular file/,
  ],
  [
    'now-a-link-out.fits',
    (path) => {
      unlinkSync(path);
      symlinkSync(join(outside, 'secret.fits'), path);
    },
    /leads out of it/,
  ],
  [
    'now-a-device.fits',
    (path) => {
      unlinkSync(path);
      symlinkSync('/dev/zero', path);
    },
    /leads out of it/,
  ],
  ['gone.fits.gz', unlinkSync, /no longer exists/],
  ['changed.fits.gz', (path) => writeFileSync(path, gzipSync(plainImage(30, 40))), /changed/],
];

let report: IngestReport;
let service: RunningService;
const ids = new Map<string, string>();

beforeAll(async () => {
  rmSync(kept, { recursive: true, force: true });
  for (const folder of [root, outside, kept, join(root, 'folder.fits')])
    mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of [...files, ...skies, { name: 'good', bytes: good }]) {
    writeFileSync(join(root, fileName(name)), bytes);
    writeFileSync(join(kept, fileName(name)), bytes);
  }
  for (const [name] of changes) writeFileSync(join(root, name), name.endsWith('.gz') ? gzipSync(good) : good);
  writeFileSync(join(outside, 'secret.fits'), good);
  symlinkSync(join(outside, 'secret.fits'), join(root, 'out-link.fits'));
  symlinkSync('/dev/zero', join(root, 'device-link.fits'));
  symlinkSync('../outside/secret.fits', join(root, 'up-link.fits'));
  symlinkSync('nowhere.fits', join(root, 'dangling-link.fits'));
  symlinkSync('loop-link.fits', join(root, 'loop-link.fits'));
  execFileSync('mkfifo', [join(root, 'pipe.fits')]);
  const bomb = gzipSync(Buffer.concat([good, Buffer.alloc(50_000_000)]));
  writeFileSync(join(root, 'bomb.fits.gz'), bomb);
  linkSync(join(root, 'bomb.fits.gz'), join(root, 'bomb-inside.fits'));
  const packed = gzipSync(good);
  writeFileSync(join(root, 'cut.fits.gz'), packed.subarray(0, packed.length - 9));
  writeFileSync(
    join(root, 'noise.fits.gz'),
    Buffer.concat([packed.subarray(0, 12), Buffer.alloc(500, 0xa7)]),
  );
  writeFileSync(join(root, 'not-fits.fits.gz'), gzipSync(Buffer.alloc(9000, 'x')));
  writeFileSync(join(root, 'gzip-in-gzip.fits.gz'), gzipSync(packed));
  writeFileSync(join(root, 'lying.fits.gz'), gzipSync(plainImage(40, 30, { BITPIX: 12 })));

  const scratchLimits = { quota: 2 ** 30, maxBytes: 2 ** 28, maxRatio: 100, ratioFreeBytes: 2 ** 20 };
  report = await ingest(archive, [root], { collection: 'Hostile', repo: 'hostile', scratchLimits });
  for (const [name, change] of changes) change(join(root, name));

  const settings = { PORT: 0, HOST: '127.0.0.1', LOG_LEVEL: 'silent' as const, VIGNET_ARCHIVE: archive };
  service = await startService(loadConfig({ ...settings, VIGNET_THREADS: 1 }, {}));
  for await (const rows of service.vignet.archive.as(ANONYMOUS).list())
    for (const row of rows) ids.set(basename(row.path), row.id);
});

afterAll(async () => {
  await service.close();
  rmSync(top, { recursive: true });
});

const reasonOf = (name: string) =>
  report.failures.find((failure) => basename(failure.path) === name)?.reason ?? '';

const inside = { CIRCLE: '53 -27 0.0005' };

async function ask(name: string, parameters: Record<string, string> = inside) {
  const query = new URLSearchParams({ ID: ids.get(name) ?? `no ID of ${name}`, ...parameters });
  const reply = await fetch(`${service.url}/api/cutout/sync?${query}`);
  const body = Buffer.from(await reply.arrayBuffer());
  return {
    status: reply.status,
    type: reply.headers.get('content-type') ?? '',
    body,
    text: body.toString('latin1'),
  };
}

/** The good dataset's answer, always the same. */
let always: Buffer | undefined;
async function nextIsAnswered(): Promise<void> {
  const { status, body } = await ask('good.fits');
  expect(status).toBe(200);
  always ??= body;
  expect(body.equals(always)).toBe(true);
}

async function expectError(
  name: string,
  says: RegExp,
  parameters?: Record<string, string>,
  [expected, label] = [500, 'Error'],
): Promise<void> {
  const { status, type, text } = await ask(name, parameters);
  expect([status, text]).toEqual([expected, expect.stringMatching(says)]);
  expect(type).toMatch(/^text\/plain/);
  expect(text).toMatch(new RegExp(`^${label}: [^\\n]{10,400}\\n$`));
  expect(text).not.toContain(top);
  await nextIsAnswered();
}

describe('an ingest of bad files', () => {
  it('has many of them, each with a name of its own', () => {
    const names = [...files, ...skies]
      .map(({ name }) => fileName(name))
      .concat(oddities.map(([name]) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(80);
  });

  it('goes on to the end and takes what is good', () => {
    const usable =
      files.filter((file) => file.caught === 'pixels').length + skies.length + changes.length + 1;
    expect([report.ingested, ids.size]).toEqual([usable, usable]);
    expect(report.done).toBe(report.found);
    const refused = files.filter((file) => file.caught === 'layout').length + oddities.length;
    expect(report.failed).toBe(refused);
    expect(ids.has('good.fits')).toBe(true);
    for (const name of passedOver) expect(ids.has(name)).toBe(false);
  });

  it.each(files.filter((file) => file.caught === 'layout'))('says what is wrong: $name', ({ name, says }) => {
    const reason = reasonOf(fileName(name));
    expect(reason).toMatch(says);
    expect(reason).not.toContain(top);
  });

  it.each(oddities)('says what is wrong: %s', (name, says) => {
    expect(reasonOf(name)).toMatch(says);
    expect(reasonOf(name)).not.toContain(top);
  });
});

describe('a cutout of a file whose pixels lie', () => {
  it.each(files.filter((file) => file.caught === 'pixels'))('is an error: $name', async ({ name, says }) => {
    await expectError(fileName(name), says, { CIRCLE: '53 -27 0.002' });
    await expectError(fileName(name), says, {});
  });

  it.each([
    { COMPRESS: 'rice' },
    { RESPONSEFORMAT: 'image/png' },
  ])('is an error with %o', async (parameters) => {
    await expectError('tile_of_noise.fits', /tile 1/, { CIRCLE: '53 -27 0.002', ...parameters });
  });
});

describe('a file whose sky cannot be used', () => {
  it.each(skies)('gives no cutout of a region: $name', async ({ name, says }) => {
    await expectError(fileName(name), says, undefined, [400, 'UsageError']);
  });

  it.each(skies)('is delivered whole: $name', async ({ name }) => {
    const { status, body } = await ask(fileName(name), {});
    expect(status).toBe(200);
    // The pixels are the file's.
    expect(body.includes(good.subarray(2880, 2880 + 4800))).toBe(true);
  });
});

describe('a file that is not what was ingested', () => {
  it.each(changes)('is noticed: %s', async (name, _, says) => {
    await expectError(name, says);
  });

  it('is never read through a link that leads elsewhere', () => {
    expect(readFileSync(join(outside, 'secret.fits')).equals(good)).toBe(true);
    expect(ids.has('out-link.fits')).toBe(false);
  });
});
