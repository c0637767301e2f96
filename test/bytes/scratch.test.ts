// Gzipped files: inflated once, within limits.
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { FileRecord } from '../../src/bytes/file-record.ts';
import { SCRATCH_LIMITS, Scratch } from '../../src/bytes/scratch.ts';
import { SharedWork } from '../../src/bytes/shared-work.ts';
import { folder } from '../support/archive.ts';
import { plainImage } from '../support/fits.ts';
import { until } from '../support/until.ts';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return { ...real, utimes: vi.fn(real.utimes) };
});

const fits = plainImage();

function gzipped(content: Buffer, name = 'x.fits.gz') {
  const root = folder();
  const path = join(root, name);
  writeFileSync(path, gzipSync(content));
  return { path, file: recordOf(path, name) };
}

function recordOf(path: string, name: string): FileRecord {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return { root: 'r', path: name, size: Number(size), mtimeNs: String(mtimeNs), gzip: true };
}

describe('the scratch folder', () => {
  it('holds the very bytes, once, with the original’s time in seconds', async () => {
    const image = plainImage();
    const { path, file } = gzipped(image);
    const scratch = new Scratch(join(folder(), 'scratch'));
    const sources = await Promise.all(Array.from({ length: 5 }, () => scratch.inflate(dirname(path), file)));
    const copy = join(sources[0]?.root ?? '', sources[0]?.path ?? '');
    expect(new Set(sources.map((source) => source.path)).size).toBe(1);
    expect(readFileSync(copy).equals(image)).toBe(true);
    expect(statSync(copy, { bigint: true }).mtimeNs).toBe(
      (BigInt(file.mtimeNs) / 1_000_000_000n) * 1_000_000_000n,
    );
    expect(readdirSync(sources[0]?.root ?? '')).toHaveLength(1);
  });

  it('that may not be written says so, and gives the copies that are there', async () => {
    const { path, file } = gzipped(plainImage());
    // Of the kernel: nobody may make a folder there, not even root.
    const closed = new Scratch('/sys/kernel/vignet-scratch').inflate(dirname(path), file);
    await expect(closed).rejects.toMatchObject({ kind: 'transient', code: 'CANNOT_WRITE' });
    await expect(closed).rejects.toThrow('make it writable, or ingest inflated files');
    const open = join(folder(), 'scratch');
    const made = await new Scratch(open).inflate(dirname(path), file);
    const refused = Object.assign(new Error('read-only'), { code: 'EROFS' });
    vi.mocked(utimes).mockRejectedValueOnce(refused);
    expect(await new Scratch(open).inflate(dirname(path), file)).toEqual(made);
    expect(readdirSync(open)).toHaveLength(1);
  });

  it('evicts copies of before the clock was set back', async () => {
    const [first, second] = [gzipped(plainImage()), gzipped(plainImage(60, 60), 'y.fits.gz')];
    const root = join(folder(), 'scratch');
    const scratch = new Scratch(root, { ...SCRATCH_LIMITS, quota: plainImage(60, 60).length });
    const old = await scratch.inflate(dirname(first.path), first.file);
    const hourAhead = new Date(Date.now() + 3_600_000);
    utimesSync(join(root, old.path), hourAhead, statSync(join(root, old.path)).mtime);
    const made = await scratch.inflate(dirname(second.path), second.file);
    expect(readdirSync(root)).toEqual([made.path]);
  });

  it('makes the same copy again after it was evicted', async () => {
    const { path, file } = gzipped(plainImage());
    const root = join(folder(), 'scratch');
    const first = await new Scratch(root).inflate(dirname(path), file);
    const before = statSync(join(first.root, first.path), { bigint: true });
    const other = gzipped(plainImage(60, 60), 'y.fits.gz');
    utimesSync(
      join(first.root, first.path),
      new Date(Date.now() - 600_000),
      new Date(Number(before.mtimeMs)),
    );
    const small = new Scratch(root, { ...SCRATCH_LIMITS, quota: 20_000 });
    await small.inflate(dirname(other.path), other.file);
    expect(existsSync(join(first.root, first.path))).toBe(false);
    const again = statSync(join(first.root, (await new Scratch(root).inflate(dirname(path), file)).path), {
      bigint: true,
    });
    expect([again.size, again.mtimeNs]).toEqual([before.size, before.mtimeNs]);
  });

  it('evicts no file that may be in use', async () => {
    const [a, b] = [gzipped(plainImage(60, 60), 'a.fits.gz'), gzipped(plainImage(60, 60), 'b.fits.gz')];
    const scratch = new Scratch(join(folder(), 'scratch'), { ...SCRATCH_LIMITS, quota: 30_000 });
    await scratch.inflate(dirname(a.path), a.file);
    await expect(scratch.inflate(dirname(b.path), b.file)).rejects.toMatchObject({
      kind: 'transient',
      code: 'SCRATCH_FULL',
    });
  });

  it.each([
    [
      'a bomb, by ratio',
      Buffer.concat([fits, Buffer.alloc(40_000_000)]),
      { ratioFreeBytes: 1_000_000 },
      'GZIP_TOO_LARGE',
    ],
    [
      'a bomb, by size',
      Buffer.concat([fits, Buffer.alloc(4_000_000)]),
      { maxBytes: 1_000_000 },
      'GZIP_TOO_LARGE',
    ],
    [
      'one larger than the folder',
      Buffer.concat([fits, Buffer.alloc(4_000_000)]),
      { quota: 1_000_000 },
      'GZIP_TOO_LARGE',
    ],
    ['what is no FITS inside', Buffer.alloc(100_000, 'x'), {}, 'NOT_FITS'],
    ['gzip in gzip', gzipSync(fits), {}, 'NOT_FITS'],
  ])('refuses %s', async (_, content, limits, code) => {
    const { path, file } = gzipped(content);
    const root = join(folder(), 'scratch');
    await expect(
      new Scratch(root, { ...SCRATCH_LIMITS, ...limits }).inflate(dirname(path), file),
    ).rejects.toMatchObject({ kind: 'data', code });
    expect(readdirSync(root)).toEqual([]);
  });

  it('refuses damaged and truncated gzip', async () => {
    const { path } = gzipped(fits);
    const whole = readFileSync(path);
    const scratch = new Scratch(join(folder(), 'scratch'));
    for (const bytes of [
      whole.subarray(0, whole.length - 5),
      Buffer.concat([whole.subarray(0, 300), Buffer.alloc(50, 7), whole.subarray(350)]),
    ]) {
      writeFileSync(path, bytes);
      const file = recordOf(path, basename(path));
      await expect(scratch.inflate(dirname(path), file)).rejects.toMatchObject({
        kind: 'data',
        code: 'BAD_GZIP',
      });
    }
  });

  it('inflates every member, with all that a header may hold, and passes over what is none', async () => {
    const halves = [fits.subarray(0, 3000), fits.subarray(3000)].map((half) => gzipSync(half)) as [
      Buffer,
      Buffer,
    ];
    // A header with an extra field, a name, a comment and its own checksum (RFC 1952, 2.3).
    const long = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3]),
      Buffer.from('name\0comment\0'),
      Buffer.from([0, 0]),
      halves[0].subarray(10),
    ]);
    const cases: [Buffer, string | undefined][] = [
      [Buffer.concat(halves), undefined],
      [Buffer.concat([long, halves[1]]), undefined],
      [Buffer.concat([long, halves[1], Buffer.alloc(512)]), '512 bytes after the gzip stream are ignored'],
      [Buffer.concat([...halves, Buffer.from('garbage')]), '7 bytes after the gzip stream are ignored'],
    ];
    for (const [bytes, note] of cases) {
      const { path } = gzipped(fits);
      writeFileSync(path, bytes);
      const file = recordOf(path, basename(path));
      const scratch = new Scratch(join(folder(), 'scratch'));
      const { root, path: name } = await scratch.inflate(dirname(path), file);
      expect(readFileSync(join(root, name)).equals(fits)).toBe(true);
      expect(await scratch.noteOf(file)).toBe(note);
    }
  });

  it('refuses a member whose checksum or length is another', async () => {
    for (const back of [8, 4]) {
      const { path } = gzipped(fits);
      const bytes = readFileSync(path);
      bytes[bytes.length - back] = (bytes[bytes.length - back] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      const file = recordOf(path, basename(path));
      const inflated = new Scratch(join(folder(), 'scratch')).inflate(dirname(path), file);
      await expect(inflated).rejects.toMatchObject({ kind: 'data', code: 'BAD_GZIP' });
    }
  });
});

