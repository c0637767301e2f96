// FITS tables: fitsverify accepts them, astropy and stilts read every value.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isText } from '../../src/base/cells.ts';
import type { Column } from '../../src/base/column.ts';
import {
  answerOf,
  everyColumn,
  everyRow,
  plainRows,
  pythonReads,
  scratch,
  tableOf,
  written,
} from './support.ts';

interface Read {
  readonly rows: unknown[][];
  readonly cards: Record<string, string>;
  readonly comments: string[];
}

const fitsverify = (path: string) => execFileSync('fitsverify', ['-q', path], { encoding: 'utf8' });

/** astropy takes spaces off the ends of texts. FITS has ASCII alone, and of floating columns, texts and lists no null but NaN and nothing at all. */
function alike(column: Column, cell: unknown): unknown {
  if (isText(column))
    return String(cell ?? '')
      .replace(/[^\x20-\x7e]/g, '?')
      .trimEnd();
  if (column.shape?.[0] === '*') return cell ?? [];
  const real = column.type === 'double' || column.type === 'float';
  if (cell !== null) return cell;
  if (!real && column.type !== 'boolean') return null;
  const values = (column.shape ?? [1]).reduce<number>((product, side) => product * Number(side), 1);
  if (column.shape) return new Array(values).fill(real ? 'nan' : false);
  return real ? 'nan' : null;
}

const fixed = everyColumn.filter((column) => column.shape?.[0] !== '*' && (!isText(column) || column.shape));
const fixedRows = everyRow.map((row) => fixed.map((column) => row[everyColumn.indexOf(column)]));

describe.each([
  ['rows that were not counted', everyColumn, everyRow, {}],
  ['as many rows as were promised', fixed, fixedRows, { rows: fixedRows.length }],
] as const)('%s', (_, columns, rows, more) => {
  const table = () => tableOf(columns, rows, more);

  it('are a file that fitsverify accepts, and astropy reads every value of it', async () => {
    const path = await written(table(), 'fits');
    expect(fitsverify(path)).toMatch(/verification OK/);
    const read = pythonReads<Read>('fits', path, columns);
    expect(read.rows).toEqual(plainRows(columns, rows, alike));
    const n = columns.findIndex(({ name }) => name === 'd') + 1;
    expect(read.cards).toMatchObject({
      EXTNAME: 'sample',
      OVERFLOW: 'False',
      [`TTYPE${n}`]: 'd',
      [`TUNIT${n}`]: 'deg',
      [`TUCD${n}`]: 'pos.eq.ra',
      [`TUTYP${n}`]: 'obscore:x',
      [`TCOMM${n}`]: 'A column of double & <more>',
    });
    expect(read.comments).toContain('q: "a" < b & c');
  });

  it('have the size that was told before the first byte', async () => {
    const answer = answerOf(table(), 'fits');
    const size = await answer.make();
    expect((await answer.bytes()).byteLength).toBe(size);
  });
});

it('is read by stilts as the VOTable is', async () => {
  const asCsv = (path: string, format: string) =>
    execFileSync('stilts', ['tpipe', `in=${path}`, `ifmt=${format}`, 'omode=out', 'ofmt=csv'], {
      encoding: 'utf8',
    });
  const chosen = everyColumn.filter(({ name }) => /^(flag|b|s|i|l|f|d|word|time)$/.test(name));
  const rows = everyRow.map((row) => chosen.map((column) => row[everyColumn.indexOf(column)]));
  const [fits, vot] = await Promise.all([
    written(tableOf(chosen, rows), 'fits'),
    written(tableOf(chosen, rows), 'binary2'),
  ]);
  expect(asCsv(fits, 'fits')).toBe(asCsv(vot, 'votable'));
});

it('without a row is accepted', async () => {
  const path = await written(tableOf(everyColumn, []), 'fits');
  expect(fitsverify(path)).toMatch(/verification OK/);
  expect(pythonReads<Read>('fits', path, everyColumn).rows).toEqual([]);
});

it('says in its header that rows were left out', async () => {
  const path = await written(tableOf(everyColumn, everyRow, { overflow: () => true }), 'fits');
  expect(pythonReads<Read>('fits', path, everyColumn).cards.OVERFLOW).toBe('True');
});

it('refuses a value that would be read as null', async () => {
  const column: Column = { name: 'n', type: 'int', null: 7, description: '' };
  await expect(answerOf(tableOf([column], [[6], [7]]), 'fits').bytes()).rejects.toMatchObject({
    code: 'BAD_CELL',
    message: expect.stringMatching(/column n, received 7, which stands for null/),
  });
  await answerOf(tableOf([{ ...column, required: true }], [[7]]), 'fits').bytes();
});

it('breaks off when there are more or fewer rows than were promised', async () => {
  for (const rows of [2, 4])
    await expect(
      answerOf(tableOf(fixed, fixedRows.slice(0, 3), { rows }), 'fits').bytes(),
    ).rejects.toMatchObject({
      code: 'BAD_TABLE',
    });
});

describe('the temporary file', () => {
  const texts: Column[] = [{ name: 't', type: 'char', description: '' }];

  it('has no name, so that nothing is left of it', async () => {
    const before = readdirSync(scratch).length;
    const answer = answerOf(tableOf(texts, [['a'], ['b']]), 'fits');
    await answer.make();
    expect(readdirSync(scratch).length).toBe(before);
    answer.close();
  });

  it('has a largest size, and so have the rows that one long text makes long', async () => {
    const long = ['x'.repeat(2000)];
    const many = Array.from({ length: 1000 }, () => ['']);
    const refused = { code: 'TOO_LARGE', kind: 'usage', message: expect.stringMatching(/MAXREC/) };
    const make = async (rows: string[][], spoolBytes: number) => {
      const answer = answerOf(tableOf(texts, rows), 'fits', { spoolBytes });
      return answer.make().finally(() => answer.close());
    };
    await expect(make(new Array(100).fill(long), 100_000)).rejects.toMatchObject(refused);
    await expect(make([...many, long], 1_000_000)).rejects.toMatchObject(refused);
    expect(await make([...many, long], 3_000_000)).toBeGreaterThan(2_000_000);
  });

  it('cannot be written: the request may be repeated in another format', async () => {
    const answer = answerOf(tableOf(texts, [['a']]), 'fits', { spoolFolder: '/proc/nowhere' });
    await expect(answer.make()).rejects.toMatchObject({ code: 'CANNOT_WRITE', kind: 'transient' });
  });
});

it('keeps lists in the heap: a long one costs its own bytes alone', async () => {
  const columns: Column[] = [{ name: 'l', type: 'double', shape: ['*'], description: '' }];
  const rows = [[new Float64Array(10_000)], ...Array.from({ length: 1000 }, () => [[1]])];
  const path = await written(tableOf(columns, rows), 'fits');
  expect(statSync(path).size).toBeLessThan(8 * 11_000 + 8 * 1001 + 4 * 2880);
  expect(pythonReads<Read>('fits', path, columns).rows).toEqual(plainRows(columns, rows));
});
