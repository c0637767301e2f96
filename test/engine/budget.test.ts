// The byte budget and the buffers it pays for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/engine/budget.ts';
import { Buffers, capacityOf } from '../../src/engine/buffers.ts';
import { requestClasses } from '../../src/engine/fair-queue.ts';

const MIB = 1048576;

describe('budget', () => {
  it('serves in order: a large request is not overtaken by small ones that would fit', async () => {
    const budget = new Budget(100, 60_000);
    await budget.acquire(60);
    const order: string[] = [];
    const large = budget.acquire(80).then(() => order.push('large'));
    const small = budget.acquire(10).then(() => order.push('small'));
    expect(budget.tryAcquire(1)).toBe(false);
    await new Promise(setImmediate);
    expect(order).toEqual([]);
    budget.release(60);
    await Promise.all([large, small]);
    expect(order).toEqual(['large', 'small']);
    expect(budget.held).toBe(90);
    expect(budget.peak).toBe(90);
  });

  it('refuses what it can never give, and gives up waiting', async () => {
    const budget = new Budget(100, 20);
    await expect(budget.acquire(101)).rejects.toMatchObject({ kind: 'usage', code: 'TOO_LARGE' });
    await budget.acquire(100);
    await expect(budget.acquire(1)).rejects.toMatchObject({ kind: 'transient', code: 'BUSY' });
    expect(budget.waiting).toBe(0);
  });

  it('lets those behind through when one in line gives up', async () => {
    const budget = new Budget(100, 60_000);
    await budget.acquire(50);
    const abort = new AbortController();
    const large = budget.acquire(100, { signal: abort.signal });
    const small = budget.acquire(50);
    abort.abort(new Error('gone'));
    await expect(large).rejects.toThrow('gone');
    await small;
    expect(budget.held).toBe(100);
  });
});

/** Whether a promise has settled by the next turn of the event loop. */
async function settled(one: Promise<unknown>): Promise<boolean> {
  let done = false;
  one.then(
    () => {
      done = true;
    },
    () => {
      done = true;
    },
  );
  await new Promise(setImmediate);
  return done;
}