describe('an original', () => {
  const code = (error: string) => expect.objectContaining({ kind: 'data', code: error });

  it('is read through links that stay beneath its root, and through no other', async () => {
    const { path, file } = gzipped(fits);
    const outside = gzipped(plainImage(50, 50));
    renameSync(path, join(dirname(path), 'real.gz'));
    symlinkSync('real.gz', path);
    await new Scratch(join(folder(), 'scratch')).inflate(dirname(path), file);
    // The same size and time, elsewhere.
    rmSync(path);
    symlinkSync(outside.path, path);
    const root = join(folder(), 'scratch');
    const asOutside = { ...recordOf(outside.path, basename(path)), path: basename(path) };
    await expect(new Scratch(root).inflate(dirname(path), asOutside)).rejects.toThrow(code('OUTSIDE_ROOT'));
    expect(existsSync(root)).toBe(false);
  });

  it('that has changed since it was looked at is refused', async () => {
    const { path, file } = gzipped(fits);
    writeFileSync(path, gzipSync(plainImage(50, 50)));
    const inflated = new Scratch(join(folder(), 'scratch')).inflate(dirname(path), file);
    await expect(inflated).rejects.toThrow(code('FILE_CHANGED'));
  });

  it('is no longer inflated when nobody waits for it', async () => {
    const { path, file } = gzipped(fits);
    const root = join(folder(), 'scratch');
    const scratch = new Scratch(root);
    const [one, two] = [new AbortController(), new AbortController()];
    const asked = [one, two].map(({ signal }) => scratch.inflate(dirname(path), file, signal));
    one.abort();
    await expect(asked[0]).rejects.toMatchObject({ code: 'CANCELLED' });
    two.abort();
    await expect(asked[1]).rejects.toMatchObject({ code: 'CANCELLED' });
    await until(() => !existsSync(root) || readdirSync(root).length === 0);
    // And again for who still wants it, beside one who leaves.
    const leaving = new AbortController();
    const staying = scratch.inflate(dirname(path), file);
    const left = scratch.inflate(dirname(path), file, leaving.signal);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readFileSync(join(root, (await staying).path)).equals(fits)).toBe(true);
  });
});

describe('shared work', () => {
  it('is done once for all who wait, and a few at once', async () => {
    const work = new SharedWork(2);
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const job = (name: string) => () => {
      begun.push(name);
      return new Promise<void>((end) => ends.set(name, end));
    };
    const waits = ['a', 'b', 'a', 'c', 'd'].map((name) => work.wait(name, undefined, job(name)));
    await until(() => begun.length === 2);
    expect([begun, work.active]).toEqual([['a', 'b'], 2]);
    ends.get('a')?.();
    await until(() => begun.length === 3);
    for (const name of ['b', 'c']) ends.get(name)?.();
    await until(() => begun.length === 4);
    ends.get('d')?.();
    await Promise.all(waits);
    expect([begun, work.active]).toEqual([['a', 'b', 'c', 'd'], 0]);
  });
});
