/** Questions as SQL: the one place that writes it. Values are bound and never part of the text; names are those of the schema. */
import type { Column } from '../base/column.ts';
import { VignetError } from '../base/errors.ts';
import type { Query, SiteQuery } from './catalog.ts';
import { type Bound, type Dialect, type Statement, valueType } from './dialect.ts';
import { LONG_LIST, type ValueType } from './expression.ts';
import type { ColumnValue, Exists, Predicate, ScalarOf } from './predicate.ts';
import { joined, type Place, printTest } from './print-expression.ts';
import { type ColumnOf, TABLES, type Table, type TableName, tableNamed } from './tables.ts';

/** A table under the name that it has within a statement. */
class Source {
  readonly #table: Table;
  readonly alias: string;

  constructor(table: Table, depth: number) {
    this.#table = table;
    this.alias = `t${depth}`;
  }

  from(dialect: Dialect): string {
    return `${dialect.source(this.#table.name)} AS ${this.alias}`;
  }

  column(name: string): Column {
    const column = this.#table.columns.find((one) => one.name === name);
    if (column) return column;
    throw new VignetError(
      'usage',
      'UNKNOWN_COLUMN',
      `expected a column of ${this.#table.name}, received '${name.slice(0, 60)}'; docs/archive.md lists them`,
    );
  }

  /** The name as it stands in a statement. */
  named(name: string): string {
    return `${this.alias}."${this.column(name).name}"`;
  }

  list(names: readonly string[]): string {
    return names.map((name) => this.named(name)).join(', ');
  }

  sorted(names: readonly string[]): string {
    return names.map((name) => `${this.named(name)} ASC NULLS LAST`).join(', ');
  }
}

/** How values of a column are bound. Whole numbers are stored with 64 bits; a fraction equals none of them. */
function typeOf({ type }: Column, values: readonly ColumnValue[]): ValueType {
  const own = valueType(type);
  return own === 'long' && !values.every(Number.isSafeInteger) ? 'double' : own;
}

/** Conditions of one statement, and what they bind. */
class Conditions {
  readonly values: Bound[] = [];
  readonly #dialect: Dialect;
  #depth = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  source(table: Table): Source {
    const source = new Source(table, this.#depth);
    this.#depth += 1;
    return source;
  }

  bind(type: ValueType, value: ColumnValue): string {
    this.values.push({ type, value });
    return `$${this.values.length}::${this.#dialect.types[type]}`;
  }

  bindList(type: ValueType, values: readonly ColumnValue[]): string {
    this.values.push({ type, value: values });
    return `unnest($${this.values.length}::${this.#dialect.types[type]}[])`;
  }

  #compared(source: Source, name: string, operator: '=' | '<', value: ColumnValue): string {
    const type = typeOf(source.column(name), [value]);
    return `${source.named(name)} ${operator} ${this.bind(type, value)}`;
  }

  #among(source: Source, name: string, values: readonly ColumnValue[]): string {
    const type = typeOf(source.column(name), values);
    const list =
      values.length > LONG_LIST
        ? `SELECT ${this.bindList(type, values)}`
        : values.map((value) => this.bind(type, value)).join(', ');
    return `${source.named(name)} IN (${list})`;
  }

  #exists(outer: Source, { table, on, where }: Exists<string>): string {
    const inner = this.source(tableNamed(table));
    const same = on.map(([here, there]) => `${inner.named(there)} = ${outer.named(here)}`);
    const condition = [...same, this.print(inner, where)].join(' AND ');
    return `EXISTS (SELECT 1 FROM ${inner.from(this.#dialect)} WHERE ${condition})`;
  }

  print(source: Source, predicate: Predicate<string>): string {
    switch (predicate.op) {
      case 'true':
      case 'false':
        return predicate.op;
      case 'and':
        return this.#all(source, predicate.parts);
      case 'or':
        return joined(
          'or',
          predicate.parts.map((part) => this.print(source, part)),
        );
      // SQL knows a third answer, which AND and OR pass on and WHERE takes for false: so does this.
      case 'not':
        return `((${this.print(source, predicate.part)}) IS NOT TRUE)`;
      case 'equals':
        return this.#compared(source, predicate.column, '=', predicate.value);
      case 'less':
        return this.#compared(source, predicate.column, '<', predicate.value);
      case 'in':
        return this.#among(source, predicate.column, predicate.values);
      case 'null':
        return `${source.named(predicate.column)} IS NULL`;
      case 'exists':
        return this.#exists(source, predicate);
      case 'test':
        return `((${printTest(this.#place(source), predicate.test)}) IS TRUE)`;
    }
  }

  /**
   * A test may fail: a number becomes too large, say. It is made of those rows only that meet all other conditions: whether it fails tells
   * nothing of the others, which the asker may not know.
   */
  #all(source: Source, parts: readonly Predicate<string>[]): string {
    const print = (some: readonly Predicate<string>[]) =>
      joined(
        'and',
        some.map((part) => this.print(source, part)),
      );
    const tests = parts.filter(({ op }) => op === 'test');
    const others = parts.filter(({ op }) => op !== 'test');
    if (tests.length === 0 || others.length === 0) return print(parts);
    const rest = print(others);
    return `(${rest} AND CASE WHEN ${rest} THEN ${print(tests)} ELSE false END)`;
  }

  #place(source: Source): Place {
    return {
      dialect: this.#dialect,
      named: (name) => source.named(name),
      bind: (type, value) => this.bind(type, value),
      bindList: (type, values) => this.bindList(type, values),
    };
  }
}

