/** What can be asked of a catalog, whatever database holds it. Every question names the rows it is about: see `predicate.ts`. */
import type { Predicate, ScalarOf } from './predicate.ts';
import type { RowSet } from './row-set.ts';
import type { CatalogRow, ColumnName } from './schema.ts';
import type { SiteRow, SiteTable } from './site-table.ts';
import type { ColumnOf, RowOf, SideTable, TableName } from './tables.ts';

/**
 * Rows of a table.
 * @example
 * ```ts
 * import { type Query, where } from 'vignet';
 *
 * const sharp: Query<'visit' | 'seeing', 'visit'> = {
 *   from: 'visit',
 *   columns: ['visit', 'seeing'],
 *   where: where.of('visit').lessThan('seeing', 0.7),
 * };
 * ```
 */
export interface Query<C extends ColumnOf<T>, T extends TableName = 'dataset'> {
  /** Default: `dataset`. */
  readonly from?: T;
  readonly columns: readonly C[];
  readonly where: Predicate<ScalarOf<T>>;
  /** Columns to sort by, ascending; null comes last. Absent: any order. */
  readonly order?: readonly ScalarOf<T>[];
  /** The first rows in this order, so many at most: what comes behind is neither sorted nor held. */
  readonly most?: number | undefined;
}

/** Rows of a table that the site has brought. */
export interface SiteQuery {
  readonly from: string;
  readonly columns: readonly string[];
  readonly where: Predicate<string>;
  readonly order?: readonly string[];
  readonly most?: number | undefined;
}

/** How many datasets have these values in common. */
export type Group<C extends ColumnName> = Pick<CatalogRow, C> & { readonly datasets: number };

/** Where what published generations refer to ends in the packs. */
export interface PackEnd {
  readonly pack: number;
  readonly offset: number;
}

/**
 * Throws VignetError usage UNKNOWN_COLUMN, UNKNOWN_TABLE for names that are none, which only programs without types can name.
 */
export interface Catalog {
  /** Rows in batches: a list of millions takes no memory. Leaving the loop ends the query. */
  select<C extends ColumnOf<T>, T extends TableName = 'dataset'>(
    query: Query<C, T>,
  ): AsyncIterable<Pick<RowOf<T>, C>[]>;
  /** Rows of a table, by default datasets. */
  count<T extends TableName = 'dataset'>(where: Predicate<ScalarOf<T>>, from?: T): Promise<number>;
  /** Datasets counted by the values of some columns, in their order; null comes last. */
  groups<C extends ColumnName>(columns: readonly C[], where: Predicate): Promise<Group<C>[]>;
  /** The same rows as places in the order of UUIDs, which is the order of the dataset index. */
  positions(where: Predicate): Promise<RowSet>;
  /** Tables that the site has brought, in order of their names. */
  siteTables(): Promise<SiteTable[]>;
  /** Rows of such a table, in batches, as `select`. Throws VignetError usage UNKNOWN_TABLE. */
  siteRows(query: SiteQuery): AsyncIterable<SiteRow[]>;
  /** Where the packs end that the catalog knows of. */
  packEnd(): Promise<PackEnd>;
  close(): void;
}

/** The next generation's catalog, while an ingest makes it. */
export interface CatalogDraft extends Catalog {
  /** Removes datasets, and the rows of other tables that are theirs: their inputs, the ranges in which they are valid. */
  remove(uuids: readonly string[]): Promise<void>;
  /**
   * Removes the rows of one table that meet a condition, which may look into other tables but not into this one. What other tables have of
   * them stays.
   */
  removeRows<T extends TableName>(table: T, where: Predicate<ScalarOf<T>>): Promise<void>;
  /** None of these datasets may be there already. */
  put(rows: readonly CatalogRow[]): Promise<void>;
  /**
   * Puts rows into a table beside `dataset`. They replace all rows that have the same key (`TABLES`): the inputs of a dataset, say, are
   * replaced together. Throws VignetError fatal INTERNAL for two rows of a key that occurs once.
   */
  putRows<T extends SideTable>(table: T, rows: readonly RowOf<T>[]): Promise<void>;
  /** Puts a table that the site brings, in place of one of the same name. */
  putSiteTable(table: SiteTable, rows: AsyncIterable<readonly SiteRow[]>): Promise<void>;
  /** Writes everything to the one file, with the end of the packs that its rows point into. */
  finish(end: PackEnd): Promise<void>;
}
