// Tar archives of several datasets. Oracles: GNU tar, Python's tarfile, the files themselves.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tarHeader } from '../../../src/products/datasets/tar.ts';
import { header, plainImage } from '../../support/fits.ts';
import { read } from '../process.ts';
import { type Served, served } from './support.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'vignet-pack-'));
const scratch = mkdtempSync(join(tmpdir(), 'vignet-pack-out-'));
let here: Served;

beforeAll(async () => {
  mkdirSync(join(folder, 'night'));
  const image = (ra: number, width = 40) => plainImage(width, 30, { CRVAL1: ra });
  writeFileSync(join(folder, 'a.fits'), image(10));
  writeFileSync(join(folder, 'b c.fits'), image(20));
  writeFileSync(join(folder, 'night/a.fits'), image(30));
  writeFileSync(join(folder, 'large.fits'), image(40, 30_000));
  writeFileSync(join(folder, 'last.fits'), image(50));
  // Two images in one file are two datasets.
  const second = (name: string, ra: number) => {
    const cards = plainImage(20, 10, { CRVAL1: ra });
    const lines = Array.from({ length: cards.indexOf('END     ') / 80 }, (_, n) =>
      cards.toString('latin1', n * 80, n * 80 + 80),
    );
    return [
      header([
        "XTENSION= 'IMAGE   '",
        ...lines.slice(1, 5),
        'PCOUNT  = 0',
        'GCOUNT  = 1',
        `EXTNAME = '${name}'`,
        ...lines.slice(5),
      ]),
      Buffer.alloc(2880),
    ];
  };
  const empty = header(['SIMPLE  = T', 'BITPIX  = 8', 'NAXIS   = 0', 'EXTEND  = T']);
  writeFileSync(
    join(folder, 'two.fits'),
    Buffer.concat([empty, ...second('CCD1', 60), ...second('CCD2', 61)]),
  );
  here = await served([folder]);
});

afterAll(async () => {
  await here.close();
  for (const path of [folder, scratch]) rmSync(path, { recursive: true });
});

const idOf = (path: string) => here.row(path).id;
const url = () => `${here.service.url}/api/datasets`;
const asJson = (ids: unknown, more = '') =>
  fetch(url() + more, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ids),
  });
const repeated = (ids: readonly string[], name = 'ID') =>
  new URLSearchParams(ids.map((id): [string, string] => [name, id]));
const bytesOf = async (reply: Response) => Buffer.from(await reply.arrayBuffer());
const all = () => ['a.fits', 'b c.fits', 'night/a.fits', 'large.fits', 'last.fits'].map((name) => idOf(name));

interface Manifest {
  readonly members: readonly {
    readonly name: string;
    readonly size: number;
    readonly modified: string;
    readonly etag: string;
    readonly datasets: readonly string[];
  }[];
}

