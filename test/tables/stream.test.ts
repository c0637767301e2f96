// Tables of any length in constant memory, at the pace of who takes them; what becomes of those that fail or are given up.
import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../src/base/column.ts';
import { VignetError } from '../../src/base/errors.ts';
import type { Batch, Row } from '../../src/base/table.ts';
import { LimitedRows } from '../../src/products/tables/limited-rows.ts';
import { type TableFormat, tableFormats } from '../../src/vo/dali/table-format.ts';
import { answerOf, batched, tableOf } from './support.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const columns: readonly Column[] = [
  { name: 'n', type: 'long', description: '', required: true },
  { name: 'x', type: 'double', description: '' },
  { name: 'name', type: 'char', description: '' },
];
const rowOf = (n: number): Row => [n, n / 7, n % 3 === 0 ? null : `source ${n}`];
const batchOf = (n: number, rows: number): Batch =>
  Array.from({ length: rows }, (_, k) => rowOf(n * rows + k));

/** Nothing is kept. */
const nowhere = () => {
  let bytes = 0;
  const sink = new Writable({
    write: (chunk: Uint8Array, _, done) => {
      bytes += chunk.byteLength;
      done();
    },
  });
  return { sink, bytes: () => bytes };
};

describe.each(tableFormats)('%s', (format) => {
  it('of a million rows holds a few batches at most', async () => {
    const [count, rows] = [1000, 1000];
    const made: WeakRef<Batch>[] = [];
    let most = 0;
    async function* batches(): AsyncGenerator<Batch> {
      for (let n = 0; n < count; n++) {
        if (n % 100 === 99) {
          // WeakRefs keep what they gave until the turn ends.
          await new Promise(setImmediate);
          collect();
          most = Math.max(most, made.filter((batch) => batch.deref()).length);
        }
        const batch = batchOf(n, rows);
        made.push(new WeakRef(batch));
        yield batch;
      }
    }
    const { sink, bytes } = nowhere();
    await answerOf(tableOf(columns, [], { batches: batches() }), format).write(sink);
    expect(made).toHaveLength(count);
    expect(bytes()).toBeGreaterThan(count * rows * 10);
    expect(most).toBeLessThanOrEqual(3);
  });
});

it.each(
  tableFormats.filter((format) => format !== 'fits'),
)('%s asks for no more rows than are taken', async (format) => {
  let asked = 0;
  async function* batches(): AsyncGenerator<Batch> {
    for (;;) {
      asked += 1;
      yield batchOf(asked, 4000);
    }
  }
  // Takes two chunks and then no more.
  let taken = 0;
  let stalled = () => {};
  const stall = new Promise<void>((resolve) => {
    stalled = resolve;
  });
  const sink = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      taken += 1;
      if (taken <= 2) done();
      else stalled();
    },
  });
  const answer = answerOf(tableOf(columns, [], { batches: batches() }), format);
  const writing = answer.write(sink);
  await stall;
  const then = asked;
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  expect(asked).toBe(then);
  // Parquet needs a row group for a chunk.
  expect(asked).toBeLessThanOrEqual(format === 'parquet' ? 16 : 4);
  sink.destroy();
  await expect(writing).rejects.toMatchObject({ code: 'CLIENT_GONE' });
});

async function* failing(error: unknown): AsyncGenerator<Batch> {
  yield batchOf(0, 3);
  yield batchOf(1, 3);
  throw error;
}

/** What comes out before it breaks off, and how it does. */
async function outcome(format: TableFormat, error: unknown): Promise<{ text: string; thrown: unknown }> {
  const chunks: Uint8Array[] = [];
  let thrown: unknown;
  const answer = answerOf(tableOf(columns, [], { batches: failing(error) }), format);
  try {
    for await (const chunk of answer.body()) chunks.push(Uint8Array.from(chunk));
  } catch (caught) {
    thrown = caught;
  }
  return { text: Buffer.concat(chunks).toString('utf8'), thrown };
}

