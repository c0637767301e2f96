/** What can be asked of a catalog, whatever database holds it. Every question names the rows it is about: see `predicate.ts`. */
import type { ColumnName, Predicate } from './predicate.ts';
import type { RowSet } from './row-set.ts';
import type { CatalogRow } from './schema.ts';

export interface Query<C extends keyof CatalogRow> {
  readonly columns: readonly C[];
  readonly where: Predicate;
  /** Columns to sort by, ascending; null comes last. Absent: any order. */
  readonly order?: readonly ColumnName[];
}

/** How many datasets have these values in common. */
export type Group<C extends ColumnName> = Pick<CatalogRow, C> & { readonly datasets: number };

/** Where what published generations refer to ends in the packs. */
export interface PackEnd {
  readonly pack: number;
  readonly offset: number;
}

/**
 * Throws VignetError usage UNKNOWN_COLUMN for a column that is none, which only programs without types can name.
 */
export interface Catalog {
  /** Rows in batches: a list of millions takes no memory. Leaving the loop ends the query. */
  select<C extends keyof CatalogRow>(query: Query<C>): AsyncIterable<Pick<CatalogRow, C>[]>;
  count(where: Predicate): Promise<number>;
  /** Datasets counted by the values of some columns, in their order; null comes last. */
  groups<C extends ColumnName>(columns: readonly C[], where: Predicate): Promise<Group<C>[]>;
  /** The same rows as places in the order of UUIDs, which is the order of the dataset index. */
  positions(where: Predicate): Promise<RowSet>;
  /** Where the packs end that the catalog knows of. */
  packEnd(): Promise<PackEnd>;
  close(): void;
}

/** The next generation's catalog, while an ingest makes it. */
export interface CatalogDraft extends Catalog {
  remove(uuids: readonly string[]): Promise<void>;
  /** None of these datasets may be there already. */
  put(rows: readonly CatalogRow[]): Promise<void>;
  /** Writes everything to the one file, with the end of the packs that its rows point into. */
  finish(end: PackEnd): Promise<void>;
}
