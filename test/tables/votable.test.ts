// VOTables, both serializations: votlint finds nothing wrong, astropy and stilts read every value.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isText } from '../../src/base/cells.ts';
import type { Column } from '../../src/base/column.ts';
import { everyColumn, everyRow, plainRows, pythonReads, tableOf, written } from './support.ts';

interface Read {
  readonly rows: unknown[][];
  readonly fields: Record<string, string>[];
  readonly infos: [string, string, string][];
  readonly warnings: string[];
}

/** Errors and warnings. */
function votlint(path: string): string[] {
  const said = execFileSync('stilts', ['votlint', `votable=${path}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return said.split('\n').filter((line) => /ERROR|WARNING/.test(line));
}

const asCsv = (path: string) =>
  execFileSync('stilts', ['tpipe', `in=${path}`, 'ifmt=votable', 'omode=out', 'ofmt=csv'], {
    encoding: 'utf8',
  });

// votlint 3.4.7 loses its place in BINARY2 where it checks a polygon, and calls the empty cells of null arrays, which VOTable 1.4 (6.1) has, errors.
const linted = everyColumn
  .filter(({ shape, type }) => shape === undefined || shape[0] === '*' || type === 'char')
  .map((column) => (column.xtype === 'polygon' ? { ...column, xtype: undefined } : column));
const lintedRows = everyRow.map((row) =>
  row.filter((_, at) => linted.some(({ name }) => name === everyColumn[at]?.name)),
);

const oneByte = (text: string) => text.replace(/[^\0-\x7f]/gu, '?');

describe.each(['votable', 'binary2'] as const)('%s', (format) => {
  it('is what votlint calls valid', async () => {
    expect(votlint(await written(tableOf(linted, lintedRows), format))).toEqual([]);
  });

  it('gives astropy every value, null and attribute', async () => {
    const path = await written(tableOf(everyColumn, everyRow), format);
    const read = pythonReads<Read>('votable', path, everyColumn);
    // astropy tells no null from an empty text or list, nor from NaN, and takes spaces off the ends of cells of TABLEDATA.
    const alike = (column: Column, cell: unknown) => {
      if (isText(column)) return format === 'votable' ? String(cell ?? '').trim() : (cell ?? '');
      if (column.shape?.[0] === '*') return cell ?? [];
      return cell === 'nan' ? null : cell;
    };
    const found = read.rows.map((row) => row.map((cell, at) => alike(everyColumn[at] as Column, cell)));
    expect(found).toEqual(plainRows(everyColumn, everyRow, alike));
    expect(read.warnings).toEqual([]);
    expect(read.fields[6]).toEqual({
      name: 'd',
      datatype: 'double',
      unit: 'deg',
      ucd: 'pos.eq.ra',
      utype: 'obscore:x',
      ref: 'icrs',
      description: 'A column of double & <more>',
    });
    expect(read.fields.map(({ arraysize }) => arraysize)).toEqual([
      ...new Array(7).fill(undefined),
      // astropy keeps 12 of 12*.
      ...[format === 'binary2' ? '*' : '12', '*', '*', '*', '2', '3', '2x3', '2', '*', '*', '*'],
    ]);
    expect(read.infos).toContainEqual(['q', '"a" < b & c', '']);
  });
});

it('says the same to stilts in both serializations', async () => {
  // What TABLEDATA cannot tell from null is left out, and spaces at the ends of lines.
  const columns = everyColumn.filter((column) => column.shape?.[0] !== '*');
  const rows = everyRow.map((row) => columns.map((column) => row[everyColumn.indexOf(column)]));
  const [tabledata = '', binary2 = ''] = await Promise.all([
    written(tableOf(columns, rows), 'votable').then(asCsv),
    written(tableOf(columns, rows), 'binary2').then(asCsv),
  ]);
  expect(binary2.split('\n').map((line) => line.trim())).toEqual(
    tabledata.split('\n').map((line) => line.trim()),
  );
  expect(tabledata).toContain('9007199254740993');
});

it('writes char in one byte: what is not ASCII becomes a question mark in BINARY2, and stays in TABLEDATA', async () => {
  const columns: Column[] = [{ name: 'c', type: 'char', description: '' }];
  const rows = [['Ünï'], ['🔭']];
  const read = async (format: 'votable' | 'binary2') =>
    pythonReads<Read>('votable', await written(tableOf(columns, rows), format), columns).rows;
  expect(await read('binary2')).toEqual([[oneByte('Ünï')], [oneByte('🔭')]]);
  expect(readFileSync(await written(tableOf(columns, rows), 'votable'), 'utf8')).toContain('<TD>Ünï</TD>');
});

it.each(['votable', 'binary2'] as const)('%s without a row is valid', async (format) => {
  const path = await written(tableOf(everyColumn, []), format);
  expect(votlint(path)).toEqual([]);
  expect(pythonReads<Read>('votable', path, everyColumn).rows).toEqual([]);
});

it.each([
  'votable',
  'binary2',
] as const)('%s says behind the table that rows were left out', async (format) => {
  const path = await written(tableOf(linted, lintedRows, { overflow: () => true }), format);
  expect(votlint(path)).toEqual([]);
  expect(readFileSync(path, 'utf8')).toMatch(
    /value="OK"[\s\S]*<\/TABLE>\n<INFO name="QUERY_STATUS" value="OVERFLOW"\/>\n<\/RESOURCE>/,
  );
});
