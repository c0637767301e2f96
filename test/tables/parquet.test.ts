// Parquet, as DuckDB reads it.
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import type { Column } from '../../src/base/column.ts';
import type { Batch, Cell, Row } from '../../src/base/table.ts';
import { everyColumn, everyRow, plainRows, tableOf, written } from './support.ts';

const instance = await DuckDBInstance.create(':memory:');

async function ask(sql: string) {
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  return { names: reader.columnNames(), types: reader.columnTypes().map(String), rows: reader.getRowsJS() };
}

const wanted: Readonly<Record<string, string>> = {
  ...{ boolean: 'BOOLEAN', byte: 'UTINYINT', short: 'SMALLINT', int: 'INTEGER', long: 'BIGINT' },
  ...{ float: 'FLOAT', double: 'DOUBLE', char: 'VARCHAR', unicode: 'VARCHAR' },
};
const isText = ({ type }: Column) => type === 'char' || type === 'unicode';

it('has every type, value and null', async () => {
  const path = await written(tableOf(everyColumn, everyRow), 'parquet');
  const read = await ask(`SELECT * FROM read_parquet('${path}')`);
  expect(read.names).toEqual(everyColumn.map(({ name }) => name));
  expect(read.types).toEqual(
    everyColumn.map((column) => `${wanted[column.type]}${column.shape && !isText(column) ? '[]' : ''}`),
  );
  expect(plainRows(everyColumn, read.rows as Row[])).toEqual(plainRows(everyColumn, everyRow));
});

it('says which columns are never null, and holds a VOTable of what FIELD says', async () => {
  const path = await written(tableOf(everyColumn, everyRow, { overflow: () => true }), 'parquet');
  const schema = await ask(
    `SELECT name, repetition_type FROM parquet_schema('${path}') WHERE name IN ('s', 'i')`,
  );
  expect(schema.rows).toEqual([
    ['s', 'REQUIRED'],
    ['i', 'OPTIONAL'],
  ]);
  const { rows } = await ask(`SELECT decode(key), decode(value) FROM parquet_kv_metadata('${path}')`);
  const said = new Map(rows as [string, string][]);
  expect(said.get('IVOA.VOTable-Parquet.version')).toBe('1.0');
  const votable = said.get('IVOA.VOTable-Parquet.content') ?? '';
  expect(votable).toContain(
    '<FIELD name="d" datatype="double" unit="deg" ucd="pos.eq.ra" utype="obscore:x" ref="icrs">',
  );
  expect(votable).toMatch(/<\/TABLE>\n<INFO name="QUERY_STATUS" value="OVERFLOW"\/>/);
  expect(said.get('q')).toBe('"a" < b & c');
});

it('without a row has its columns', async () => {
  const path = await written(tableOf(everyColumn, []), 'parquet');
  const read = await ask(`SELECT * FROM read_parquet('${path}')`);
  expect(read.names).toHaveLength(everyColumn.length);
  expect(read.rows).toEqual([]);
});

it('writes a row group as soon as it is full, of rows or of bytes', async () => {
  const columns: Column[] = [
    { name: 'n', type: 'int', description: '' },
    { name: 't', type: 'char', description: '' },
  ];
  const groups = async (rows: number, text: Cell) => {
    async function* batches(): AsyncGenerator<Batch> {
      for (let from = 0; from < rows; from += 1000)
        yield Array.from({ length: 1000 }, (_, n) => [from + n, text]);
    }
    const path = await written(tableOf(columns, [], { batches: batches() }), 'parquet');
    const { rows: said } = await ask(
      `SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('${path}') ORDER BY 1`,
    );
    const sum = await ask(`SELECT sum(n) FROM read_parquet('${path}')`);
    expect(Number(sum.rows[0]?.[0])).toBe((rows * (rows - 1)) / 2);
    return said.map(([, n]) => Number(n));
  };
  expect(await groups(40_000, 'x')).toEqual([16_384, 16_384, 7232]);
  expect((await groups(4000, 'y'.repeat(1000))).slice(0, 2)).toEqual([131, 131]);
});
