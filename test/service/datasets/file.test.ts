// The file itself: bytes, ranges and conditions by RFC 9110, checksums by RFC 9530 (oracle: node:crypto on the file), files that change.
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainImage } from '../../support/fits.ts';
import { until } from '../../support/until.ts';
import { read } from '../process.ts';
import { realCases, type Served, served } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-files-'));
const written = (name: string, bytes: Buffer) => {
  writeFileSync(join(folder, name), bytes);
  return bytes;
};
const image = (ra: number, width = 40, height = 30) => plainImage(width, height, { CRVAL1: ra });
/** More than the connection's buffers hold, so that a client that does not read stops the sending. */
const large = image(10, 3000, 3000);

let here: Served;
const files = {
  plain: written('plain.fits', image(20)),
  zipped: written('zipped.fits.gz', gzipSync(image(30))),
  large: written('large.fits', large),
};
const outside = join(mkdtempSync(join(tmpdir(), 'vignet-outside-')), 'secret.fits');
writeFileSync(outside, 'secret');
for (const name of ['cut', 'rewritten']) written(`${name}.fits`, image(40 + name.length, 3000, 3000));
for (const name of ['gone', 'longer', 'touched', 'link'])
  written(`${name}.fits`, image(40 + name.length, 1500, 1000));

beforeAll(async () => {
  here = await served([folder]);
});

afterAll(async () => {
  await here.close();
  for (const path of [folder, dirname(outside)]) rmSync(path, { recursive: true });
});

/** Descriptors of this process, where the service runs, that are open on a file. */
const openFiles = (name: string) =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith(name);
    } catch {
      return false;
    }
  }).length;

const urlOf = (name: string) => here.url(here.row(name));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

describe('the bytes', () => {
  it.each([
    ['plain.fits', 'application/fits', files.plain],
    ['zipped.fits.gz', 'application/gzip', files.zipped],
    ['large.fits', 'application/fits', files.large],
  ])('%s is what was ingested', async (name, type, bytes) => {
    const reply = await fetch(urlOf(name));
    expect(sha256(new Uint8Array(await reply.arrayBuffer()))).toBe(sha256(bytes));
    const said = Object.fromEntries(reply.headers);
    expect(said).toMatchObject({
      'content-type': type,
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="${name}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
    });
    expect(said['content-encoding']).toBeUndefined();
    expect(said.etag).toMatch(/^"[\w-]{32}"$/);
    expect(JSON.stringify(said)).not.toContain(folder);
  });

  it('HEAD has the headers of GET', async () => {
    const [get, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) =>
        fetch(urlOf('plain.fits'), { method, headers: { 'want-repr-digest': 'sha-256=1' } }),
      ),
    );
    const headers = (reply: Response | undefined) => {
      const {
        date: _,
        connection: __,
        'keep-alive': ___,
        ...rest
      } = Object.fromEntries(reply?.headers ?? []);
      return rest;
    };
    expect(headers(head)).toEqual(headers(get));
    expect(await head?.text()).toBe('');
  });

  it('its ETag stays the same, and is another for another file', async () => {
    const { headers } = await fetch(urlOf('plain.fits'));
    expect((await fetch(urlOf('plain.fits'))).headers.get('etag')).toBe(headers.get('etag'));
    expect((await fetch(urlOf('large.fits'))).headers.get('etag')).not.toBe(headers.get('etag'));
  });
});

describe('checksums', () => {
  const digest = async (wanted?: string, name = 'plain.fits', range?: string) => {
    const headers = { ...(wanted && { 'want-repr-digest': wanted }), ...(range && { range }) };
    return (await fetch(urlOf(name), { headers })).headers.get('repr-digest');
  };

  it('are of the whole file, also where a part of it is sent, and of the gzipped bytes', async () => {
    expect(await digest('sha-256=1')).toBe(`sha-256=:${sha256(files.plain)}:`);
    expect(await digest('sha-512=3, sha-256=10')).toBe(`sha-256=:${sha256(files.plain)}:`);
    expect(await digest('sha-256=1', 'large.fits', 'bytes=5-9')).toBe(`sha-256=:${sha256(large)}:`);
    expect(await digest('sha-256=1', 'zipped.fits.gz')).toBe(`sha-256=:${sha256(files.zipped)}:`);
  });

  it('are absent unless they are asked for', async () => {
    for (const wanted of [undefined, 'sha-256=0', 'sha-512=1', 'md5=1', 'sha-256'])
      expect(await digest(wanted), wanted).toBeNull();
  });
});

