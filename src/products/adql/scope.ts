/** The columns that a query may name, and what a name means: of those that it may, or an error that says which one may have been meant. */
import type { Column } from '../../base/column.ts';
import type { Name } from '../../vo/adql/ast.ts';
import { adqlError } from '../../vo/adql/parse.ts';
import { suggest } from '../../vo/dali/suggest.ts';

/** A table as queries name it. */
export interface QueryTable {
  /** Schema and name. */
  readonly path: readonly string[];
  readonly columns: readonly Column[];
}

/** A text that is resolved: its name is that of the parameter. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** Regular identifiers compare without regard to case (ADQL 2.1, 2.1.6). */
const isCalled = (known: string, { text, quoted }: Name) =>
  quoted ? known === text : known.toLowerCase() === text.toLowerCase();

/** Throws VignetError usage BAD_ADQL. */
export function columnOf(source: Source, table: QueryTable, path: readonly Name[]): Column {
  const [name] = path.slice(-1);
  const qualifier = path.slice(0, -1);
  const own = table.path.slice(-qualifier.length);
  const label = table.path.join('.');
  const [first] = path;
  if (
    qualifier.length > 0 &&
    !(own.length === qualifier.length && own.every((part, at) => isCalled(part, qualifier[at] as Name)))
  )
    throw adqlError(source.name, source.text, first?.at ?? 0, `a column of ${label}`);
  const column = name && table.columns.find((one) => isCalled(one.name, name));
  if (column && !column.shape) return column;
  const at = name?.at ?? 0;
  if (column)
    throw adqlError(
      source.name,
      source.text,
      at,
      'a column of single values',
      `${column.name} is a list of numbers`,
    );
  const names = table.columns.filter(({ shape }) => !shape).map((one) => one.name);
  const near = name && suggest(name.text, names);
  const exact = near !== undefined && name?.quoted && near.toLowerCase() === name.text.toLowerCase();
  const why = exact ? `in double quotes case counts: "${near}"` : near && `did you mean ${near}?`;
  throw adqlError(source.name, source.text, at, `a column of ${label}`, why || 'docs/find.md lists them');
}
