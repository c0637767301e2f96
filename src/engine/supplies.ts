/**
 * Fetches the missing bytes of a task: the half of `need → fetch → resume` that is not the addon's. A call says which ranges of its
 * sources are missing; they are read from their stores, and the task resumes where it stopped.
 */

import type { AddonSource, Need } from '../addon/sources.ts';
import { addTo } from '../base/add-to.ts';
import { usageError, VignetError } from '../base/errors.ts';
import { mapConcurrently } from '../base/map-concurrently.ts';
import { inMiB } from '../base/mebibytes.ts';
import type { ByteRange, Source } from '../base/sources.ts';
import { plainError, toVignetError } from '../base/to-vignet-error.ts';
import type { ByteStores } from '../bytes/store.ts';
import type { Budget } from './budget.ts';
import { HeldObject } from './held-object.ts';
import type { Supply } from './task-kind.ts';

export interface SupplyLimits {
  /** Bytes that are read before the task is run again. */
  readonly roundBytes: number;
  /** Bytes that are held for a task. */
  readonly heldBytes: number;
  /** How often a task may ask. */
  readonly rounds: number;
  /** Objects that are read at a time. */
  readonly atOnce: number;
}

const MIB = 1048576;
export const SUPPLY_LIMITS: SupplyLimits = {
  roundBytes: 64 * MIB,
  heldBytes: 256 * MIB,
  rounds: 1000,
  atOnce: 8,
};

export interface SupplyDeps {
  readonly stores: ByteStores;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly limits?: SupplyLimits | undefined;
}

/** The supplies of one task. */
export class Supplies {
  readonly #deps: SupplyDeps;
  readonly #limits: SupplyLimits;
  readonly #objects = new Map<string, HeldObject>();
  /** The task's sources, in the order in which `need` counts them; undefined: a file. */
  #order: (HeldObject | undefined)[] = [];
  #charged = 0;
  #rounds = 0;
  /** Where the task was when all that was held was let go. */
  #droppedAt = 0;

  constructor(deps: SupplyDeps) {
    this.#deps = deps;
    this.#limits = deps.limits ?? SUPPLY_LIMITS;
  }

  /** What the addon is given now. `make` is called with every source once, in the order in which `need` counts them. */
  wire<Wire>(make: (supply: Supply) => Wire): Wire {
    this.#order = [];
    return make((source) => this.#supply(source));
  }

  /** Throws fatal NO_BYTE_SOURCE when the engine has no such store. */
  #supply(source: Source): AddonSource {
    if (!('store' in source)) {
      this.#order.push(undefined);
      return source;
    }
    if (!this.#deps.stores[source.store])
      throw new VignetError(
        'fatal',
        'NO_BYTE_SOURCE',
        `expected a byte store named '${source.store}', the engine has none`,
      );
    const name = JSON.stringify([source.store, source.key]);
    const object = this.#objects.get(name) ?? new HeldObject(source);
    this.#objects.set(name, object);
    this.#order.push(object);
    return object.addonSource;
  }

  /**
   * Reads the missing bytes of a call at `cursor`, or a part of them. An object that cannot be read is from then on a file that cannot be opened.
   * Throws fatal NO_BYTE_SOURCE when a task asks for what it has, or for ever; usage TOO_LARGE when it needs too much at once.
   */
  async bring(kind: string, cursor: number, need: Need): Promise<void> {
    const wanted = this.#firstOf(this.#wanted(kind, need));
    this.#rounds += 1;
    if (this.#rounds > this.#limits.rounds)
      throw unsatisfied(kind, `was repeated ${this.#limits.rounds} times`);
    const bytes = sumOf([...wanted.values()].flat());
    if (this.#charged + bytes > this.#limits.heldBytes) this.#drop(cursor);
    this.#deps.budget.charge(bytes);
    this.#charged += bytes;
    await mapConcurrently([...wanted], this.#limits.atOnce, ([object, ranges]) => this.#read(object, ranges));
  }

  /** Lets go of everything. No call may be looking at it. */
  release(): void {
    for (const object of this.#objects.values()) object.drop();
    this.#deps.budget.discharge(this.#charged);
    this.#charged = 0;
  }

  /** The ranges by object: several sources can be one. */
  #wanted(kind: string, need: Need): Map<HeldObject, ByteRange[]> {
    const wanted = new Map<HeldObject, ByteRange[]>();
    need.forEach((ranges, n) => {
      const object = this.#order[n];
      if (ranges.length === 0) return;
      if (!object || !ranges.every((range) => object.canBring(range)))
        throw unsatisfied(kind, 'asks for bytes that it has or that do not exist');
      wanted.set(object, joined([...(wanted.get(object) ?? []), ...ranges]));
    });
    if (wanted.size === 0) throw unsatisfied(kind, 'names no bytes');
    return wanted;
  }

  /** As much as is read in one round. */
  #firstOf(wanted: Map<HeldObject, ByteRange[]>): Map<HeldObject, ByteRange[]> {
    let left = this.#limits.roundBytes;
    const first = new Map<HeldObject, ByteRange[]>();
    for (const [object, ranges] of wanted) {
      for (const { offset, length } of ranges) {
        if (left === 0) return first;
        const some = Math.min(left, length);
        addTo(first, object, { offset, length: some });
        left -= some;
      }
    }
    return first;
  }

  /** What was brought for what is done is not needed again. */
  #drop(cursor: number): void {
    if (cursor <= this.#droppedAt)
      throw usageError(
        'TOO_LARGE',
        `this needs more than ${inMiB(this.#limits.heldBytes)} of its input files at once; ask for less`,
      );
    this.#droppedAt = cursor;
    this.release();
  }

  async #read(object: HeldObject, ranges: readonly ByteRange[]): Promise<void> {
    const { signal, stores } = this.#deps;
    const { store, key, size, mtimeNs } = object.source;
    signal.throwIfAborted();
    try {
      const reading = stores[store]?.read(key, { size, mtimeNs }, ranges, signal);
      object.add(ranges, (await abortable(reading, signal)) ?? []);
    } catch (error) {
      signal.throwIfAborted();
      const why = plainError(error);
      if (why.kind === 'fatal') throw toVignetError(error);
      object.lose(why);
    }
  }
}

const sumOf = (ranges: readonly ByteRange[]) => ranges.reduce((sum, { length }) => sum + length, 0);

/** Ascending, none touching another. */
function joined(ranges: readonly ByteRange[]): ByteRange[] {
  const out: { offset: number; length: number }[] = [];
  for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const last = out.at(-1);
    if (last && offset <= last.offset + last.length)
      last.length = Math.max(last.length, offset + length - last.offset);
    else out.push({ offset, length });
  }
  return out;
}

function unsatisfied(kind: string, how: string): VignetError {
  return new VignetError(
    'fatal',
    'NO_BYTE_SOURCE',
    `expected the ${kind} task to ask for bytes of its objects, received a request that ${how}; report this`,
  );
}

/** Settles as the promise does, or rejects as soon as the signal is aborted: a store may be slow to notice. */
function abortable<T>(promise: T | Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