// RFC 9110, 13 and 14; statuses and lengths are those that nginx gives for a static file with this ETag, but for dates in If-Range.
describe('conditions and ranges', () => {
  const size = 2880 + Math.ceil((40 * 30 * 4) / 2880) * 2880;
  const old = 'Thu, 01 Jan 2015 00:00:00 GMT';
  const future = 'Fri, 01 Jan 2100 00:00:00 GMT';
  interface Row {
    readonly asked: Record<string, string>;
    readonly status: number;
    readonly range?: string;
  }
  const row = (asked: Record<string, string>, status: number, range?: string): Row => ({
    ...{ asked, status },
    ...(range !== undefined && { range }),
  });

  it.each<Row>([
    row({ range: 'bytes=0-0' }, 206, '0-0'),
    row({ range: 'bytes=0-99' }, 206, '0-99'),
    row({ range: 'bytes=2880-' }, 206, `2880-${size - 1}`),
    row({ range: 'bytes=-100' }, 206, `${size - 100}-${size - 1}`),
    row({ range: `bytes=-${size * 2}` }, 206, `0-${size - 1}`),
    row({ range: `bytes=100-${size * 2}` }, 206, `100-${size - 1}`),
    row({ range: `bytes=${size}-` }, 416),
    row({ range: 'bytes=-0' }, 416),
    row({ range: 'bytes=0-9,20-29' }, 200),
    row({ range: 'bytes=9-0' }, 200),
    row({ range: 'bytes=a-b' }, 200),
    row({ range: 'lines=0-9' }, 200),
    row({ range: 'bytes=0-9', 'if-range': '<etag>' }, 206, '0-9'),
    row({ range: 'bytes=0-9', 'if-range': 'W/<etag>' }, 200),
    row({ range: 'bytes=0-9', 'if-range': '"other"' }, 200),
    row({ range: 'bytes=0-9', 'if-range': '<modified>' }, 200),
    row({ range: 'bytes=0-9', 'if-match': '<etag>' }, 206, '0-9'),
    row({ 'if-match': '"other"' }, 412),
    row({ 'if-match': 'W/<etag>' }, 412),
    row({ 'if-match': '*' }, 200),
    row({ 'if-none-match': '<etag>' }, 304),
    row({ 'if-none-match': 'W/<etag>' }, 304),
    row({ 'if-none-match': '"a", <etag>' }, 304),
    row({ 'if-none-match': '*' }, 304),
    row({ 'if-none-match': '"other"' }, 200),
    row({ 'if-modified-since': '<modified>' }, 304),
    row({ 'if-modified-since': future }, 304),
    row({ 'if-modified-since': old }, 200),
    row({ 'if-modified-since': 'yesterday or so' }, 200),
    // 13.1.3: not looked at beside If-None-Match.
    row({ 'if-modified-since': '<modified>', 'if-none-match': '"other"' }, 200),
    row({ 'if-unmodified-since': old }, 412),
    row({ 'if-unmodified-since': '<modified>' }, 200),
    row({ 'if-unmodified-since': old, 'if-match': '<etag>' }, 200),
    row({ range: 'bytes=0-9', 'if-none-match': '<etag>' }, 304),
  ])('$asked gives $status $range', async ({ asked, status, range }) => {
    const { headers } = await fetch(urlOf('plain.fits'), { method: 'HEAD' });
    const known = { '<etag>': headers.get('etag') ?? '', '<modified>': headers.get('last-modified') ?? '' };
    const filled = Object.entries(asked).map(([name, value]): [string, string] => [
      name,
      value.replace(/<\w+>/, (word) => known[word as keyof typeof known]),
    ]);
    const reply = await fetch(urlOf('plain.fits'), { headers: filled });
    expect(reply.status).toBe(status);
    const body = Buffer.from(await reply.arrayBuffer());
    const [from, to] = range?.split('-').map(Number) ?? [];
    const part = files.plain.subarray(from ?? 0, (to ?? size - 1) + 1);
    if (status < 300) expect(body.equals(part)).toBe(true);
    expect(reply.headers.get('content-range')).toBe(
      status === 416 ? `bytes */${size}` : range === undefined ? null : `bytes ${range}/${size}`,
    );
  });

  it('an interrupted download goes on where it stopped', async () => {
    const { headers } = await fetch(urlOf('large.fits'), { method: 'HEAD' });
    const parts: Buffer[] = [];
    for (const range of ['0-999999', '1000000-23456788', '23456789-']) {
      const asked = { range: `bytes=${range}`, 'if-range': headers.get('etag') ?? '' };
      const reply = await fetch(urlOf('large.fits'), { headers: asked });
      expect(reply.status).toBe(206);
      parts.push(Buffer.from(await reply.arrayBuffer()));
    }
    expect(sha256(Buffer.concat(parts))).toBe(sha256(large));
  });
});