describe('a budget among small and large', () => {
  const LARGE = 8 * MIB;

  it('keeps a reserve for small requests: they never wait for large ones', async () => {
    const budget = new Budget(64 * MIB, 60_000);
    expect(budget.reserve).toBe(8 * MIB);
    // Eighty clients that read nothing: seven hold what there is, the others wait.
    const readers = Array.from({ length: 80 }, () => budget.acquire(LARGE));
    expect(await settled(Promise.all(readers.slice(0, 7)))).toBe(true);
    expect([budget.held, budget.waiting]).toEqual([56 * MIB, 73]);
    for (let n = 0; n < 100; n++) {
      await budget.acquire(MIB);
      budget.release(MIB);
    }
    expect(budget.peak).toBe(57 * MIB);
  });

  it('lets small requests beyond the reserve only while nobody waits for more', async () => {
    const budget = new Budget(64 * MIB, 60_000);
    for (let n = 0; n < 20; n++) await budget.acquire(MIB);
    const large = budget.acquire(48 * MIB);
    const small = budget.acquire(MIB);
    expect([await settled(large), await settled(small)]).toEqual([false, false]);
    for (let n = 0; n < 20; n++) budget.release(MIB);
    await Promise.all([large, small]);
    expect(budget.held).toBe(49 * MIB);
  });

  const bulk = { class: 'bulk' } as const;

  it('never refuses what has begun, and serves it before what has not', async () => {
    const budget = new Budget(64 * MIB, 0);
    await budget.acquire(32 * MIB, bulk);
    const begun = budget.acquire(LARGE, { ...bulk, begun: true });
    await expect(budget.acquire(LARGE, bulk)).rejects.toMatchObject({ code: 'BUSY' });
    const patient = budget.acquire(LARGE, { ...bulk, waitMs: 60_000 });
    const later = budget.acquire(50 * MIB, { ...bulk, begun: true });
    budget.release(32 * MIB, 'bulk');
    await begun;
    expect([await settled(patient), await settled(later)]).toEqual([false, false]);
    budget.release(LARGE, 'bulk');
    await later;
    expect(await settled(patient)).toBe(false);
    budget.release(50 * MIB, 'bulk');
    await patient;
    budget.release(LARGE, 'bulk');
    expect([budget.held, budget.waiting]).toEqual([0, 0]);
  });

  it('gives bulk requests a half: others never wait for them, nor they in vain for more than a half', async () => {
    const budget = new Budget(64 * MIB, 60_000);
    const giants = Array.from({ length: 20 }, () => budget.acquire(LARGE, { ...bulk, begun: true }));
    expect(await settled(Promise.all(giants.slice(0, 4)))).toBe(true);
    expect(await settled(giants[4] as Promise<void>)).toBe(false);
    // Of 56 MiB without the reserve, three times 8 are left for others, however many giants wait.
    for (let n = 0; n < 3; n++) await budget.acquire(LARGE);
    expect(budget.tryAcquire(LARGE, 'bulk')).toBe(false);
    expect(await settled(budget.acquire(LARGE))).toBe(false);
    const alone = new Budget(64 * MIB, 60_000);
    await alone.acquire(56 * MIB, bulk);
    expect(alone.held).toBe(56 * MIB);
  });

  it('serves those who are not bulk first when memory becomes free', async () => {
    const budget = new Budget(64 * MIB, 60_000);
    await budget.acquire(32 * MIB, bulk);
    await budget.acquire(24 * MIB);
    const giant = budget.acquire(LARGE, { ...bulk, begun: true });
    const other = budget.acquire(LARGE);
    budget.release(LARGE, 'bulk');
    await other;
    expect(await settled(giant)).toBe(false);
    budget.release(24 * MIB);
    await giant;
  });

  it('gives up what has begun with its request', async () => {
    const budget = new Budget(64 * MIB, 0);
    await budget.acquire(56 * MIB);
    const abort = new AbortController();
    const begun = budget.acquire(LARGE, { begun: true, signal: abort.signal });
    abort.abort(new Error('gone'));
    await expect(begun).rejects.toThrow('gone');
    expect(budget.waiting).toBe(0);
  });

  it('adds up: whatever is taken and given back, in any order, nothing is left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            mib: fc.integer({ min: 0, max: 50 }),
            begun: fc.boolean(),
            class: fc.constantFrom(...requestClasses),
          }),
          { maxLength: 40 },
        ),
        async (wanted) => {
          const budget = new Budget(64 * MIB, 60_000);
          const all = wanted.map(async ({ mib, ...options }) => {
            const bytes = mib * MIB + 1;
            await budget.acquire(bytes, options);
            expect(budget.held).toBeLessThanOrEqual(budget.ceiling);
            await new Promise(setImmediate);
            budget.release(bytes, options.class);
          });
          await Promise.all(all);
          expect([budget.held, budget.waiting]).toEqual([0, 0]);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('buffers', () => {
  it('have at most a fifth to spare, in sizes that meet again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (bytes) => {
        const capacity = capacityOf(bytes);
        expect(capacity).toBeGreaterThanOrEqual(bytes);
        expect(capacityOf(capacity)).toBe(capacity);
        if (bytes > 65536) expect(capacity).toBeLessThanOrEqual(bytes * 1.25);
      }),
    );
  });

  it('taken ahead leave most of the budget to those who must have some', async () => {
    const buffers = new Buffers(new Budget(4 * MIB, 20), 0);
    expect(buffers.tryLease(MIB)).toBeDefined();
    expect(buffers.tryLease(1)).toBeUndefined();
    await expect(buffers.lease(3 * MIB)).resolves.toBeDefined();
  });

  it('are reused when they come back clean, and never when somebody may still read them', async () => {
    const budget = new Budget(16 * MIB, 60_000);
    const buffers = new Buffers(budget, 8 * MIB);
    const first = await buffers.lease(MIB);
    const memory = first.bytes.buffer;
    first.release();
    first.release();
    expect([budget.held, buffers.pooled]).toEqual([0, MIB]);
    const second = await buffers.lease(MIB - 5);
    expect(second.bytes.buffer).toBe(memory);
    expect(second.bytes.byteLength).toBe(MIB - 5);
    second.release(true);
    expect([budget.held, buffers.pooled]).toEqual([0, 0]);
    expect((await buffers.lease(MIB)).bytes.buffer).not.toBe(memory);
  });

  it('that lie idle make room before the ceiling is passed', async () => {
    const budget = new Budget(4 * MIB, 60_000);
    const buffers = new Buffers(budget, 4 * MIB);
    const leases = await Promise.all([1, 2, 3].map(() => buffers.lease(MIB)));
    for (const lease of leases) lease.release();
    expect(buffers.pooled).toBe(3 * MIB);
    const large = await buffers.lease(2 * MIB);
    expect(budget.held + buffers.pooled).toBeLessThanOrEqual(4 * MIB);
    large.release();
  });

  it('pay for what is allocated alongside', async () => {
    const budget = new Budget(4 * MIB, 60_000);
    const lease = await new Buffers(budget, 0).lease(MIB, { alongside: 2 * MIB });
    expect(budget.held).toBe(3 * MIB);
    lease.release();
    expect(budget.held).toBe(0);
  });
});
