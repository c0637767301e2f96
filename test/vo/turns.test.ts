// What a client may send in numbers is read in turns: others have theirs between them. Counted: how often a callback that waits for its turn
// is called meanwhile; no clock. Oracle: the same request read in one piece.
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { Track } from '../../src/astronomy/track.ts';
import { inTurns, type Steps, untilDone } from '../../src/base/steps.ts';
import { wholeTableSteps } from '../../src/fits/whole-hdu.ts';
import { formSteps } from '../../src/service/http/pairs.ts';
import { inPieces } from '../../src/service/http/pieces.ts';
import { printIntervals } from '../../src/vo/dali/numbers.ts';
import type { Pairs } from '../../src/vo/dali/parameter.ts';
import { printStencil, startOfStencil } from '../../src/vo/dali/stencils.ts';
import { packSteps } from '../../src/vo/datasets/request.ts';
import { mocSteps } from '../../src/vo/moc/request.ts';
import { mosaicSteps } from '../../src/vo/mosaic/request.ts';
import { parseStack, stackSteps } from '../../src/vo/stack/request.ts';
import { turnsWhile } from '../support/turns.ts';

const uuid = (n: number) => `01234567-89ab-4def-8123-${n.toString(16).padStart(12, '0')}`;
const id = (n: number) => `ivo://example.org/survey?repo=mine&id=${uuid(n)}`;
const of = (length: number, pair: (n: number) => readonly [string, string]): Pairs =>
  Array.from({ length }, (_, n) => pair(n));
