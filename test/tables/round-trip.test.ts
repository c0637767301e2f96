// Any table, written and read back: by readers of a few lines here, by saxes, JSON.parse and hyparquet.
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { isText } from '../../src/base/cells.ts';
import type { Column, ColumnType } from '../../src/base/column.ts';
import type { Cell, Row } from '../../src/base/table.ts';
import type { TableFormat } from '../../src/vo/dali/table-format.ts';
import { readVotable } from '../../src/vo/dali/votable-read.ts';
import { answerOf, batched, plainRows, tableOf } from './support.ts';

const real = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0.1, 1e22, 5e-324));
const values: Readonly<Record<ColumnType, fc.Arbitrary<boolean | number | bigint | string>>> = {
  boolean: fc.boolean(),
  byte: fc.integer({ min: 0, max: 255 }),
  short: fc.integer({ min: -32_768, max: 32_767 }),
  int: fc.integer(),
  long: fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  float: fc.oneof(fc.float(), real),
  double: real,
  char: fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
  // What XML can hold; lone surrogates are no text.
  unicode: fc.string({ unit: 'grapheme' }),
};

const columnOf = (name: string): fc.Arbitrary<Column> =>
  fc
    .record({
      type: fc.constantFrom(...(Object.keys(values) as ColumnType[])),
      shape: fc.constantFrom(undefined, undefined, ['*'] as const, [3], [2, 2]),
      required: fc.boolean(),
    })
    .map(({ type, shape, required }) => ({
      ...{ name, type, required, description: name },
      shape: type === 'char' || type === 'unicode' ? undefined : shape,
    }));

function cellOf(column: Column): fc.Arbitrary<Cell> {
  const value = values[column.type];
  const [side] = column.shape ?? [];
  const size = side === '*' ? {} : { minLength: side === 3 ? 3 : 4, maxLength: side === 3 ? 3 : 4 };
  const cell: fc.Arbitrary<unknown> = side === undefined ? value : fc.array(value, size);
  return (column.required ? cell : fc.option(cell, { freq: 4 })) as fc.Arbitrary<Cell>;
}

/** More columns than a byte has flags. */
const tables = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.tuple(...Array.from({ length: count }, (_, n) => columnOf(`c${n}`))).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.tuple(...columns.map(cellOf)) as fc.Arbitrary<Row>, { maxLength: 12 }),
      batch: fc.integer({ min: 1, max: 5 }),
    }),
  ),
);

async function bytesOf(format: TableFormat, columns: readonly Column[], rows: readonly Row[], batch: number) {
  return Buffer.from(await answerOf(tableOf(columns, [], { batches: batched(rows, batch) }), format).bytes());
}

/** `read` gives cells; `alike` makes those equal that the form cannot tell apart. */
async function roundTrip(
  format: TableFormat,
  read: (bytes: Buffer, columns: readonly Column[]) => Cell[][] | Promise<Cell[][]>,
  alike: (column: Column, cell: unknown) => unknown = (_, cell) => cell,
): Promise<void> {
  const check = async ({ columns, rows, batch }: { columns: Column[]; rows: Row[]; batch: number }) => {
    const found = await read(await bytesOf(format, columns, rows, batch), columns);
    expect(plainRows(columns, found, alike)).toEqual(plainRows(columns, rows, alike));
  };
  await fc.assert(fc.asyncProperty(tables, check), { numRuns: 200 });
}

function valueFrom(type: ColumnType, text: string): number | bigint | boolean {
  if (type === 'boolean') return text === 'true';
  if (type === 'long') return BigInt(text);
  return Number(text.replace('Inf', 'Infinity'));
}

function cellFrom(column: Column, text: string | undefined): Cell {
  if (text === undefined || isText(column)) return text;
  if (column.shape === undefined) return text === '' ? null : valueFrom(column.type, text);
  return text === '' ? [] : text.split(' ').map((word) => valueFrom(column.type, word) as number);
}

/** Of null, an empty text and an empty list, all of which may be an empty cell. */
const emptyIsNull = (_: Column, cell: unknown) =>
  cell === '' || (Array.isArray(cell) && cell.length === 0) ? null : cell;

it('TABLEDATA', async () => {
  await roundTrip(
    'votable',
    (bytes, columns) =>
      readVotable(bytes.toString('utf8'), 'T').rows.map((row) =>
        row.map((text, at) => cellFrom(columns[at] as Column, text)),
      ),
    emptyIsNull,
  );
});

