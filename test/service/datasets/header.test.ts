// /header: the cards of every HDU as the file has them. Oracle: astropy (test/oracles/card_oracle.py), exact.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Oracle } from '../../accuracy/oracle.ts';
import { header, plainImage } from '../../support/fits.ts';
import { realCases, realData, type Served, served } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-headers-'));
const oracle = new Oracle('card_oracle.py');
const open: Served[] = [];

async function archiveOf(...paths: string[]): Promise<Served> {
  const one = await served(paths);
  open.push(one);
  return one;
}

afterAll(async () => {
  await Promise.all([oracle.close(), ...open.map((one) => one.close())]);
  rmSync(folder, { recursive: true });
});

interface Hdu {
  readonly file: number;
  readonly hdu: number;
  readonly name: string;
  readonly cards: readonly { readonly keyword: string; readonly value: unknown; readonly comment: string }[];
}

async function headersOf(url: string): Promise<{ text: string; hdus: Hdu[] }> {
  const reply = await fetch(`${url}/header`);
  const text = await reply.text();
  expect(reply.status, text.slice(0, 300)).toBe(200);
  return { text, hdus: JSON.parse(text) as Hdu[] };
}

/** Cards in which astropy departs from the file: each with its reason. */
const departures: readonly [RegExp, string][] = [
  [/'MSKD0003', "More .*\('potential'not actually/, 'loses a CONTINUE card whose string has a quote in it'],
  [
    /astropy \['\w+', '=[-\d.]+'/,
    'takes `KEY     =1.0` for a text that begins with =; cfitsio and Vignet for a number',
  ],
  [/^HDU \d+: \['\w+', .*astropy \['\w+', 'unreadable'/, 'cannot read a card with a control character'],
  [/astropy \['D[PQ]\d\.[\w.]+', /, 'splits record-valued cards, which are texts in the file'],
  [/astropy \[.*\\x0/, 'leaves control characters where Vignet has blanks'],
  [/\['ORIGIN', 'CASA .*astropy \['ORIGIN', 'unreadable'/, 'does not read a string with a line feed in it'],
];

/** Compares every file of an archive with astropy; gives how many. */
async function compare({ rows, url }: Served): Promise<number> {
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const row of rows) {
    if (seen.has(row.absolutePath)) continue;
    seen.add(row.absolutePath);
    const { text } = await headersOf(url(row));
    // As it came: JavaScript would make integers of 1.0.
    const all = await oracle.ask('cards', { path: row.absolutePath, text });
    const found = all.filter((line) => !departures.some(([form]) => form.test(line)));
    wrong.push(...found.map((line) => `${row.path}: ${line}`));
  }
  expect(wrong).toEqual([]);
  return seen.size;
}

describe.skipIf(!existsSync(realData))('real files', () => {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  it.each([
    'afw',
    'bok-mosaic-epochs',
    'butler-dp2',
    'codecs',
    'decam-epochs',
    'decam-rice',
    'wcs',
  ])('%s: all cards as astropy reads them', async (part) => {
    expect(await compare(await archiveOf(join(realData, part)))).toBeGreaterThan(0);
  }, 300_000);

  it('cases: the same', async () => {
    expect(await compare(await archiveOf(realCases))).toBeGreaterThan(20);
  }, 300_000);
});

describe('cards of all kinds', () => {
  const strange = [
    "OBJECT  = 'O''Neill  ' / a quote",
    'LONGINT =  123456789012345678901234567890 / more than a double holds',
    'DOUBLE  = 1.25D-3',
    'WHOLE   = 2.',
    'CPLX    = (1.5, -2)',
    'NOVALUE =  / undefined',
    'FLAG    = F',
    'HIERARCH ESO TEL AIRM START = 1.25 / HIERARCH',
    "HIERARCH a.b lower = 'text'",
    "LONG    = 'one &' / first",
    "CONTINUE  'two &'",
    "CONTINUE  'three' / last",
    'OBSERVER= 1',
    'OBSERVER= 2',
    'COMMENT = no value',
    'HISTORY  two  spaces ',
    '        blank keyword',
    "NOQUOTE = 'never closed",
    'WHAT    = 12 monkeys',
    'TOOBIG  = 1E999',
    'PLAIN text without a sign',
  ];
  let one: Served;

  beforeAll(async () => {
    const image = plainImage(8, 6, {}, []);
    const end = image.indexOf('END     ', 0, 'latin1');
    const cards = Array.from({ length: end / 80 }, (_, n) => image.toString('latin1', n * 80, n * 80 + 80));
    const head = header([...cards, ...strange, "OWNER   = 'caf\xe9'"]);
    writeFileSync(
      join(folder, 'strange.fits'),
      Buffer.concat([head, image.subarray(Math.ceil((end + 80) / 2880) * 2880)]),
    );
    one = await archiveOf(folder);
  });

  it('JSON: those that can be read, with all their digits', async () => {
    const { hdus, text } = await headersOf(one.url(one.row('strange.fits')));
    expect(hdus.map(({ file, hdu, name }) => ({ file, hdu, name }))).toEqual([{ file: 0, hdu: 0, name: '' }]);
    const cards = hdus[0]?.cards.slice(-strange.length + 1) ?? [];
    expect(cards.map(({ keyword, value, comment, ...more }) => [keyword, value, comment, more])).toEqual([
      ['OBJECT', "O'Neill", 'a quote', {}],
      ['LONGINT', 123456789012345680000000000000, 'more than a double holds', {}],
      ['DOUBLE', 0.00125, '', {}],
      ['WHOLE', 2, '', {}],
      ['CPLX', [1.5, -2], '', {}],
      ['NOVALUE', null, 'undefined', {}],
      ['FLAG', false, '', {}],
      ['ESO TEL AIRM START', 1.25, 'HIERARCH', {}],
      ['a.b lower', 'text', '', {}],
      ['LONG', 'one two three', 'first last', {}],
      ['OBSERVER', 1, '', {}],
      ['OBSERVER', 2, '', {}],
      ['COMMENT', '= no value', '', {}],
      ['HISTORY', ' two  spaces', '', {}],
      ['', 'blank keyword', '', {}],
      ['NOQUOTE', null, '', { card: "NOQUOTE = 'never closed" }],
      ['WHAT', null, '', { card: 'WHAT    = 12 monkeys' }],
      ['TOOBIG', null, '', { card: 'TOOBIG  = 1E999' }],
      ['PLAIN te', 'xt without a sign', '', {}],
      ['OWNER', 'caf?', '', {}],
    ]);
    expect(text).toContain('"value":123456789012345678901234567890,');
    expect(text).toContain('"keyword":"WHOLE","value":2.0,');
  });

  it('text: the cards as they stand, by RESPONSEFORMAT or Accept', async () => {
    const url = `${one.url(one.row('strange.fits'))}/header`;
    const asked = await fetch(`${url}?RESPONSEFORMAT=text`);
    const text = await asked.text();
    expect(text.split('\n').slice(-strange.length - 3)).toEqual([
      ...strange.map((line) => line.trimEnd()),
      "OWNER   = 'caf?'",
      'END',
      '',
    ]);
    const accepted = await fetch(url, { headers: { accept: 'text/plain' } });
    expect([accepted.headers.get('content-type'), await accepted.text()]).toEqual([
      'text/plain; charset=utf-8',
      text,
    ]);
    expect(accepted.headers.get('vary')).toBe('Accept');
    for (const accept of ['*/*', 'text/plain, application/json', 'text/html'])
      expect((await fetch(url, { headers: { accept } })).headers.get('content-type')).toBe(
        'application/json',
      );
  });

  it('is the same once it has been had: ETag, HEAD, 304', async () => {
    const url = `${one.url(one.row('strange.fits'))}/header`;
    const { headers } = await fetch(url);
    const head = await fetch(url, { method: 'HEAD' });
    for (const name of ['etag', 'content-length', 'content-type', 'content-disposition'])
      expect(head.headers.get(name), name).toBe(headers.get(name));
    const again = await fetch(url, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });
});

it('every HDU of a file with several, and of its companions', async () => {
  const one = await archiveOf(join(inject('sample'), '../files'));
  const row = one.rows.find(({ dataset_type }) => dataset_type === 'deep_coadd');
  if (!row) throw new Error('the sample has no coadd');
  const { text } = await headersOf(one.url(row));
  expect(await oracle.ask('cards', { path: row.absolutePath, text })).toEqual([]);
});

it.skipIf(!existsSync(realCases))('companions come after the file of the image', async () => {
  const one = await archiveOf(join(realCases, 'companions_ztf'));
  const { hdus } = await headersOf(one.url(one.row('sciimg.fits')));
  expect(hdus.map(({ file, hdu }) => [file, hdu])).toEqual([
    [0, 0],
    [1, 0],
  ]);
});