const place: Pairs = [
  ['RA', '10'],
  ['DEC', '20'],
];
const idTable = (rows: number) =>
  `<VOTABLE><RESOURCE><TABLE><FIELD name="ID"/><DATA><TABLEDATA>${Array.from(
    { length: rows },
    (_, n) => `<TR><TD>${id(n).replace('&', '&amp;')}</TD></TR>`,
  ).join('')}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;

const column = { name: 'N', type: 'int', description: 'a number' } as const;
const cells = Array.from({ length: 5000 }, (_, n) => [n, n, n]);

/** More turns than this: each is of some milliseconds at most. */
const many: readonly (readonly [string, () => Steps<unknown>, number])[] = [
  ['5,000 IDs of a stack', () => stackSteps([...place, ...of(5000, (n) => ['ID', id(n)])]), 30],
  ['9,900 TIMEs', () => stackSteps([...place, ...of(9900, (n) => ['TIME', `${n} ${n + 1}`])]), 30],
  ['9,900 BANDs', () => stackSteps([...place, ...of(9900, (n) => ['BAND', `b${n}`])]), 30],
  ['2,000 values of TRACK', () => stackSteps(of(2000, (n) => ['TRACK', `${60000 + n} 1 2`])), 6],
  ['4,900 IDs of a mosaic', () => mosaicSteps(of(4900, (n) => ['ID', id(n)])), 30],
  ['900 IDs of a coverage map', () => mocSteps(of(900, (n) => ['ID', id(n)])), 6],
  ['5,000 IDs of an archive of files', () => packSteps(of(5000, (n) => ['ID', id(n)])), 30],
  [
    'a list of 5,000 IDs',
    () => packSteps([['IDS', JSON.stringify(of(5000, (n) => ['', id(n)]).map(([, one]) => one))]]),
    30,
  ],
  ['a VOTable of 8,000 IDs', () => packSteps([['IDS', idTable(8000)]]), 80],
  ['a form of 900 kB', () => formSteps('ID=01234567&'.repeat(75_000), 75_001), 50],
  [
    'a spline through 2,000 points',
    () =>
      Track.through(
        of(2000, () => ['', '']).map((_, n) => ({
          epoch: 60_000 + n * 0.9,
          scale: 'UTC',
          ra: n / 10,
          dec: 0,
        })),
      ),
    10,
  ],
  [
    '9,900 intervals that are printed',
    () => printIntervals(of(9900, () => ['', '']).map((_, n) => ({ min: n, max: n + 0.5 }))),
    25,
  ],
  [
    'a FITS table of 5,000 rows',
    () => wholeTableSteps([column, column, column], cells, cells.length, []),
    30,
  ],
];

describe('in turns', () => {
  it.each(many)('%s', async (_, steps, turns) => {
    expect(await turnsWhile(inTurns(steps()))).toBeGreaterThan(turns);
    expect(await inTurns(steps())).toEqual(untilDone(steps()));
  });

  it('what is short is read in one', async () => {
    const pairs = [...place, ['TIME', '1 2'], ['ID', id(1)]] as const;
    expect(await turnsWhile(inTurns(stackSteps(pairs)))).toBeLessThan(3);
    expect(await inTurns(stackSteps(pairs))).toEqual(parseStack(pairs));
  });

  it('an error is the one that is found in one piece', async () => {
    const pairs: Pairs = [...place, ...of(3000, (n) => ['TIME', n === 2000 ? 'x' : `${n} ${n + 1}`])];
    const error = await inTurns(stackSteps(pairs)).catch((caught: unknown) => caught);
    expect(() => parseStack(pairs)).toThrow(error as Error);
    expect(error).toMatchObject({ code: 'BAD_VALUE', message: expect.stringContaining("'x'") });
  });
});

it('a JSON list of lists in each other is refused before it is parsed', () => {
  const deep = (n: number) => `${'['.repeat(n)}"a"${']'.repeat(n)}`;
  const refusal = (text: string) => () => untilDone(packSteps([['IDS', text]]));
  expect(refusal(deep(500_000))).toThrow('it has more than 100 lists in each other');
  expect(refusal(deep(90))).toThrow('expected a list of texts, or an object with one as ID');
  const brackets = JSON.stringify(['['.repeat(1000), '"\\'.repeat(100)]);
  expect(refusal(brackets)).toThrow('received');
  expect(refusal(brackets)).not.toThrow('in each other');
});

describe('a form that is read in pieces', () => {
  const forms = ['', '&', '?a=1', 'a=1&?b=2', 'a=%41+b&a=&=c&d', `x=${'1'.repeat(9000)}&?y=2&z=%E4%BD%A0`];
  it.each([
    ...forms,
    `${'name=%20value+of&'.repeat(2000)}?end`,
  ])('is what it is as a whole: %.30s', (text) => {
    expect(untilDone(formSteps(text, 1e6))).toEqual([...new URLSearchParams(text)]);
  });

  it('has its parameters counted before one of them is read', () => {
    expect(() => formSteps('a&b&c', 2).next()).toThrow('expected at most 2 parameters, received 3');
  });
});

describe('a multipart body', () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };

  it('comes in pieces of 8 KiB, each in a turn of its own', async () => {
    const whole = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 256));
    const raw = Readable.from([whole.subarray(0, 200_000), whole.subarray(200_000)]);
    const { raw: paced, headers: given } = inPieces({ raw, headers } as unknown as FastifyRequest);
    expect(given).toBe(headers);
    const pieces: Buffer[] = [];
    const turns = await turnsWhile(
      (async () => {
        for await (const piece of paced) pieces.push(piece);
      })(),
    );
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(8192);
    expect(turns).toBeGreaterThanOrEqual(Math.ceil(whole.length / 8192));
  });

  it('whose client goes ends too', async () => {
    const raw = new Readable({ read() {} });
    raw.push(Buffer.alloc(100));
    const { raw: paced } = inPieces({ raw, headers } as unknown as FastifyRequest);
    const read = (async () => {
      for await (const _ of paced) raw.destroy();
    })();
    await expect(read).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });
});

it('of a long polygon a log has as much as it shows', () => {
  const values = Array.from({ length: 20_000 }, (_, n) => n / 100);
  const polygon = { shape: 'polygon', values } as const;
  expect(startOfStencil(polygon)).toBe(printStencil(polygon).slice(0, 200));
  const circle = { shape: 'circle', values: [1, 2, 3] } as const;
  expect(startOfStencil(circle)).toBe(printStencil(circle));
});