/** Rows of BINARY2, which begins after the flags of the nulls. */
class Binary2 {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  row(columns: readonly Column[]): Cell[] {
    const flags = this.#take(Math.ceil(columns.length / 8));
    return columns.map((column, at) => {
      const cell = this.#cell(column);
      return ((flags[at >> 3] ?? 0) >> (7 - (at & 7))) & 1 ? null : cell;
    });
  }

  #take(count: number): Buffer {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #cell({ type, shape }: Column): Cell {
    if (type === 'char') return this.#take(this.#take(4).readInt32BE()).toString('latin1');
    if (type === 'unicode')
      return Buffer.from(this.#take(2 * this.#take(4).readInt32BE()))
        .swap16()
        .toString('utf16le');
    const one = () => this.#value(type);
    if (shape === undefined) return one();
    const count =
      shape[0] === '*'
        ? this.#take(4).readInt32BE()
        : shape.reduce<number>((all, side) => all * Number(side), 1);
    return Array.from({ length: count }, one) as number[];
  }

  #value(type: ColumnType): boolean | number | bigint {
    if (type === 'boolean') return this.#take(1)[0] === 0x54;
    if (type === 'byte') return this.#take(1).readUInt8();
    if (type === 'short') return this.#take(2).readInt16BE();
    if (type === 'int') return this.#take(4).readInt32BE();
    if (type === 'long') return this.#take(8).readBigInt64BE();
    return type === 'float' ? this.#take(4).readFloatBE() : this.#take(8).readDoubleBE();
  }
}

it('BINARY2', async () => {
  await roundTrip('binary2', (bytes, columns) => {
    const [, base64 = ''] = /<STREAM encoding="base64">([^<]*)<\/STREAM>/.exec(bytes.toString('utf8')) ?? [];
    const reader = new Binary2(Buffer.from(base64, 'base64'));
    const rows: Cell[][] = [];
    while (!reader.done) rows.push(reader.row(columns));
    return rows;
  });
});

/** Cells of RFC 4180; undefined is a cell with nothing in it, not even quotes. */
function delimitedCells(text: string, separator: string): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [[]];
  const pattern = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}\r\n"]*))(${separator}|\r?\n)`, 'gy');
  for (const [, quoted, plain, end] of text.matchAll(pattern)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? (plain || undefined));
    if (end !== separator) rows.push([]);
  }
  return rows.slice(1, -1);
}

describe.each([
  ['csv', ','],
  ['tsv', '\t'],
] as const)('%s', (format, separator) => {
  it('tells null from an empty text', async () => {
    await roundTrip(format, (bytes, columns) =>
      delimitedCells(bytes.toString('utf8'), separator).map((row) =>
        row.map((text, at) => cellFrom(columns[at] as Column, text)),
      ),
    );
  });
});

it('lines of JSON', async () => {
  // JSON.parse would round whole numbers.
  const digits = /("c\d+":|[[,])(-?\d{16,})(?=[,}\]])/g;
  const back = (column: Column, value: unknown): Cell => {
    if (Array.isArray(value)) return value.map((one) => back(column, one) as number);
    if (typeof value !== 'string' || isText(column)) return value as Cell;
    return column.type === 'long' ? BigInt(value) : Number(value);
  };
  await roundTrip(
    'jsonl',
    (bytes, columns) =>
      bytes
        .toString('utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => {
          const isPlain = !columns.some(isText);
          const record = JSON.parse(
            isPlain ? line.replace(digits, '$1"$2"').replace(digits, '$1"$2"') : line,
          );
          return columns.map(({ name }, at) => back(columns[at] as Column, record[name]));
        }),
    // Beyond 2^53 next to texts: rounded by JSON.parse here, exact to others (text.test.ts).
    (column, cell) =>
      column.type === 'long'
        ? JSON.parse(JSON.stringify(cell), (_, v) => (typeof v === 'string' ? Number(v) : v))
        : cell,
  );
});

it('Parquet', async () => {
  await roundTrip('parquet', async (bytes, columns) => {
    const file = new Uint8Array(bytes).buffer;
    const records = await parquetReadObjects({ file });
    return records.map((record) => columns.map(({ name }) => record[name] as Cell));
  });
});
