/** Conditions on datasets, asked of a row that is in no database. */
import type { Predicate } from './predicate.ts';
import type { CatalogRow } from './schema.ts';

/** What a condition says of a row; `undefined` if it looks into other tables or computes, which nobody can answer here. */
export function meets(row: Partial<CatalogRow>, where: Predicate): boolean | undefined {
  switch (where.op) {
    case 'true':
    case 'false':
      return where.op === 'true';
    case 'and':
    case 'or': {
      const parts = where.parts.map((part) => meets(row, part));
      if (parts.includes(where.op === 'or')) return where.op === 'or';
      return parts.includes(undefined) ? undefined : where.op === 'and';
    }
    case 'not': {
      const part = meets(row, where.part);
      return part === undefined ? undefined : !part;
    }
    case 'equals':
      return row[where.column] === where.value;
    case 'less': {
      const value = row[where.column];
      // Values of a column have the type of what they are compared with.
      return value !== undefined && value !== null && (value as number) < (where.value as number);
    }
    case 'in':
      return where.values.some((value) => row[where.column] === value);
    case 'null':
      return (row[where.column] ?? null) === null;
    case 'exists':
    case 'test':
      return undefined;
  }
}