/** Members as Python's tarfile finds them: name, size, time, SHA-256. */
async function listed(tar: Buffer): Promise<[string, number, number, string][]> {
  const path = join(scratch, 'archive.tar');
  writeFileSync(path, tar);
  const script = `import hashlib, json, sys, tarfile
with tarfile.open(sys.argv[1]) as tar:
    print(json.dumps([[m.name, m.size, m.mtime, hashlib.sha256(tar.extractfile(m).read()).hexdigest()] for m in tar]))`;
  return JSON.parse((await run('/usr/bin/python3', ['-c', script, path])).stdout);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const names = ['manifest.json', 'a.fits', 'b_c.fits', 'unique', 'large.fits', 'last.fits'];

describe('an archive', () => {
  it('has the files as they are, their manifest first', async () => {
    const ids = all();
    const reply = await asJson(ids);
    expect(reply.headers.get('content-type')).toBe('application/x-tar');
    const tar = await bytesOf(reply);
    expect(reply.headers.get('content-length')).toBe(String(tar.length));
    const members = await listed(tar);
    const uuid = here.row('night/a.fits').uuid;
    const paths = ['a.fits', 'b c.fits', 'night/a.fits', 'large.fits', 'last.fits'];
    expect(members.map(([name]) => name)).toEqual(
      names.map((name) => (name === 'unique' ? `${uuid}_a.fits` : name)),
    );
    expect(members.slice(1).map(([, , , digest]) => digest)).toEqual(
      paths.map((path) => sha256(readFileSync(join(folder, path)))),
    );
    const { stdout } = await run('tar', ['-xOf', join(scratch, 'archive.tar'), 'manifest.json']);
    const manifest = JSON.parse(stdout) as Manifest;
    expect(manifest.members.map(({ name, size }) => [name, size])).toEqual(
      members.slice(1).map(([name, size]) => [name, size]),
    );
    expect(manifest.members.map(({ datasets }) => datasets)).toEqual(ids.map((id) => [id]));
    const file = await fetch(here.url(here.row('last.fits')), { method: 'HEAD' });
    expect(manifest.members.at(-1)?.etag).toBe(file.headers.get('etag'));
    expect(stdout).not.toContain(folder);
    // GNU tar reads it to its end without a word.
    const { stderr } = await run('tar', ['-tvf', join(scratch, 'archive.tar')]);
    expect(stderr).toBe('');
  });

  it('is the same however the IDs are sent', async () => {
    const ids = all();
    const expected = sha256(await bytesOf(await asJson(ids)));
    const xml = (column: string) =>
      `<VOTABLE><RESOURCE><TABLE><FIELD name="n" datatype="int"/><FIELD ${column} datatype="char" arraysize="*"/><DATA><TABLEDATA>${ids
        .map((id) => `<TR><TD>1</TD><TD>${id.replaceAll('&', '&amp;')}</TD></TR>`)
        .join('')}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;
    const upload = (text: string, name = 'IDS') => {
      const body = new FormData();
      body.append(name, new Blob([text]), 'ids.xml');
      return fetch(url(), { method: 'POST', body });
    };
    const sent = [
      asJson({ ID: ids }),
      fetch(url(), { method: 'POST', body: repeated(ids) }),
      fetch(url(), { method: 'POST', body: new URLSearchParams({ IDS: ['# mine', ...ids].join('\n') }) }),
      fetch(`${url()}?${repeated(ids, 'id')}`),
      upload(xml('name="obs_publisher_did"')),
      upload(xml('name="x" ucd="meta.ref.url;meta.curation"')),
      upload(xml('name="ID"'), 'UPLOAD'),
    ];
    for (const reply of await Promise.all(sent)) expect(sha256(await bytesOf(reply))).toBe(expected);
  });

  it('has a file of several datasets once', async () => {
    const both = here.rows.filter(({ path }) => path === 'two.fits').map(({ id }) => id);
    expect(both).toHaveLength(2);
    const members = await listed(await bytesOf(await asJson(both)));
    expect(members.map(([name]) => name)).toEqual(['manifest.json', 'two.fits']);
  });

  it('HEAD and Range: every part is that of the whole', async () => {
    const query = `${url()}?${repeated(all())}`;
    const whole = await bytesOf(await fetch(query));
    const head = await fetch(query, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(whole.length));
    const etag = head.headers.get('etag') ?? '';
    for (const [from, to] of [
      [0, 0],
      [511, 513],
      [1000, 30_000],
      [whole.length - 2000, whole.length - 1],
      [20_000, 3_000_000],
    ]) {
      const reply = await fetch(query, { headers: { range: `bytes=${from}-${to}`, 'if-range': etag } });
      expect([reply.status, (await bytesOf(reply)).equals(whole.subarray(from, (to ?? 0) + 1))]).toEqual([
        206,
        true,
      ]);
    }
  });

  it('FROM goes on at a member: what came before it and this are the whole', async () => {
    const whole = await bytesOf(await asJson(all()));
    const rest = await asJson(all(), '?FROM=large.fits');
    expect(rest.headers.get('etag')).not.toBeNull();
    const tail = await bytesOf(rest);
    expect(whole.subarray(whole.length - tail.length).equals(tail)).toBe(true);
    expect((await listed(tail)).map(([name]) => name)).toEqual(['large.fits', 'last.fits']);
    const unknown = await asJson(all(), '?FROM=other.fits');
    expect([unknown.status, await unknown.text()]).toEqual([
      400,
      'UsageError: expected the name of a member, as in manifest.json, for FROM, received another\n',
    ]);
  });
});

describe('what cannot be packed is said before the first byte', () => {
  it.each<[string, unknown, number, RegExp]>([
    ['no ID', [], 400, /expected a value for ID or IDS/],
    ['no list', { a: 1 }, 400, /expected a list of texts/],
    ['numbers', [1], 400, /expected a list of texts/],
    ['no ID of a dataset', ['x'], 400, /for ID, received 'x'/],
    ['an unknown ID', ['butler://files/00000000-0000-4000-8000-000000000000'], 404, /has no dataset with ID/],
    [
      'too many',
      Array.from(
        { length: 5001 },
        (_, n) => `butler://files/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      ),
      400,
      /at most 5000 datasets/,
    ],
  ])('%s', async (_name, ids, status, said) => {
    const reply = await asJson(ids);
    const text = await reply.text();
    expect([reply.status, said.test(text)], text.slice(0, 200)).toEqual([status, true]);
  });

  it.each(['[', '{"ID": 3}', '<VOTABLE/>', '<?xml version="1.0"?><!DOCTYPE x><x/>'])('%s', async (text) => {
    const reply = await fetch(url(), { method: 'POST', body: new URLSearchParams({ IDS: text }) });
    expect(reply.status, await reply.text()).toBe(400);
  });
});

