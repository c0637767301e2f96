/** Output buffers on shared memory, each paid for out of the byte budget, free ones used again. */

import { native } from '../addon/addon.ts';
import type { AcquireOptions, Budget } from './budget.ts';
import type { RequestClass } from './fair-queue.ts';

/** A buffer in use. */
export interface Lease {
  readonly bytes: Uint8Array;
  /**
   * Gives it back. Only when the native call that writes it has settled *and* the socket write that reads it has called
   * back. `dirty`: the memory may still be read; it is left to the garbage collector instead of being reused.
   */
  release(dirty?: boolean): void;
}

/** What was taken out of the budget for a buffer. */
interface Paid {
  readonly bytes: number;
  readonly class: RequestClass | undefined;
}

const SMALLEST = 65536;
/** Of the budget, for work that runs ahead of its consumers. */
const AHEAD = 1 / 4;

/** Capacity for a number of bytes: four steps to an octave, so that at most a fifth lies idle and sizes meet again. */
export function capacityOf(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST;
  const step = 2 ** Math.floor(Math.log2(bytes - 1)) / 4;
  return Math.ceil(bytes / step) * step;
}

/** Shared memory weighs nothing with the collector, which may never come for it: its pages are given back here. */
export function discard(memory: SharedArrayBuffer): void {
  native.discard(new Uint8Array(memory));
}

export class Buffers {
  readonly #budget: Budget;
  readonly #mostFree: number;
  /** By capacity; that given back last comes last. */
  readonly #free = new Map<number, SharedArrayBuffer[]>();
  #pooled = 0;

  /** `mostFree`: most bytes of free buffers to hold on to. */
  constructor(budget: Budget, mostFree: number) {
    this.#budget = budget;
    this.#mostFree = mostFree;
  }

  /** Bytes of free buffers. */
  get pooled(): number {
    return this.#pooled;
  }

  /**
   * A buffer of exactly `bytes`, its contents undefined. Waits and throws as `Budget.acquire`. `alongside`: further bytes
   * to pay for as long as it is held.
   */
  async lease(
    bytes: number,
    options: AcquireOptions & { alongside?: number | undefined } = {},
  ): Promise<Lease> {
    const capacity = capacityOf(bytes);
    const paid = capacity + (options.alongside ?? 0);
    await this.#budget.acquire(paid, options);
    return this.#make(bytes, capacity, { bytes: paid, class: options.class });
  }

  /** The same if it can be had at once, and much is left then for those who must have some. */
  tryLease(bytes: number, of: RequestClass = 'interactive'): Lease | undefined {
    const capacity = capacityOf(bytes);
    return this.#budget.tryAcquire(capacity, of, this.#budget.ceiling * AHEAD)
      ? this.#make(bytes, capacity, { bytes: capacity, class: of })
      : undefined;
  }

  #make(bytes: number, capacity: number, paid: Paid): Lease {
    const memory = this.#take(capacity) ?? this.#allocate(capacity, paid);
    let held = true;
    return {
      bytes: new Uint8Array(memory, 0, bytes),
      release: (dirty = false) => {
        if (!held) return;
        held = false;
        if (!dirty) this.#put(memory);
        this.#budget.release(paid.bytes, paid.class);
      },
    };
  }

  #take(capacity: number): SharedArrayBuffer | undefined {
    const memory = this.#free.get(capacity)?.pop();
    if (memory) this.#pooled -= capacity;
    return memory;
  }

  #allocate(capacity: number, paid: Paid): SharedArrayBuffer {
    // Free buffers count against the ceiling as well: they go before anything new is made.
    this.#trimFree(this.#budget.ceiling - this.#budget.held);
    try {
      return new SharedArrayBuffer(capacity);
    } catch (error) {
      this.#budget.release(paid.bytes, paid.class);
      throw error;
    }
  }

  #put(memory: SharedArrayBuffer): void {
    const size = memory.byteLength;
    if (size > this.#mostFree) {
      discard(memory);
      return;
    }
    this.#trimFree(this.#mostFree - size);
    const list = this.#free.get(size) ?? [];
    list.push(memory);
    this.#free.delete(size);
    this.#free.set(size, list);
    this.#pooled += size;
  }

  /** Lets go of free buffers, of the size that was used longest ago first. */
  #trimFree(bytes: number): void {
    for (const [size, list] of this.#free) {
      while (this.#pooled > bytes) {
        const memory = list.pop();
        if (!memory) break;
        this.#pooled -= size;
        discard(memory);
      }
      if (list.length === 0) this.#free.delete(size);
    }
  }
}