describe('parameters', () => {
  it.each([
    ['PLANEZ=1', 400, 'did you mean PLANE?'],
    ['PLANE=nothing', 400, '(IMAGE)'],
    ['PLANE=image&PLANES=image', 400, 'leave one of them out'],
    ['PLANES=flat', 400, 'flat'],
    ['PLANE=IMAGE', 200, ''],
  ])('%s: %i', async (query, status, said) => {
    const reply = await fetch(`${urlOf('plain.fits')}?${query}`);
    const text = await reply.text();
    expect([reply.status, status === 200 || text.includes(said)], text.slice(0, 300)).toEqual([status, true]);
  });

  it('PLANES is the cutout without a region, byte for byte', async () => {
    const row = here.row('plain.fits');
    const reply = await fetch(`${here.url(row)}?PLANES=image`);
    const cutout = await fetch(
      `${here.service.url}/api/cutout/sync?${new URLSearchParams({ ID: row.id, PLANES: 'image' })}`,
    );
    expect(sha256(new Uint8Array(await reply.arrayBuffer()))).toBe(
      sha256(new Uint8Array(await cutout.arrayBuffer())),
    );
    expect(reply.headers.get('etag')).toBe(cutout.headers.get('etag'));
  });

  it('an unknown dataset is 404, what is no UUID is 400, other methods are 405', async () => {
    const { url } = here.service;
    expect((await fetch(`${url}/api/datasets/files/${randomUUID()}`)).status).toBe(404);
    expect((await fetch(urlOf('plain.fits').replace('/files/', '/others/'))).status).toBe(404);
    expect((await fetch(`${url}/api/datasets/files/x`)).status).toBe(400);
    expect((await fetch(`${url}/api/datasets/files/..%2f..%2fetc`)).status).toBe(400);
    const reply = await fetch(urlOf('plain.fits'), { method: 'DELETE' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it.skipIf(!existsSync(realCases))('PLANE gives the companion that holds the plane', async () => {
    const one = await served([join(realCases, 'companions_ps1')]);
    try {
      const row = one.row('unconv.fits');
      const bytes = async (query: string) =>
        Buffer.from(await (await fetch(one.url(row) + query)).arrayBuffer());
      const file = (ending: string) => readFileSync(row.absolutePath.replace(/\.fits$/, ending));
      expect((await bytes('')).equals(file('.fits'))).toBe(true);
      expect((await bytes('?PLANE=mask')).equals(file('.mask.fits'))).toBe(true);
    } finally {
      await one.close();
    }
  });
});

describe('a file that has changed since it was ingested', () => {
  it.each<[string, RegExp, (path: string) => void]>([
    ['gone.fits', /no longer exists/, (path) => rmSync(path)],
    [
      'longer.fits',
      /received a changed one/,
      (path) => writeFileSync(path, Buffer.alloc(2880), { flag: 'a' }),
    ],
    ['touched.fits', /received a changed one/, (path) => utimesSync(path, 1, 1)],
    [
      'link.fits',
      /leads out of it/,
      (path) => {
        rmSync(path);
        symlinkSync(outside, path);
      },
    ],
  ])('%s is an error in words before the first byte', async (name, said, change) => {
    const url = urlOf(name);
    change(join(folder, name));
    for (const method of ['GET', 'HEAD']) {
      const reply = await fetch(url, { method });
      const text = await reply.text();
      expect([reply.status, reply.headers.get('etag'), reply.headers.get('last-modified')]).toEqual([
        500,
        null,
        null,
      ]);
      if (method === 'GET') expect(text).toMatch(said);
      expect(text).not.toContain(folder);
    }
  });
});

describe('a file that changes while it is sent breaks the connection', () => {
  it.each<[string, (path: string) => void]>([
    ['cut.fits', (path) => truncateSync(path, 30_000_000)],
    ['rewritten.fits', (path) => writeFileSync(path, Buffer.alloc(large.length, 7))],
  ])('%s', async (name, change) => {
    const path = join(folder, name);
    const size = readFileSync(path).length;
    const { complete, bytes, status } = await read(urlOf(name), {
      begun: (reply) => {
        reply.pause();
        change(path);
        reply.resume();
      },
    });
    expect({ status, complete }).toEqual({ status: 200, complete: false });
    expect(bytes).toBeLessThan(size);
  });

  it('one that is replaced by another is sent whole: it is open', async () => {
    const url = urlOf('large.fits');
    const { complete, digest } = await read(url, {
      begun: (reply) => {
        reply.pause();
        writeFileSync(join(folder, 'next'), Buffer.alloc(2880));
        renameSync(join(folder, 'next'), join(folder, 'large.fits'));
        reply.resume();
      },
    });
    expect({ complete, digest }).toEqual({
      complete: true,
      digest: createHash('sha256').update(large).digest('hex'),
    });
    expect((await fetch(url)).status).toBe(500);
  });
});

describe('resources', () => {
  const idle = () => {
    const { requests, bytes } = here.service.vignet.engine.metrics();
    return requests.interactive === 0 && bytes.held === 0;
  };

  it('a client that leaves gives everything back', async () => {
    writeFileSync(join(folder, 'rewritten.fits'), image(49, 1500, 1000));
    const again = await served([folder]);
    try {
      const address = new URL(again.url(again.row('rewritten.fits')));
      const metrics = () => again.service.vignet.engine.metrics();
      for (let n = 0; n < 5; n++) {
        const socket = connect(Number(address.port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.write(`GET ${address.pathname} HTTP/1.1\r\nHost: x\r\n\r\n`);
        await once(socket, 'data');
        socket.pause();
        expect(metrics().requests.interactive).toBe(1);
        socket.destroy();
        await until(() => metrics().requests.interactive === 0 && metrics().bytes.held === 0);
        await until(() => openFiles('rewritten.fits') === 0);
      }
    } finally {
      await again.close();
    }
  });

  it('20 clients at once are served within the budget of buffers', async () => {
    const budget = 24;
    const narrow = await served([folder], { VIGNET_MEMORY_MB: budget });
    try {
      const url = narrow.url(narrow.row('rewritten.fits'));
      const expected = createHash('sha256')
        .update(readFileSync(join(folder, 'rewritten.fits')))
        .digest('hex');
      const answers = await Promise.all(Array.from({ length: 20 }, () => read(url)));
      for (const { complete, digest } of answers)
        expect({ complete, digest }).toEqual({ complete: true, digest: expected });
      const { bytes } = narrow.service.vignet.engine.metrics();
      expect(bytes.peak).toBeLessThanOrEqual(budget * 2 ** 20);
      expect(bytes.held).toBe(0);
    } finally {
      await narrow.close();
    }
    await until(idle);
  });
});
