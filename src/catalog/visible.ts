/** Who may see which row of the tables beside `dataset`: a row is seen by whoever may know a dataset of it. */
import { and, type Exists, exists, NEVER, or, type Predicate, type ScalarOf } from './predicate.ts';
import { type SideTable, tableNamed } from './tables.ts';

/** Rows of a table that may be seen where `mayKnow` are the datasets that may be known of. */
export function visibleRows<T extends SideTable>(table: T, mayKnow: Predicate): Predicate<ScalarOf<T>> {
  const { columns, datasets } = tableNamed(table);
  if (datasets.length === 0) return NEVER;
  const parts = datasets.map((link): Predicate<string> => {
    const known = exists<'dataset', string>('dataset', link, mayKnow);
    const optional = link.filter(([name]) => columns.some((one) => one.name === name && !one.required));
    return or<string>(...optional.map(([name]): Predicate<string> => ({ op: 'null', column: name })), known);
  });
  // The columns are those of the table's own declaration.
  return and<string>(...parts) as Predicate<ScalarOf<T>>;
}

/** A condition that looks into other tables, narrowed to rows of them that may be seen: it cannot ask about others. */
export function within<C extends string>(where: Predicate<C>, mayKnow: Predicate): Predicate<C> {
  switch (where.op) {
    case 'and':
    case 'or':
      return { op: where.op, parts: where.parts.map((part) => within(part, mayKnow)) };
    case 'not':
      return { op: 'not', part: within(where.part, mayKnow) };
    case 'exists':
      return { ...where, where: and<string>(within(where.where, mayKnow), seen(where, mayKnow)) };
    default:
      return where;
  }
}

function seen<C extends string>({ table }: Exists<C>, mayKnow: Predicate): Predicate<string> {
  return table === 'dataset' ? mayKnow : visibleRows(table, mayKnow);
}