/** A statement about the rows of a table that meet a condition: `SELECT` and what stands behind WHERE. */
function about(
  dialect: Dialect,
  from: Table,
  where: Predicate<string>,
  write: (source: Source, rest: string) => string,
): Statement {
  const conditions = new Conditions(dialect);
  const source = conditions.source(from);
  const condition = conditions.print(source, where);
  return {
    sql: write(source, `FROM ${source.from(dialect)} WHERE ${condition}`),
    values: conditions.values,
  };
}

export function printSelect<T extends TableName>(
  dialect: Dialect,
  { from, ...query }: Query<ColumnOf<T>, T>,
): Statement {
  return printRows(dialect, tableNamed(from ?? 'dataset'), query);
}

/** Rows of any table. */
export function printRows(
  dialect: Dialect,
  table: Table,
  { columns, where, order = [], most }: Omit<SiteQuery, 'from'>,
): Statement {
  return about(dialect, table, where, (source, rest) => {
    const sort = order.length > 0 ? ` ORDER BY ${source.sorted(order)}` : '';
    const limit = most === undefined ? '' : ` LIMIT ${Math.max(0, Math.trunc(most))}`;
    return `SELECT ${source.list(columns)} ${rest}${sort}${limit}`;
  });
}

export function printCount<T extends TableName>(
  dialect: Dialect,
  where: Predicate<ScalarOf<T>>,
  from: string,
): Statement {
  return about(dialect, tableNamed(from), where, (_, rest) => `SELECT count(*) AS datasets ${rest}`);
}

export function printGroups(dialect: Dialect, by: readonly string[], where: Predicate): Statement {
  return about(dialect, TABLES.dataset, where, (source, rest) => {
    const names = source.list(by);
    return `SELECT ${names}, count(*) AS datasets ${rest} GROUP BY ${names} ORDER BY ${source.sorted(by)}`;
  });
}

/** Places of the rows of all `rows`, in order of UUID, that meet a condition. */
export function printPositions(dialect: Dialect, where: Predicate, rows: number): Statement {
  const conditions = new Conditions(dialect);
  const condition = conditions.print(conditions.source(TABLES.dataset), where);
  return { sql: dialect.positions(condition, rows), values: conditions.values };
}

/** A condition on the rows of a table that stands in the statement under the name `alias`. */
export function printCondition(
  dialect: Dialect,
  table: Table,
  where: Predicate<string>,
): Statement & { readonly alias: string } {
  const conditions = new Conditions(dialect);
  const source = conditions.source(table);
  return { alias: source.alias, sql: conditions.print(source, where), values: conditions.values };
}

/** A condition on the rows of `table` that have the key of one of `rows`. */
export function printKeys(
  dialect: Dialect,
  { name, columns, key }: Table,
  rows: readonly Readonly<Record<string, unknown>>[],
): Statement {
  const conditions = new Conditions(dialect);
  const lists = key.map((part, n) => {
    const type = valueType(columns.find((column) => column.name === part)?.type ?? 'char');
    // Keys are never null, and single values.
    const values = rows.map((row) => row[part] as ColumnValue);
    return `${conditions.bindList(type, values)} AS k${n}`;
  });
  const same = key.map((part, n) => `given.k${n} = ${name}."${part}"`).join(' AND ');
  const sql = `EXISTS (SELECT 1 FROM (SELECT ${lists.join(', ')}) AS given WHERE ${same})`;
  return { sql, values: conditions.values };
}