describe('rows that fail', () => {
  const broken = new VignetError('transient', 'BUSY', 'the <database> went away; ask again');

  it.each([
    'votable',
    'binary2',
  ] as const)('%s ends well-formed, with ERROR and the reason behind the table', async (format) => {
    const { text, thrown } = await outcome(format, broken);
    expect(thrown).toBe(broken);
    expect(text).toMatch(
      /<\/TABLE>\n<INFO name="QUERY_STATUS" value="ERROR">the &lt;database&gt; went away; ask again<\/INFO>\n<\/RESOURCE>\n<\/VOTABLE>\n$/,
    );
    if (format === 'votable') expect(text.match(/<TR>/g)).toHaveLength(6);
    const [, base64 = ''] = /<STREAM encoding="base64">([^<]*)</.exec(text) ?? [];
    if (format === 'binary2')
      expect(Buffer.from(base64, 'base64')).toHaveLength(6 * 21 + 4 * 'source 1'.length);
  });

  it('tell nothing of what failed inside', async () => {
    const { text } = await outcome('votable', new Error('password=secret'));
    expect(text).toMatch(/value="ERROR">the service failed in a way it should not; the log says more</);
  });

  it.each(['csv', 'tsv', 'jsonl', 'parquet'] as const)('%s breaks off', async (format) => {
    const { text, thrown } = await outcome(format, broken);
    expect(thrown).toBe(broken);
    if (format === 'parquet') expect(text.slice(4)).not.toContain('PAR1');
    else expect(text.split('\n').length).toBe(format === 'jsonl' ? 7 : 8);
  });

  it('fits does not begin', async () => {
    expect(await outcome('fits', broken)).toEqual({ text: '', thrown: broken });
  });

  it('a cell that does not fit its column is such a failure', async () => {
    const rows = [
      [1, 1, 'a'],
      [2 ** 60, 1, 'b'],
      [1.5, 1, 'c'],
    ];
    await expect(answerOf(tableOf(columns, rows), 'csv').bytes()).rejects.toMatchObject({
      code: 'BAD_CELL',
      message: 'expected long in column n, received 1.5',
    });
  });

  it('fail before the first byte when the first rows do', async () => {
    // biome-ignore lint/correctness/useYield: it fails before
    async function* never(): AsyncGenerator<Batch> {
      throw broken;
    }
    await expect(answerOf(tableOf(columns, [], { batches: never() }), 'votable').make()).rejects.toBe(broken);
  });
});

describe('a table that is given up', () => {
  it.each(tableFormats)('%s frees its source, once, and does not look whole', async (format) => {
    let freed = 0;
    async function* batches(): AsyncGenerator<Batch> {
      try {
        for (let n = 0; ; n++) yield batchOf(n, 4000);
      } finally {
        freed += 1;
      }
    }
    const answer = answerOf(tableOf(columns, [], { batches: batches() }), format, { spoolBytes: 100_000 });
    const body = answer.body();
    if (format === 'fits') await expect(body.next()).rejects.toMatchObject({ code: 'TOO_LARGE' });
    else {
      await body.next();
      answer.close();
      await expect(
        (async () => {
          for await (const _ of body);
        })(),
      ).rejects.toMatchObject({ code: 'CANCELLED' });
    }
    answer.close();
    expect(freed).toBe(1);
  });
});

describe('MAXREC', () => {
  const all = Array.from({ length: 10 }, (_, n) => rowOf(n));

  it.each([
    [0, 0, true],
    [1, 1, true],
    [3, 3, true],
    [9, 9, true],
    [10, 10, false],
    [11, 10, false],
  ])('%i of ten rows: %i, overflow %s', async (most, rows, overflow) => {
    const limited = new LimitedRows(batched(all), most);
    const got: Row[] = [];
    for await (const batch of limited) got.push(...batch);
    expect(got).toEqual(all.slice(0, rows));
    expect(limited.overflow).toBe(overflow);
  });

  it('asks for no row when none is wanted', async () => {
    async function* never(): AsyncGenerator<Batch> {
      yield [];
      throw new Error('was asked');
    }
    for await (const _ of new LimitedRows(never(), 0)) throw new Error('has a batch');
  });
});
