/** Collections of a registry: runs, tagged, chained and calibration collections. */
import { clip } from '../../../base/clip.ts';
import { usageError } from '../../../base/errors.ts';
import type { Database } from '../database.ts';
import { hasWildcard, matchesGlob } from '../glob.ts';
import { badButler } from '../yaml-file.ts';
import { readPages } from './pages.ts';
import { intIn, keyIn, textIn } from './row.ts';
import type { RegistrySchema } from './schema.ts';

/** How other tables refer to a collection. */
export type CollectionKey = string | number;

/** As `lsst.daf.butler.CollectionType` numbers them. */
const TYPES = ['run', 'tagged', 'chained', 'calibration'] as const;

export interface Collection {
  readonly key: CollectionKey;
  readonly name: string;
  readonly type: (typeof TYPES)[number];
}

/** Chains of chains: no repository has as many levels. */
const MAX_DEPTH = 100;

export class Collections {
  readonly #byKey: ReadonlyMap<CollectionKey, Collection>;
  /** Children of chains, in the order in which they are searched. */
  readonly #children: ReadonlyMap<CollectionKey, readonly CollectionKey[]>;

  private constructor(
    byKey: ReadonlyMap<CollectionKey, Collection>,
    children: ReadonlyMap<CollectionKey, readonly CollectionKey[]>,
  ) {
    this.#byKey = byKey;
    this.#children = children;
  }

  /** Throws VignetError data BAD_BUTLER_DATABASE, BAD_BUTLER. */
  static async read(database: Database, { collectionKey }: RegistrySchema): Promise<Collections> {
    const byKey = new Map<CollectionKey, Collection>();
    const column = collectionKey === 'collection_id' ? 'collection_id' : 'name';
    for await (const row of readPages(database, 'collection', ['name'])) {
      const type = TYPES[intIn(row, 'type') - 1];
      if (!type) throw badButler(`expected 1 to 4 for the type of a collection, received another value`);
      const key = keyIn(row, column);
      byKey.set(key, { key, name: textIn(row, 'name'), type });
    }
    const children = new Map<CollectionKey, CollectionKey[]>();
    for await (const row of readPages(database, 'collection_chain', ['parent', 'position'])) {
      const parent = keyIn(row, 'parent');
      const list = children.get(parent);
      if (list) list.push(keyIn(row, 'child'));
      else children.set(parent, [keyIn(row, 'child')]);
    }
    return new Collections(byKey, children);
  }

  get(key: CollectionKey): Collection | undefined {
    return this.#byKey.get(key);
  }

  /**
   * The collections without children that patterns select, each once, in the order in which they are searched: that of the patterns, and
   * within chains depth first. Throws VignetError usage UNKNOWN_COLLECTION, data BAD_BUTLER for a chain that holds itself.
   */
  select(patterns: readonly string[]): readonly Collection[] {
    const all = [...this.#byKey.values()];
    const found = new Map<CollectionKey, Collection>();
    for (const pattern of patterns) {
      const meant = hasWildcard(pattern)
        ? all.filter(({ name }) => matchesGlob(pattern, name))
        : all.filter(({ name }) => name === pattern);
      if (meant.length === 0) throw unknown(pattern, all);
      const done = new Set<CollectionKey>();
      for (const one of meant) this.#flatten(one, [], done, found);
    }
    return [...found.values()];
  }

  #flatten(
    one: Collection,
    above: readonly Collection[],
    done: Set<CollectionKey>,
    found: Map<CollectionKey, Collection>,
  ): void {
    if (above.includes(one) || above.length > MAX_DEPTH) {
      const names = [...above.slice(Math.max(0, above.indexOf(one))), one].map(({ name }) => clip(name, 80));
      throw badButler(
        `expected chained collections without cycles, received ${clip(names.join(' → '), 400)}; redefine one of these chains`,
      );
    }
    if (done.has(one.key)) return;
    if (one.type !== 'chained') found.set(one.key, one);
    for (const key of this.#children.get(one.key) ?? []) {
      const child = this.#byKey.get(key);
      if (!child) throw badButler(`the chain ${clip(one.name, 80)} has a child that does not exist`);
      this.#flatten(child, [...above, one], done, found);
    }
    done.add(one.key);
  }
}

function unknown(pattern: string, all: readonly Collection[]) {
  const names = all.map(({ name }) => name).sort();
  const there = names.length === 0 ? 'it has none' : `there: ${clip(names.join(', '), 400)}`;
  return usageError(
    'UNKNOWN_COLLECTION',
    `expected a collection of the Butler for --collection, received '${clip(pattern, 100)}'; ${there}`,
  );
}
