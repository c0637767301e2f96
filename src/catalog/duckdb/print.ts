/** Questions as SQL: the one place that writes it. Values are bound and never part of the text; names are those of the schema. */
import {
  BIGINT,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { Column } from '../../base/column.ts';
import { VignetError } from '../../base/errors.ts';
import type { Query } from '../catalog.ts';
import type { ColumnValue, Predicate } from '../predicate.ts';
import { type CatalogRow, COLUMNS } from '../schema.ts';

export interface Statement {
  readonly sql: string;
  readonly values: Record<string, DuckDBValue>;
  readonly types: Record<string, DuckDBType>;
}

/** More values than this are bound as one list. */
const LONG_LIST = 16;

const columns = new Map<string, Column>(COLUMNS.map((column) => [column.name, column]));

function columnNamed(name: string): Column {
  const column = columns.get(name);
  if (column) return column;
  throw new VignetError(
    'usage',
    'UNKNOWN_COLUMN',
    `expected a column of the catalog, received '${name.slice(0, 60)}'; docs/archive.md lists them`,
  );
}

const named = (names: readonly string[]) => names.map((name) => columnNamed(name).name).join(', ');

function sorted(names: readonly string[]): string {
  return names.map((name) => `${columnNamed(name).name} ASC NULLS LAST`).join(', ');
}

/** How values of a column are bound. Whole numbers are stored with 64 bits; a fraction equals none of them. */
function typeOf({ type }: Column, values: readonly ColumnValue[]): DuckDBType {
  if (type === 'char') return VARCHAR;
  return (type === 'int' || type === 'long') && values.every(Number.isSafeInteger) ? BIGINT : DOUBLE;
}

/** Conditions of one statement, and what they bind. */
class Conditions {
  readonly values: Record<string, DuckDBValue> = {};
  readonly types: Record<string, DuckDBType> = {};
  #bound = 0;

  #bind(value: DuckDBValue, type: DuckDBType): string {
    this.#bound += 1;
    const name = `p${this.#bound}`;
    this.values[name] = value;
    this.types[name] = type;
    return `$${name}`;
  }

  #compared(name: string, operator: '=' | '<', value: ColumnValue): string {
    const column = columnNamed(name);
    const type = typeOf(column, [value]);
    return `${column.name} ${operator} ${this.#bind(boundAs(type, value), type)}`;
  }

  #among(name: string, values: readonly ColumnValue[]): string {
    const column = columnNamed(name);
    const type = typeOf(column, values);
    const bound = values.map((value) => boundAs(type, value));
    const list =
      values.length > LONG_LIST
        ? `SELECT unnest(${this.#bind(listValue(bound), LIST(type))})`
        : bound.map((value) => this.#bind(value, type)).join(', ');
    return `${column.name} IN (${list})`;
  }

  print(predicate: Predicate): string {
    switch (predicate.op) {
      case 'true':
      case 'false':
        return predicate.op;
      case 'and':
      case 'or':
        return `(${predicate.parts.map((part) => this.print(part)).join(predicate.op === 'and' ? ' AND ' : ' OR ')})`;
      // SQL knows a third answer, which AND and OR pass on and WHERE takes for false: so does this.
      case 'not':
        return `((${this.print(predicate.part)}) IS NOT TRUE)`;
      case 'equals':
        return this.#compared(predicate.column, '=', predicate.value);
      case 'less':
        return this.#compared(predicate.column, '<', predicate.value);
      case 'in':
        return this.#among(predicate.column, predicate.values);
      case 'null':
        return `${columnNamed(predicate.column).name} IS NULL`;
    }
  }
}

function boundAs(type: DuckDBType, value: ColumnValue): DuckDBValue {
  return type === BIGINT && typeof value === 'number' ? BigInt(value) : value;
}

function about(where: Predicate, write: (condition: string) => string): Statement {
  const conditions = new Conditions();
  const sql = write(conditions.print(where));
  return { sql, values: conditions.values, types: conditions.types };
}

export function printSelect({ columns, where, order = [] }: Query<keyof CatalogRow>): Statement {
  const sort = order.length > 0 ? ` ORDER BY ${sorted(order)}` : '';
  return about(where, (condition) => `SELECT ${named(columns)} FROM dataset WHERE ${condition}${sort}`);
}

export function printCount(where: Predicate): Statement {
  return about(where, (condition) => `SELECT count(*) AS datasets FROM dataset WHERE ${condition}`);
}

export function printGroups(by: readonly string[], where: Predicate): Statement {
  const names = named(by);
  return about(
    where,
    (condition) =>
      `SELECT ${names}, count(*) AS datasets FROM dataset WHERE ${condition} GROUP BY ${names} ORDER BY ${sorted(by)}`,
  );
}

/** One string of bits, a bit per row of all `rows` in order of UUID; null where none is set. */
export function printPositions(where: Predicate, rows: number): Statement {
  return about(
    where,
    (condition) =>
      `SELECT bitstring_agg(position, 0, ${Math.max(0, rows - 1)}) AS bits FROM (` +
      `SELECT row_number() OVER (ORDER BY uuid) - 1 AS position, ${condition} AS meant FROM dataset) WHERE meant`,
  );
}