it('a member that fails while it is sent breaks the connection; one that is gone before is an error in words', async () => {
  const query = `${url()}?${repeated(all())}`;
  const { complete, status } = await read(query, {
    begun: (reply) => {
      reply.pause();
      truncateSync(join(folder, 'last.fits'), 100);
      reply.resume();
    },
  });
  expect({ complete, status }).toEqual({ complete: false, status: 200 });
  const reply = await fetch(query);
  expect([reply.status, await reply.text()]).toEqual([
    500,
    expect.stringContaining('received a changed one'),
  ]);
  const { requests, bytes } = here.service.vignet.engine.metrics();
  expect([requests.interactive, bytes.held]).toEqual([0, 0]);
});

describe('headers of members', () => {
  /** What Python's tarfile makes of headers with the data of the last member cut off. */
  async function read(...members: Parameters<typeof tarHeader>): Promise<unknown> {
    const path = join(scratch, 'header.tar');
    writeFileSync(path, Buffer.concat(members.map((member) => tarHeader(member))));
    const script = `import json, sys, tarfile
with tarfile.open(sys.argv[1]) as tar:
    m = tar.next()
    print(json.dumps([m.name, m.size, m.mtime, m.mode, m.isfile()]))`;
    return JSON.parse((await run('/usr/bin/python3', ['-c', script, path])).stdout);
  }

  it.each([0, 1, 511, 512, 513, 8 ** 11 - 1, 8 ** 11, 10 ** 11, 2 ** 50])('%d bytes', async (size) => {
    const name = `${'n'.repeat(95)}.fits`;
    const modified = new Date(1_700_000_000_999);
    expect(await read({ name, size, modified })).toEqual([name, size, 1_700_000_000, 0o644, true]);
  });

  it('times before 1970 are its beginning', async () => {
    expect(await read({ name: 'old', size: 1, modified: new Date(-5000) })).toEqual([
      'old',
      1,
      0,
      0o644,
      true,
    ]);
  });
});
